"""Directories: the table of contents of a TIFF, counted before a library reads it.

GDAL keeps something of each directory, and each item of metadata costs it the more the more there are: 400,000
directories take a gigabyte, 80,000 items most of a minute. Real files have a dozen and a few hundred.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mlcore.errors import FileTooLarge

MOST_DIRECTORIES = 1000
MOST_ITEMS = 10_000
MOST_METADATA = 4 * 2**20  # bytes
_METADATA = 42112  # the tag that GDAL writes
_MOST_ENTRIES = 65_535
_BIG = {b"II+\0", b"MM\0+"}
_PLAIN = {b"II*\0", b"MM\0*"}


def check_directories(path: Path) -> None:
    """Refuse a TIFF with a monstrous table of contents; whether it is sound is for GDAL to say.

    Raises:
        FileTooLarge: it has more directories, or more metadata, than any real file.
    """
    with path.open("rb") as file:
        check_directories_of(file, path.name)


def check_directories_of(file: BinaryIO, name: str) -> None:
    """Refuse a TIFF that is open, as `check_directories` does."""
    start = file.read(4)
    if start not in _BIG | _PLAIN:
        return
    for number, metadata in enumerate(_directories(file, start)):
        if number >= MOST_DIRECTORIES:
            raise FileTooLarge(f"{name} has more than {MOST_DIRECTORIES:,} pages; keep the one that holds the image.")
        if len(metadata) > MOST_METADATA or metadata.count(b"<Item") > MOST_ITEMS:
            raise FileTooLarge(
                f"{name} carries more than {MOST_ITEMS:,} items of metadata, which take minutes to read; "
                "write it without them."
            )


def _directories(file: BinaryIO, start: bytes) -> Iterator[bytes]:
    """Yield the metadata of each directory, at most a byte more than is allowed; stop where the file makes no sense."""
    order, big = "<" if start.startswith(b"II") else ">", start in _BIG
    offset_form, count_form, entry_form = ("Q", "Q", "HHQQ") if big else ("I", "H", "HHII")
    file.seek(8 if big else 4)
    try:
        (offset,) = _unpack(file, order + offset_form)
        while offset:
            file.seek(offset)
            (count,) = _unpack(file, order + count_form)
            if count > _MOST_ENTRIES:
                return
            entries = [_unpack(file, order + entry_form) for _ in range(count)]
            (offset,) = _unpack(file, order + offset_form)
            yield _metadata(file, entries)
    except (struct.error, OverflowError, OSError):
        return


def _metadata(file: BinaryIO, entries: list[tuple[int, ...]]) -> bytes:
    for tag, _, length, place in entries:
        if tag == _METADATA and length > 8:
            file.seek(place)
            return file.read(min(length, MOST_METADATA + 1))
    return b""


def _unpack(file: BinaryIO, form: str) -> tuple[int, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))
