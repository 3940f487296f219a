"""Returns: the single points of a gridded cloud, sorted by place, kept behind the raster that was made of them.

They lie in the pixels of that raster, so that whoever states another place for it moves them along. Of points that are
sorted by cells of pixels, those of a tile are a few runs of bytes: nothing is unpacked and nothing else is read.
"""

import math
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import NotOffered
from mlcore.readers.tails import append_tail, copy_tail, tail_of

CELL_PX = 16
RETURN = np.dtype(
    [("x", "<f4"), ("y", "<f4"), ("z", "<f4"), ("intensity", "<u2"), ("class", "u1"), ("number", "u1")]
)  # x, y in px of the raster from its upper left corner; z in m; number: 1 for the first return of a pulse
MAGIC = b"TSRETURN"
_SHAPE = struct.Struct("<QII")  # points; rows and columns of cells

Rows = NDArray[Any]  # [N] of RETURN


def cells_for(shape: tuple[int, int]) -> tuple[int, int]:
    """Return how many rows and columns of cells a raster of so many rows and columns has."""
    return math.ceil(shape[0] / CELL_PX), math.ceil(shape[1] / CELL_PX)


class ReturnsWriter:
    """Puts points that come in any order to their places in a file, a part at a time."""

    def __init__(self, path: Path, counts: NDArray[np.int64]) -> None:
        """Make the file for so many points in each cell, [rows, columns]."""
        self.path, self.shape = path, counts.shape
        self.starts = np.concatenate([[0], np.cumsum(counts.ravel())]).astype("<i8")
        self._next = self.starts[:-1].copy()
        self._file = path.open("wb", buffering=0)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def add(self, points: Rows) -> None:
        """Write points; each must lie in the raster."""
        cell = (points["y"] // CELL_PX).astype(np.int64) * self.shape[1] + (points["x"] // CELL_PX).astype(np.int64)
        order = np.argsort(cell, kind="stable")
        cell, data = cell[order], points[order]
        ends = np.append(np.flatnonzero(np.diff(cell)) + 1, len(cell)) if len(cell) else np.zeros(0, np.int64)
        first, place = 0, self._file.fileno()
        for end in ends.tolist():
            here = int(cell[first])
            os.pwrite(place, data[first:end].tobytes(), int(self._next[here]) * RETURN.itemsize)
            self._next[here] += end - first
            first = end

    def append_to(self, raster: Path) -> None:
        """Write what was gathered behind the last byte of a raster, and remove it here."""
        self._file.close()
        shape = _SHAPE.pack(int(self.starts[-1]), *self.shape)
        append_tail(raster, MAGIC, self.path, self.starts.tobytes(), shape)
        self.path.unlink()


@dataclass(frozen=True)
class Returns:
    """The points behind a raster."""

    path: Path
    offset: int  # bytes
    starts: NDArray[np.int64]  # [rows * columns + 1], of the points of each cell
    shape: tuple[int, int]  # rows and columns of cells

    @classmethod
    def of(cls, path: Path) -> "Returns":
        """Find the points behind a raster.

        Raises:
            NotOffered: there are none: it was taken in before they were kept.
        """
        place = tail_of(path, MAGIC)
        if place is None or place[1] < _SHAPE.size:
            raise NotOffered("The single points of this cloud were not kept; remove its scene and add the file again.")
        with path.open("rb") as file:
            file.seek(place[0] + place[1] - _SHAPE.size)
            count, rows, columns = _SHAPE.unpack(file.read(_SHAPE.size))
            file.seek(place[0] + count * RETURN.itemsize)
            starts = np.frombuffer(file.read((rows * columns + 1) * 8), "<i8")
        return cls(path, place[0], starts, (rows, columns))

    def within(self, left: float, top: float, right: float, bottom: float, *, most: int) -> tuple[Rows, int]:
        """Return the points of the cells that a box of px touches, and of how many one was taken to have about `most`.

        None is left out where they are no more than that.
        """
        runs = self._runs(left, top, right, bottom)
        every = max(1, math.ceil(sum(end - start for start, end in runs) / most))
        if not runs:
            return np.zeros(0, RETURN), every
        points = np.memmap(self.path, RETURN, "r", offset=self.offset, shape=(int(self.starts[-1]),))
        return np.concatenate([points[start:end:every] for start, end in runs]), every

    def _runs(self, left: float, top: float, right: float, bottom: float) -> list[tuple[int, int]]:
        """Return the first point of each run, and the one after its last."""
        rows, columns = self.shape
        first, last = max(0, math.floor(left / CELL_PX)), min(columns - 1, math.floor(right / CELL_PX))
        lines = range(max(0, math.floor(top / CELL_PX)), min(rows - 1, math.floor(bottom / CELL_PX)) + 1)
        if first > last:
            return []
        ends = [(self.starts[row * columns + first], self.starts[row * columns + last + 1]) for row in lines]
        return [(int(start), int(end)) for start, end in ends if end > start]


def copy_returns(source: Path, target: Path) -> None:
    """Write the points behind one raster, and the file they came in, behind another; without any, do nothing."""
    copy_tail(source, target, MAGIC)
