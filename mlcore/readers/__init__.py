"""Readers: one module a kind of file, chosen by how a file begins and never by its name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlcore.errors import UnreadableFile, UnsafeFile, look_up
from mlcore.files import first_bytes
from mlcore.readers.points import PointsReader
from mlcore.readers.rasters import RasterReader
from mlcore.readers.reader import Facts, Reader
from mlcore.readers.records import PostsReader, SeriesReader
from mlcore.readers.remote import RemoteReader

__all__ = ["READERS", "Facts", "Reader", "facts_from_dict", "get_reader", "reader_of"]

READERS: dict[str, Reader] = {
    reader.kind: reader for reader in (RasterReader(), PointsReader(), PostsReader(), SeriesReader(), RemoteReader())
}
_START = 16  # bytes


def get_reader(kind: str) -> Reader:
    """Return the reader of a kind of file, as the database names it.

    Raises:
        UnknownName: there is no such kind; the message lists those there are.
    """
    return look_up(READERS, kind, "kind of file")


def reader_of(file: Path) -> Reader:
    """Return the reader of a file's content.

    Raises:
        UnreadableFile: no such file, or an empty one.
        UnsafeFile: not a plain local file, or of no kind that is read; the message names those that are.
    """
    start = first_bytes(file, _START)
    if not start:
        raise UnreadableFile(f"{file.name} is empty; send it again.")
    for reader in READERS.values():
        if reader.begins(start):
            return reader
    kinds = ", nor a ".join(reader.title for reader in READERS.values() if reader.is_sent)
    raise UnsafeFile(f"{file.name} is not a {kinds}; virtual rasters and files that refer to others are not accepted.")


def facts_from_dict(data: Mapping[str, Any]) -> Facts:
    """Rebuild the facts of a file of any kind from `to_dict`."""
    return get_reader(str(data["kind"])).described(data)
