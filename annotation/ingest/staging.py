"""Staging: what people upload, copied into a folder of its own under a name of ours, hashed on the way."""

import hashlib
import shutil
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, runtime_checkable

from django.conf import settings

from annotation import mounts, storage
from annotation.errors import BadUpload, UploadTooLarge
from mlcore.containers import Layer

UPLOADS = "uploads"  # below DATA_DIR
_BLOCK = 2**20  # bytes
_NAME_LENGTH = 200


@runtime_checkable
class Upload(Protocol):
    """A file in a request, as Django hands it over."""

    @property
    def name(self) -> str | None:
        """Return what its sender calls it."""

    def chunks(self) -> Iterable[bytes]:
        """Yield the content in pieces."""


@dataclass(frozen=True)
class StagedFile:
    """A file to take in: where it lies, and what people call it."""

    name: str  # for people's eyes; never used as a path
    path: Path
    sha256: str
    seen: dict[str, Any] | None = None  # what a look at it said (`Sight`), so that nobody looks twice
    beside: tuple[str, ...] = ()  # files of its name that are no image
    container: str = ""  # the kind of container that it is, of several files; '' for a single file
    parts: tuple["StagedFile", ...] = ()  # the files of such a container, the main one first
    layer: Layer | None = None  # what it is in the container that it came out of
    said: tuple[str, ...] = ()  # remarks on how it came
    mounted: bool = False  # it may stay where it lies

    @property
    def is_staged(self) -> bool:
        """Return whether the file is our own copy, which may be moved and removed."""
        return not self.mounted and self.path.is_relative_to(_uploads())

    def to_dict(self) -> dict[str, Any]:
        """Return what a job remembers of it."""
        return {
            "name": self.name,
            "path": str(self.path.relative_to(settings.DATA_DIR)),
            "sha256": self.sha256,
            "seen": self.seen,
        } | self._as_container()

    def _as_container(self) -> dict[str, Any]:
        if not self.parts:
            return {}
        parts = [part.to_dict() for part in self.parts]
        return {"container": self.container, "parts": parts, "said": list(self.said)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "StagedFile":
        """Find a file again that a job remembers."""
        return cls(
            data["name"],
            Path(settings.DATA_DIR) / data["path"],
            data["sha256"],
            data.get("seen"),
            container=data.get("container", ""),
            parts=tuple(cls.from_dict(part) for part in data.get("parts", ())),
            said=tuple(data.get("said", ())),
        )


def stage(upload: Upload | IO[bytes], *, name: str | None = None, limit: int | None = None) -> StagedFile:
    """Copy an upload into a folder of its own; on any failure nothing stays behind.

    The file's name there is ours: what the sender called it never becomes part of a path.

    Raises:
        BadUpload: the file is empty.
        UploadTooLarge: it is larger than `limit` bytes, by default UPLOAD_LIMIT_MB.
    """
    given = name or getattr(upload, "name", None) or "upload"
    shown = plain_name(str(given))
    key = uuid.uuid4().hex
    folder = _uploads() / key
    folder.mkdir(parents=True)
    path = folder / f"{key}.upload"
    try:
        return StagedFile(shown, path, _copy(_pieces(upload), path, shown, limit or settings.UPLOAD_LIMIT_MB * 2**20))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _uploads() -> Path:
    return Path(settings.DATA_DIR) / UPLOADS


def _pieces(upload: Upload | IO[bytes]) -> Iterable[bytes]:
    return upload.chunks() if isinstance(upload, Upload) else iter(lambda: upload.read(_BLOCK), b"")


def _copy(pieces: Iterable[bytes], target: Path, name: str, limit: int) -> str:
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        for piece in pieces:
            size += len(piece)
            if size > limit:
                raise UploadTooLarge(
                    f"{name} is larger than {limit >> 20} MB. Cut it into parts, or ask the operator "
                    "to raise UPLOAD_LIMIT_MB."
                )
            digest.update(piece)
            file.write(piece)
    if size == 0:
        raise BadUpload(f"{name} is empty; choose another file.")
    return digest.hexdigest()


def local_file(path: Path, *, in_place: bool = False) -> StagedFile:
    """Describe a file of this machine that the operator named; it is read in place and never changed.

    With `in_place` its pixels stay there for good, if they lie in a mounted folder in a layout that reads fast.

    Raises:
        BadUpload: it is no file, or may not stay.
    """
    if not path.is_file():
        raise BadUpload(f"{path} is not a file; check the path.")
    path = mounts.allowed(path) if in_place else path.resolve()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return StagedFile(plain_name(path.name), path, digest, mounted=in_place)


def discard(file: StagedFile) -> None:
    """Remove a staged copy with its folder; a file of the operator stays where it is."""
    for part in file.parts:
        discard(part)
    if file.is_staged:
        storage.remove(file.path.parent)


def folder_of_ours() -> Path:
    """Return a new folder among the uploads; it is swept if whoever asked for it is killed."""
    folder = _uploads() / uuid.uuid4().hex
    folder.mkdir(parents=True)
    return folder


def plain_name(name: str) -> str:
    """Return a file name that is safe to show anywhere: no folders, control characters or markup."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    printable = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    return printable.replace("<", "_").replace(">", "_").strip()[:_NAME_LENGTH] or "unnamed"
