"""Archives and folders of ready-made chips, opened under limits and without trusting a name in them."""

import lzma
import re
import shutil
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from django.conf import settings

from annotation.errors import BadUpload, UploadTooLarge, is_disk_full
from annotation.ingest.assets import names_of
from annotation.ingest.naming import plain_path
from annotation.ingest.results import FileResult, Status
from annotation.ingest.staging import StagedFile, local_file, stage
from mlcore.quarantine import PATIENT, Allowance, contents

Beside = dict[PurePosixPath, list[str]]

IMAGES = {".tif", ".tiff", ".png", ".jpg", ".jpeg", ".jp2"}
MAX_CHIPS = 100_000
MAX_CHIP_BYTES = 256 * 2**20
MAX_CONTENTS = MAX_CHIPS * 400  # bytes of the table of contents
MAX_RATIO = 200  # unpacked to packed, of the whole archive; zip bombs start at 1000
_UNPACKED_PER_UPLOAD = 4  # times UPLOAD_LIMIT_MB
# what unpacking one member raises, besides running out of room: each library has errors of its own
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_FREE_RATIO = 64 * 2**20  # bytes that may unpack at any ratio: a few blank chips are no bomb


def is_archive(path: Path) -> bool:
    """Return whether a file begins as a zip archive does; one hidden behind another format is not one."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def check_archive(file: StagedFile, *, allowance: Allowance = PATIENT) -> int:
    """Return how many images an archive holds, from its table of contents.

    Raises:
        BadUpload: it is damaged, encrypted, holds no image, or would unpack to too much.
        NotLookedAt: it takes more than the allowance.
    """
    with names_of(file):
        members = contents(file.path, most_bytes=MAX_CONTENTS, allowance=allowance)
    images = [member for member in members if _is_image(PurePosixPath(member["name"]))]
    name = file.name
    if not images:
        raise BadUpload(f"{name} holds no image; pack {', '.join(sorted(IMAGES))} files.")
    if len(images) > MAX_CHIPS:
        raise UploadTooLarge(f"{name} holds {len(images):,} images; at most {MAX_CHIPS:,} at once. Split it.")
    if any(member["encrypted"] for member in images):
        raise BadUpload(f"{name} is encrypted; pack it without a password.")
    # Of the file itself: members that overlap would add up to more.
    unpacked, packed = sum(member["bytes"] for member in images), file.path.stat().st_size
    if unpacked > settings.UPLOAD_LIMIT_MB * 2**20 * _UNPACKED_PER_UPLOAD:
        raise UploadTooLarge(f"{name} would unpack to {unpacked >> 20:,} MB; split it.")
    if unpacked > max(_FREE_RATIO, MAX_RATIO * packed):
        raise BadUpload(f"{name} would unpack to {unpacked // max(packed, 1)} times its size; pack real images.")
    return len(images)


def _is_image(path: PurePosixPath | Path) -> bool:
    hidden = any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in path.parts)
    return path.suffix.lower() in IMAGES and not hidden


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort 'chip10' after 'chip9'."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name.lower())]


def unpack(file: StagedFile) -> Generator[StagedFile | FileResult, None, None]:
    """Yield the images of a checked archive one by one, or why one can't be had.

    Each copy is gone when the next is asked for.
    """
    with zipfile.ZipFile(file.path) as archive:
        members = [item for item in archive.infolist() if not item.is_dir()]
        beside = _beside(PurePosixPath(item.filename) for item in members)
        images = [item for item in members if _is_image(PurePosixPath(item.filename))]
        for member in sorted(images, key=lambda item: _natural(item.filename)):
            yield from _unpack_one(archive, member, beside)


def _unpack_one(archive: zipfile.ZipFile, member: zipfile.ZipInfo, beside: Beside) -> Iterator[StagedFile | FileResult]:
    name = plain_path(member.filename)
    try:
        with archive.open(member) as source:
            chip = stage(source, name=member.filename, limit=MAX_CHIP_BYTES)
    except _DAMAGED as error:
        if is_disk_full(error):
            raise
        yield FileResult(name, Status.REFUSED, f"it is damaged in the archive ({error}); pack it again.")
        return
    except BadUpload as error:
        yield FileResult(name, Status.REFUSED, str(error))
        return
    try:
        path = PurePosixPath(member.filename)
        yield replace(chip, name=name, beside=tuple(beside.get(path.with_suffix(""), ())))
    finally:
        shutil.rmtree(chip.path.parent, ignore_errors=True)


def images_in(folder: Path) -> Iterator[StagedFile]:
    """Yield the images in a folder of this machine and the folders below it; links are not followed."""
    images = [path for path in folder.rglob("*") if _is_image(path.relative_to(folder)) and not path.is_symlink()]
    if not images:
        raise BadUpload(f"{folder} holds no image; it needs {', '.join(sorted(IMAGES))} files.")
    beside = _beside(PurePosixPath(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    for path in sorted(images, key=lambda path: _natural(str(path))):
        place = PurePosixPath(path.relative_to(folder))
        others = tuple(beside.get(place.with_suffix(""), ()))
        yield replace(local_file(path), name=plain_path(str(place)), beside=others)


def _beside(paths: Iterable[PurePosixPath]) -> Beside:
    """Return the files that are no images, by their path without its ending."""
    others: Beside = defaultdict(list)
    for path in paths:
        if path.suffix.lower() not in IMAGES:
            others[path.with_suffix("")].append(plain_path(path.name))
    return others
