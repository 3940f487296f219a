"""Archives: looked at under limits, without trusting a name in them, before anything is unpacked."""

from pathlib import Path
from typing import Any

from django.conf import settings

from annotation.errors import BadUpload, UploadTooLarge
from annotation.ingest.assets import names_of
from annotation.ingest.sorting import IMAGES, Contents, sort_out
from annotation.ingest.staging import StagedFile
from mlcore.quarantine import PATIENT, Allowance, contents

MAX_CHIPS = 100_000
MAX_CONTENTS = MAX_CHIPS * 400  # bytes of the table of contents
MAX_RATIO = 200  # unpacked to packed, of the whole archive; zip bombs start at 1000
_UNPACKED_PER_UPLOAD = 4  # times UPLOAD_LIMIT_MB
_FREE_RATIO = 64 * 2**20  # bytes that may unpack at any ratio: a few blank chips are no bomb


def is_archive(path: Path) -> bool:
    """Return whether a file begins as a zip archive does; one hidden behind another format is not one."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def check_archive(file: StagedFile, *, allowance: Allowance = PATIENT) -> Contents:
    """Return what an archive holds, from its table of contents.

    Raises:
        BadUpload: it is damaged, encrypted, holds no image, or would unpack to too much.
        NotLookedAt: it takes more than the allowance.
    """
    with names_of(file):
        members = contents(file.path, most_bytes=MAX_CONTENTS, allowance=allowance)
    sorted_out, name = sort_out(member["name"] for member in members), file.name
    read = sorted_out.names
    if not read:
        raise BadUpload(f"{name} holds no image; pack {', '.join(sorted(IMAGES))} files.")
    if sorted_out.count > MAX_CHIPS:
        raise UploadTooLarge(f"{name} holds {sorted_out.count:,} images; at most {MAX_CHIPS:,} at once. Split it.")
    _check_size(file, [member for member in members if member["name"] in read])
    return sorted_out


def _check_size(file: StagedFile, read: list[Any]) -> None:
    """Refuse what would unpack to too much, of the members that are read."""
    name = file.name
    if any(member["encrypted"] for member in read):
        raise BadUpload(f"{name} is encrypted; pack it without a password.")
    # Of the file itself: members that overlap would add up to more.
    unpacked, packed = sum(member["bytes"] for member in read), file.path.stat().st_size
    if unpacked > settings.UPLOAD_LIMIT_MB * 2**20 * _UNPACKED_PER_UPLOAD:
        raise UploadTooLarge(f"{name} would unpack to {unpacked >> 20:,} MB; split it.")
    if unpacked > max(_FREE_RATIO, MAX_RATIO * packed):
        raise BadUpload(f"{name} would unpack to {unpacked // max(packed, 1)} times its size; pack real images.")
