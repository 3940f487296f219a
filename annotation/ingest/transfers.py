"""Transfers: files that come in parts, on lines that break; each part is stored before it is counted."""

import hashlib
import hmac
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db.models import Q

from annotation import storage
from annotation.errors import BadChecksum, BadUpload, OverQuota, Overtaken, UploadTooLarge
from annotation.ingest.staging import UPLOADS, plain_name
from annotation.models import Project, Transfer
from annotation.quotas import check_queue, check_room

CHECKSUMS = ("sha256", "sha1", "md5")
MOST_OPEN = 200  # files that a person may be sending at once, such as the bands of some products
_BLOCK = 2**20  # bytes


class Stream(Protocol):
    """What comes on a line."""

    def read(self, size: int, /) -> bytes:
        """Return some bytes; none at the end."""


@dataclass(frozen=True)
class Checksum:
    """What a part is said to be."""

    algorithm: str  # one of CHECKSUMS
    digest: bytes


def begin_transfer(project: Project, user_id: int, *, name: str, size: int) -> Transfer:
    """Agree to take a file of so many bytes.

    Raises:
        BadUpload: it is empty.
        UploadTooLarge: it is larger than UPLOAD_LIMIT_MB.
        OverQuota: there is no room for it, beside what is coming already.
    """
    name = plain_name(name)
    if size == 0:
        raise BadUpload(f"{name} is empty; choose another file.")
    if size > settings.UPLOAD_LIMIT_MB * 2**20:
        raise UploadTooLarge(
            f"{name} is larger than {settings.UPLOAD_LIMIT_MB} MB. Cut it into parts, or ask the operator to raise "
            "UPLOAD_LIMIT_MB."
        )
    check_queue(project, user_id)
    coming = Transfer.objects.filter(Q(project=project) | Q(sender=user_id))
    if coming.filter(sender=user_id).count() >= MOST_OPEN:
        raise OverQuota(f"{MOST_OPEN} files of yours are on their way; finish or remove some of them first.")
    check_room(project, name, size=size + coming.bytes())
    folder = f"{UPLOADS}/{uuid.uuid4().hex}"
    return Transfer.objects.create(project=project, sender_id=user_id, name=name, size=size, folder=folder)


def append(transfer: Transfer, offset: int, stream: Stream, *, checksum: Checksum | None = None) -> None:
    """Take the next part of a file; of a line that breaks, what has come, unless a checksum was to be kept.

    Raises:
        Overtaken: the file goes on elsewhere, because another part came first.
        BadChecksum: the part is not what its checksum says; nothing of it is kept.
        UploadTooLarge: it goes beyond the size that was agreed on.
    """
    if offset != transfer.offset:
        raise Overtaken(f"{transfer.name} goes on at byte {transfer.offset}, not at {offset}.")
    path = transfer.place / f"{offset:015d}-{uuid.uuid4().hex[:8]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        size = _receive(transfer, stream, path, checksum)
        if size:
            storage.hand_over(path)
            _count(transfer, path, size)
    except BaseException:
        storage.remove(path)
        raise
    if not size:
        path.unlink(missing_ok=True)


def _receive(transfer: Transfer, stream: Stream, path: Path, checksum: Checksum | None) -> int:
    digest, size = hashlib.new(checksum.algorithm if checksum else "md5", usedforsecurity=False), 0
    with path.open("xb") as file:
        for piece in _pieces(stream):
            size += len(piece)
            if transfer.offset + size > transfer.size:
                raise UploadTooLarge(f"{transfer.name} was said to have {transfer.size:,} bytes, and has more.")
            if checksum:
                digest.update(piece)
            file.write(piece)
    if checksum and not hmac.compare_digest(digest.digest(), checksum.digest):
        raise BadChecksum(f"A part of {transfer.name} was damaged on its way; send it again.")
    return size


def _pieces(stream: Stream) -> Iterator[bytes]:
    """Yield what comes until the end, or until the line breaks."""
    with suppress(OSError):
        while piece := stream.read(_BLOCK):
            yield piece


def _count(transfer: Transfer, path: Path, size: int) -> None:
    if not transfer.grow(path.name, size):
        raise Overtaken(f"Another part of {transfer.name} came first; ask how far it is, and go on there.")


def end_transfer(transfer: Transfer) -> None:
    """Forget a file that was taken in, or is wanted no more, with its parts."""
    Transfer.objects.filter(pk=transfer.pk).delete()
    storage.remove(transfer.place)
