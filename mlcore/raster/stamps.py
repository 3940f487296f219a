"""Stamps: many small masks of one shape and CRS, each with its own place, cast from the first one that GDAL wrote.

Opening a file for writing costs GDAL more than all the rest of a small mask; what differs between two of them is their
corner and their pixels.
"""

import struct
import tempfile
import zlib
from functools import lru_cache
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from mlcore.raster.cog import BLOCK
from mlcore.raster.write import Colour, write_mask

Mask = NDArray[np.uint8]
Kind = tuple[tuple[int, ...], str | None, tuple[float, ...]]

_TILE_OFFSETS, _TILE_BYTES, _TIE_POINT, _TRANSFORMATION = 324, 325, 33922, 34264
_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 12: 8, 16: 8}  # bytes of TIFF's types
_ADLER = 65521  # the prime of zlib's checksum
_MOST = 1000  # kinds of which a stamp is kept: chips may all have different sizes


class Stamps:
    """The stamps of one table of classes."""

    def __init__(self, colours: dict[int, Colour], names: dict[int, str]) -> None:
        """Take colours and names by code."""
        self.colours, self.names = colours, names
        self._cast: dict[Kind, _Stamp | None] = {}

    def write(self, path: Path, classes: Mask, transform: Affine, crs: str | None) -> None:
        """Write class codes [H, W] as `write_mask` does; the folder is nobody else's, and gone where this fails."""
        kind = (classes.shape, crs, (transform.a, transform.b, transform.d, transform.e))
        if kind not in self._cast and len(self._cast) < _MOST:
            self._cast[kind] = self._make(classes.shape, transform, crs)
        stamp = self._cast.get(kind)
        if stamp is None:
            write_mask(path, classes, transform, crs, colours=self.colours, names=self.names)
        else:
            path.write_bytes(stamp.press(classes, transform))

    def _make(self, shape: tuple[int, ...], transform: Affine, crs: str | None) -> "_Stamp | None":
        if max(shape) > BLOCK:
            return None
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "stamp.tif"
            blank = np.ones(shape, np.uint8)  # a block of nothing but zeros would be left out
            write_mask(path, blank, transform, crs, colours=self.colours, names=self.names)
            return _Stamp.of(path.read_bytes(), placed=crs is not None)


class _Stamp:
    """A file with one block at its end, and where in it corner and length stand."""

    def __init__(self, head: bytes, length_at: int, corner_at: tuple[int, int] | None) -> None:
        self.head, self.length_at, self.corner_at = head, length_at, corner_at

    @classmethod
    def of(cls, file: bytes, *, placed: bool) -> "_Stamp | None":
        """Return the stamp of a little-endian TIFF; None where its parts lie in another order."""
        if file[:4] != b"II*\0":
            return None
        entries = _entries(file)
        offset, length = (entries.get(tag) for tag in (_TILE_OFFSETS, _TILE_BYTES))
        if offset is None or length is None or offset[1] != 1 or length[0] != 4:
            return None
        (start,), (size,) = struct.unpack_from("<I", file, offset[2]), struct.unpack_from("<I", file, length[2])
        if start + size != len(file):
            return None
        corner = _corner(entries)
        return cls(file[:start], length[2], corner) if corner or not placed else None

    def press(self, classes: Mask, transform: Affine) -> bytes:
        """Return the file of other pixels at another corner."""
        packed = _packed(classes)
        head = bytearray(self.head)
        struct.pack_into("<I", head, self.length_at, len(packed))
        if self.corner_at:
            for at, number in zip(self.corner_at, (transform.c, transform.f), strict=True):
                struct.pack_into("<d", head, at, number)
        return bytes(head) + packed


def _packed(classes: Mask) -> bytes:
    """Return a block that begins with classes [H, W], compressed: the rows of nothing below them are ready-made."""
    rows = np.zeros((classes.shape[0], BLOCK), np.uint8)
    rows[:, : classes.shape[1]] = classes
    pack, data = zlib.compressobj(1), rows.tobytes()
    head = pack.compress(data) + pack.flush(zlib.Z_FULL_FLUSH)
    tail, count = _nothing(BLOCK - len(rows))
    low, high = (total := zlib.adler32(data)) & 0xFFFF, total >> 16
    return head + tail + struct.pack(">HH", (high + count * low) % _ADLER, low)  # zeros add nothing but their number


@lru_cache(maxsize=BLOCK)
def _nothing(rows: int) -> tuple[bytes, int]:
    """Return the end of a deflated block of so many rows without a label, and how many bytes they are."""
    pack, count = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS), rows * BLOCK
    return pack.compress(bytes(count)) + pack.flush(), count


def _entries(file: bytes) -> dict[int, tuple[int, int, int]]:
    """Return type, count and place of the values of each entry of the first directory."""
    (first,) = struct.unpack_from("<I", file, 4)
    (count,) = struct.unpack_from("<H", file, first)
    entries = {}
    for at in range(first + 2, first + 2 + 12 * count, 12):
        tag, kind, length = struct.unpack_from("<HHI", file, at)
        inline = _WIDTHS.get(kind, 8) * length <= 4
        entries[tag] = (kind, length, at + 8 if inline else struct.unpack_from("<I", file, at + 8)[0])
    return entries


def _corner(entries: dict[int, tuple[int, int, int]]) -> tuple[int, int] | None:
    """Return where the coordinates of the upper left corner stand: in a tie point, or in a matrix."""
    if tie := entries.get(_TIE_POINT):
        return tie[2] + 24, tie[2] + 32
    if matrix := entries.get(_TRANSFORMATION):
        return matrix[2] + 24, matrix[2] + 56
    return None
