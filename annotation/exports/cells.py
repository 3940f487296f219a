"""Cells: what a label speaks of, in the pixels that the user knows: a square of a lattice, or a chip of any shape."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from annotation.models import Grid, Scene
from mlcore.raster.grid import GridSpec
from mlcore.raster.info import RasterInfo

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


def cell_of_tile(grid: Grid, column: int, row: int) -> Cell:
    """Return a cell of a lattice."""
    return Cell(grid.spec(), column, row, grid.tile_px, grid.tile_px)


def cell_of_chip(info: RasterInfo, side: int) -> Cell:
    """Return a ready-made chip on a lattice of its own, whose pixels make its longest side as long as the label's."""
    scale = max(info.width, info.height) / side
    placed = info.affine @ Affine.scale(scale)
    spec = GridSpec(info.crs, (placed.a, placed.b, placed.c, placed.d, placed.e, placed.f), side)
    return Cell(spec, 0, 0, max(1, round(info.width / scale)), max(1, round(info.height / scale)))


def stems_of(tiles: Iterable[tuple[int, int, str]]) -> dict[tuple[int, int], str]:
    """Return below which path files about each ready-made chip go: its own, where that is safe and nobody else's.

    Args:
        tiles: grid, column and name of each, the oldest first.
    """
    stems: dict[tuple[int, int], str] = {}
    taken: set[str] = set()
    for grid, column, name in tiles:
        key = name.casefold()
        if key not in taken and _is_path(name):
            taken.add(key)
            stems[grid, column] = name
    return stems


def _is_path(name: str) -> bool:
    parts = name.split("/")
    folders = PurePosixPath(name.casefold()).parts[:-1]
    if name.startswith(_OF_OTHERS) or any(folder.endswith(_ENDINGS) for folder in folders):
        return False
    return all(_is_part(part) for part in parts)


def _is_part(part: str) -> bool:
    whole = part.strip() == part and part.strip(".") != "" and not part.endswith(".")
    return whole and len(part.encode()) <= _LONGEST_PART and not _NOT_EVERYWHERE & set(part) and part.isprintable()


def finest(chips: Iterable[Scene]) -> dict[tuple[int, int], Scene]:
    """Return the chip with the most pixels a side of each ready-made tile, by its grid and column."""
    by_size = sorted(chips, key=lambda scene: max(scene.asset.facts["width"], scene.asset.facts["height"]))
    return {(scene.grid_id, scene.first_column): scene for scene in by_size}
