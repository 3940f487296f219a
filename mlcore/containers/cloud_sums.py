"""Cloud sums: what is gathered of the points in each pixel, a part of them at a time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.pillars import HEIGHT_BINS_M
from mlcore.readers.returns import CELL_PX, cells_for

_BINS = len(HEIGHT_BINS_M) + 1


class Sums:
    """What is gathered of the points in each pixel."""

    def __init__(self, shape: tuple[int, int]) -> None:
        """Begin with none, of so many rows and columns."""
        size, self.shape = shape[0] * shape[1], shape
        self.lowest = np.full(size, np.inf, np.float32)
        self.highest = np.full(size, -np.inf, np.float32)
        self.count = np.zeros(size, np.float32)
        self.inside, self.bright = np.zeros((2, _BINS, size), np.float32)
        self.light = np.zeros(size, np.float32)
        self.top = np.zeros(size, np.uint8)
        self.brightest = 0.0
        self.cells = np.zeros(cells_for(shape), np.int64)

    def measure(self, cell: NDArray[np.int64], z: NDArray[np.float32], light: NDArray[np.float32]) -> None:
        """Find the ends of each pixel's heights."""
        np.minimum.at(self.lowest, cell, z)
        np.maximum.at(self.highest, cell, z)
        self.brightest = max(self.brightest, float(light.max(initial=0)))
        row, column = np.divmod(cell, self.shape[1])
        here = (row // CELL_PX) * self.cells.shape[1] + column // CELL_PX
        self.cells += np.bincount(here, minlength=self.cells.size).reshape(self.cells.shape)

    def fill(self, cell: NDArray[np.int64], z: NDArray[np.float32], ground: NDArray[np.float32], part: Any) -> None:
        """Count what lies how high above the ground."""
        light = np.asarray(part["intensity"], np.float32) / (self.brightest or 1.0)
        level = np.searchsorted(HEIGHT_BINS_M, z - ground[cell], side="right")
        np.add.at(self.count, cell, 1)
        np.add.at(self.light, cell, light)
        np.add.at(self.inside.reshape(-1), level * len(self.count) + cell, 1)
        np.add.at(self.bright.reshape(-1), level * len(self.count) + cell, light)
        is_top = z >= self.highest[cell]
        self.top[cell[is_top]] = np.asarray(part["classification"], np.uint8)[is_top]
