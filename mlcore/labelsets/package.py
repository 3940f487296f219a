"""Package: a file of labels, or a zip of them, opened under limits and without trusting a name in it."""

import codecs
import hashlib
import io
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from mlcore.errors import FileTooLarge, UnreadableFile, UnsafeFile

MOST_FILES = 200_000
MOST_CONTENTS = MOST_FILES * 400  # bytes of the table of contents
MOST_RATIO = 200  # unpacked to packed; bombs start at 1000
FREE_RATIO = 64 * 2**20  # bytes that may unpack at any ratio
LONGEST_LINE = 64 * 2**20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_BLOCK = 2**20


class Package:
    """The files that labels came in, by their paths; a single file is a package of one."""

    def __init__(self, path: Path, name: str, *, most_bytes: int) -> None:
        """Look at the table of contents.

        Args:
            path: of the file here.
            name: as people call it.
            most_bytes: that it may unpack to.

        Raises:
            UnreadableFile, UnsafeFile, FileTooLarge: it is damaged, hostile, or too much.
        """
        self.path, self.name = path, name
        self._archive = _archive(path, name) if _is_zip(path) else None
        self._members = _members(self._archive, path, name, most_bytes) if self._archive else {}

    @property
    def names(self) -> list[str]:
        """Return the paths of the files in it."""
        return list(self._members) if self._archive else [self.name]

    @property
    def is_archive(self) -> bool:
        """Return whether it is a zip."""
        return self._archive is not None

    def __contains__(self, name: str) -> bool:
        """Return whether there is a file of this path."""
        return name in self._members if self._archive else name == self.name

    def ending(self, *endings: str) -> list[str]:
        """Return the files with one of these endings, sorted."""
        return sorted(name for name in self.names if PurePosixPath(name.lower()).suffix in endings)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open one of its files.

        Raises:
            UnreadableFile: it is damaged.
        """
        try:
            if self._archive is None:
                with self.path.open("rb") as file:
                    yield file
            else:
                with self._archive.open(self._members[name]) as packed:
                    yield io.BufferedReader(packed, _BLOCK)  # type: ignore[type-var]
        except _DAMAGED as error:
            raise UnreadableFile(f"{name} in {self.name} is damaged ({error}); pack it again.") from error

    def start(self, name: str, size: int = 4096) -> bytes:
        """Return the first bytes of a file."""
        with self.open(name) as file:
            return file.read(size)

    def read(self, name: str, most: int = 64 * 2**20) -> bytes:
        """Return a small file.

        Raises:
            FileTooLarge: it is none.
        """
        with self.open(name) as file:
            content = file.read(most + 1)
        if len(content) > most:
            raise FileTooLarge(f"{name} in {self.name} is larger than {most >> 20} MB.")
        return content

    def json(self, name: str) -> Any:
        """Return what a small file of JSON says."""
        try:
            return json.loads(self.read(name))
        except (ValueError, RecursionError) as error:
            raise UnreadableFile(f"{name} in {self.name} is no JSON ({error}); write it again.") from error

    def lines(self, name: str) -> Iterator[str]:
        """Yield the lines of a text in UTF-8."""
        with self.open(name) as file:
            while line := file.readline(LONGEST_LINE):
                yield line.decode("utf-8", errors="replace")

    def encoding(self, name: str) -> str:
        """Return how a text is written: what is neither UTF-16 by its first bytes nor UTF-8 is of older Windows."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        with self.open(name) as file:
            block = file.read(_BLOCK)
            if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            try:
                while block:
                    decoder.decode(block)
                    block = file.read(_BLOCK)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return "cp1252"
        return "utf-8-sig"

    def text(self, name: str) -> str:
        """Return a small text in whatever way it is written."""
        return self.read(name).decode(self.encoding(name), errors="replace")

    def extract(self, name: str, folder: Path) -> Path:
        """Write a file into a folder under a name of ours, and return its path; its ending stays."""
        if self._archive is None and PurePosixPath(name).suffix == self.path.suffix:
            return self.path
        key = hashlib.sha256(name.encode()).hexdigest()[:16]
        target = folder / f"{key}{PurePosixPath(name).suffix.lower()[:10]}"
        with self.open(name) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy, _BLOCK)
        return target

    def check_sums(self, listed: str = "SHA256SUMS") -> None:
        """Compare files with the checksums that came along.

        Raises:
            UnreadableFile: one is missing or differs.
        """
        for line in self.lines(listed):
            expected, _, name = line.rstrip("\n").partition("  ")
            if name not in self:
                raise UnreadableFile(f"{self.name} lacks {name!r}, which {listed} names; export it again.")
            with self.open(name) as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != expected:  # type: ignore[arg-type]
                    raise UnreadableFile(
                        f"{name} in {self.name} is not what was exported: its checksum differs. Export it again."
                    )


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def _archive(path: Path, name: str) -> zipfile.ZipFile:
    try:
        with path.open("rb") as content:
            end = zipfile._EndRecData(content)  # type: ignore[attr-defined]  # what ZipFile goes by, zip64 included
        if end and end[zipfile._ECD_SIZE] > MOST_CONTENTS:  # type: ignore[attr-defined]
            raise FileTooLarge(f"{name} lists too many files. Split it.")
        return zipfile.ZipFile(path)
    except (*_DAMAGED, OSError) as error:
        raise UnreadableFile(f"{name} is a damaged archive, or cut off ({error}); pack it again.") from error


def _members(archive: zipfile.ZipFile, path: Path, name: str, most: int) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for item in archive.infolist():
        if item.is_dir() or _is_hidden(item.filename):
            continue
        _check_name(item.filename, name)
        if item.flag_bits & 1:
            raise UnreadableFile(f"{name} is encrypted; pack it without a password.")
        if item.filename in members:
            raise UnsafeFile(f"{name} holds {item.filename!r} twice; pack each file once.")
        members[item.filename] = item
    unpacked, packed = sum(item.file_size for item in members.values()), path.stat().st_size
    if len(members) > MOST_FILES:
        raise FileTooLarge(f"{name} holds {len(members):,} files; at most {MOST_FILES:,} at once. Split it.")
    if unpacked > most:
        raise FileTooLarge(f"{name} would unpack to {unpacked >> 20:,} MB; split it.")
    if unpacked > max(FREE_RATIO, MOST_RATIO * packed):
        raise UnsafeFile(f"{name} would unpack to {unpacked // max(packed, 1)} times its size; no labels do.")
    return members


def _is_hidden(name: str) -> bool:
    return any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in name.split("/"))


def _check_name(member: str, name: str) -> None:
    parts = member.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in member:
        raise UnsafeFile(f"{name} holds a file that wants to lie elsewhere ({member[:80]!r}); pack plain paths.")
