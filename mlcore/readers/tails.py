"""Tails: what lies behind the last byte of a raster of ours, where nothing that reads rasters looks.

A raster and what was left out of it are one file that way: they appear, are counted, backed up and removed together.
There may be several, of different kinds, one behind the other.
"""

import shutil
import struct
from pathlib import Path

from mlcore.errors import UnreadableFile
from mlcore.files import check_plain

_END = struct.Struct("<Q8s")  # bytes of the tail before this, and what kind of tail it is
_OURS, _MOST = b"TS", 4  # how all kinds begin, and how many a file has at most


def tail_of(path: Path, magic: bytes) -> tuple[int, int] | None:
    """Return where a file's tail of a kind begins and how many bytes it has; None where it has none."""
    left = check_plain(path).st_size - _END.size
    with path.open("rb") as file:
        for _ in range(_MOST):
            file.seek(max(0, left))
            end = file.read(_END.size)
            length, own = _END.unpack(end) if left >= 0 and len(end) == _END.size else (0, b"")
            if not own.startswith(_OURS) or length > left:
                return None
            if own == magic:
                return left - length, length
            left -= length + _END.size
    return None


def read_tail(path: Path, magic: bytes) -> bytes:
    """Return a whole tail.

    Raises:
        UnreadableFile: there is none of that kind.
    """
    place = tail_of(path, magic)
    if place is None:
        raise UnreadableFile(f"{path.name} has no records behind it.")
    with path.open("rb") as file:
        file.seek(place[0])
        return file.read(place[1])


def append_tail(path: Path, magic: bytes, *parts: bytes | Path) -> None:
    """Write parts, some of which may be files, behind the last byte of a raster."""
    with path.open("ab") as target:
        start = target.tell()
        for part in parts:
            if isinstance(part, Path):
                with part.open("rb") as source:
                    shutil.copyfileobj(source, target, 2**20)
            else:
                target.write(part)
        target.write(_END.pack(target.tell() - start, magic))


def copy_tail(source: Path, target: Path, magic: bytes) -> None:
    """Write the tail of one raster, and those behind it, behind another that has none yet; without any, do nothing."""
    place = tail_of(source, magic)
    if place is None or tail_of(target, magic) is not None:
        return
    with source.open("rb") as file, target.open("ab") as copy:
        file.seek(place[0])
        shutil.copyfileobj(file, copy, 2**20)
