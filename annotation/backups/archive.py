"""The archive: a tar with a manifest, a dump of the database, the files, and at its end the checksum of each."""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import IO, Any

from annotation.errors import BadBackup

FORMAT = 1
MANIFEST, DUMP, SUMS, FILES = "backup.json", "database.dump", "SHA256SUMS", "files"
_BLOCK = 2**20
_SMALL = 2**26  # bytes that the manifest may have


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    version: str  # of Terrascribe
    made_at: str
    migrations: list[list[str]]  # app and name of each that the database had
    postgres: int  # major version of the server
    tool: int  # and of the program that wrote the dump
    bytes: int  # of the files
    missing: list[str]  # named by a row, but lost before the backup
    files_in: str = ""  # address of the bucket that holds the files; '' if the archive does
    format: int = FORMAT


class Writer:
    """An archive that is being written; there whole under its name, or not at all."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar, self._sums = tar, list[str]()

    def add(self, source: Path, name: str) -> None:
        """Add a file as it is now; what is appended meanwhile is left out."""
        with source.open("rb") as file:
            info = tarfile.TarInfo(name)
            stat = os.fstat(file.fileno())
            info.size, info.mtime, info.mode = stat.st_size, int(stat.st_mtime), 0o600
            self._write(info, file)

    def add_stream(self, file: IO[bytes], size: int, name: str) -> None:
        """Add so many bytes of a file that lies elsewhere."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._write(info, file)

    def add_text(self, text: str, name: str) -> None:
        """Add a small text."""
        self.add_stream(io.BytesIO(text.encode()), len(text.encode()), name)

    def end(self) -> None:
        """Add the checksums, which tell that nothing is cut off."""
        self.add_text("".join(self._sums), SUMS)

    def _write(self, info: tarfile.TarInfo, file: IO[bytes]) -> None:
        hashed = _Hashed(file)
        self._tar.addfile(info, hashed)
        self._sums.append(f"{hashed.digest()}  {info.name}\n")


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._sum = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._sum.update(data)
        return data

    def digest(self) -> str:
        return self._sum.hexdigest()


@contextmanager
def writing(target: Path, manifest: Manifest) -> Iterator[Writer]:
    """Write an archive, readable by ourselves alone: it holds what people's passwords are checked against."""
    part = target.with_name(f".part-{target.name}")
    try:
        with open(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT, bufsize=_BLOCK) as tar:
                writer = Writer(tar)
                writer.add_text(json.dumps(asdict(manifest), indent=1), MANIFEST)
                yield writer
                writer.end()
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def read_manifest(source: Path) -> Manifest:
    """Return what a backup says of itself.

    Raises:
        BadBackup: it is none, or of a format that this release does not know.
    """
    with _damage(source), tarfile.open(source, "r|") as tar:
        first = tar.next()
        if first is None or first.name != MANIFEST or first.size > _SMALL:
            raise BadBackup(f"{source} is no backup of Terrascribe; choose a file that `manage.py backup` wrote.")
        told: dict[str, Any] = json.loads(_opened(tar, first).read())
        if told.get("format") != FORMAT:
            raise BadBackup(
                f"{source} has format {told.get('format')}, this release reads {FORMAT}: restore it with the release "
                f"{told.get('version')} that wrote it."
            )
        told.setdefault("files_in", "")  # older ones hold their files
        return Manifest(**{field.name: told[field.name] for field in fields(Manifest)})


def unpack(source: Path, folder: Path) -> None:
    """Unpack an archive into a folder and check every byte of it.

    Raises:
        BadBackup: it is damaged or cut off; what was unpacked is of no use.
    """
    sums, listed = dict[str, str](), ""
    with _damage(source), tarfile.open(source, "r|", bufsize=_BLOCK) as tar:
        for member in tar:
            opened = _opened(tar, member)
            if member.name == SUMS:
                listed = opened.read().decode()
                continue
            hashed = _Hashed(opened)
            path = folder / _safe(member.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                shutil.copyfileobj(hashed, file, _BLOCK)
            os.utime(path, (member.mtime, member.mtime))
            sums[member.name] = hashed.digest()
    if not listed:
        raise BadBackup(f"{source} is cut off: its end is missing. Copy it again from where it was written.")
    wrong = set(listed.splitlines()) ^ {f"{digest}  {name}" for name, digest in sums.items()}
    if wrong:
        name = min(line.partition("  ")[2] for line in wrong)
        raise BadBackup(f"{source} is damaged: {name} is not what was written. Copy it again, or take another backup.")


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    opened = tar.extractfile(member) if member.isreg() else None
    if opened is None:
        raise BadBackup(f"The backup is damaged: it holds something that is no file: {member.name!r}.")
    return opened


def _safe(name: str) -> Path:
    path = PurePosixPath(name)
    if name not in (MANIFEST, DUMP) and (path.parts[:1] != (FILES,) or ".." in path.parts or len(path.parts) < 2):
        raise BadBackup(f"The backup is damaged, or no backup: it names {name!r}.")
    return Path(path)


@contextmanager
def _damage(source: Path) -> Iterator[None]:
    """Say of whatever a damaged file makes the readers say that it is damaged."""
    try:
        yield
    except FileNotFoundError as error:
        raise BadBackup(f"{error.filename} is not there; check the path.") from error
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, FileExistsError) as error:
        raise BadBackup(f"{source} is damaged, cut off, or no backup ({error}). Copy it again.") from error
