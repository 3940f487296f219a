"""Cells: what a label speaks of, in the pixels that the user knows: a square of a lattice, or a chip of any shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from mlcore.raster.grid import GridSpec

_LONGEST_PART = 200  # bytes; file systems stop at 255, and an ending follows
_NOT_EVERYWHERE = set('\\:*?"<>|')  # what some file systems refuse in a name
_ENDINGS = (".png", ".tif")  # of what exports write: a folder of such a name may be a file there
_OF_OTHERS = ("tile-", "scene-")  # how files of tiles without a name begin


@dataclass(frozen=True)
class Cell:
    """A tile on a lattice, of which the first `height` rows and `width` columns are ground; the rest is padding."""

    spec: GridSpec
    column: int
    row: int
    width: int  # px
    height: int  # px

    @property
    def transform(self) -> Affine:
        """Return how its pixels become coordinates."""
        return self.spec.tile_transform(self.column, self.row)

    @property
    def numbers(self) -> list[float]:
        """Return the transform as six numbers; the matrix product costs more than the rest of an image in COCO."""
        a, b, c, d, e, f = self.spec.transform
        left, top = self.column * self.spec.tile_px, self.row * self.spec.tile_px
        return [a, b, a * left + b * top + c, d, e, d * left + e * top + f]

    @property
    def pixel_bounds(self) -> list[int]:
        """Return left, top, right, bottom in pixels of the lattice."""
        left, top = self.column * self.spec.tile_px, self.row * self.spec.tile_px
        return [left, top, left + self.width, top + self.height]

    @property
    def is_padded(self) -> bool:
        """Return whether the square that is kept holds more than the user's pixels."""
        return min(self.width, self.height) < self.spec.tile_px

    def inside(self, region: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
        """Return a region of the square [side, side], or the whole tile, as the user's pixels [height, width]."""
        if region is None:
            return np.ones((self.height, self.width), np.bool_)
        return region[: self.height, : self.width]


def cell_of_tile(spec: GridSpec, column: int, row: int) -> Cell:
    """Return a cell of a lattice."""
    return Cell(spec, column, row, spec.tile_px, spec.tile_px)


def cell_of_chip(chip: Mapping[str, Any], side: int) -> Cell:
    """Return a ready-made chip on a lattice of its own, whose pixels make its longest side as long as the label's.

    Args:
        chip: its `width` and `height` in px, its `transform` and, where it has a place, its `crs`.
        side: of the label, in px.
    """
    scale = max(chip["width"], chip["height"]) / side
    placed = Affine(*chip["transform"]) @ Affine.scale(scale)
    spec = GridSpec(chip.get("crs"), (placed.a, placed.b, placed.c, placed.d, placed.e, placed.f), side)
    return Cell(spec, 0, 0, max(1, round(chip["width"] / scale)), max(1, round(chip["height"] / scale)))


def is_path(name: str) -> bool:
    """Return whether files may be called like this on every system, and cannot be taken for others of an export."""
    parts = name.split("/")
    folders = PurePosixPath(name.casefold()).parts[:-1]
    if name.startswith(_OF_OTHERS) or any(folder.endswith(_ENDINGS) for folder in folders):
        return False
    return all(_is_part(part) for part in parts)


def _is_part(part: str) -> bool:
    whole = part.strip() == part and part.strip(".") != "" and not part.endswith(".")
    return whole and len(part.encode()) <= _LONGEST_PART and not _NOT_EVERYWHERE & set(part) and part.isprintable()
