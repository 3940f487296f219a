"""GridSpec: a lattice of square tiles in one CRS or in image coordinates, and how rasters lie on it."""

import math
from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.windows import Window
from shapely.geometry import Polygon

from mlcore.raster.info import RasterInfo
from mlcore.raster.lonlat import apply, lonlat_polygons, unit_ring
from mlcore.raster.opening import Transform
from mlcore.samples import Bounds

_SNAP = 1e-3  # px; rounding of transforms in files must not shift or add a tile
_ALIGNED = 1e-6  # relative
_MAX_RATIO = 8  # pixel sizes further apart do not share tiles


@dataclass(frozen=True)
class GridSpec:
    """A lattice of tiles; tile (0, 0) begins at the lattice's origin, and indices may be negative."""

    crs: str | None  # None = image coordinates
    transform: Transform  # lattice pixel (column, row) -> CRS
    tile_px: int  # side of a tile in lattice pixels

    @property
    def affine(self) -> Affine:
        """Return the transform as an object that multiplies."""
        return Affine(*self.transform)

    def tile_transform(self, col: int, row: int) -> Affine:
        """Return the transform of one tile's pixels."""
        return self.affine @ Affine.translation(col * self.tile_px, row * self.tile_px)

    def tile_polygon(self, col: int, row: int) -> Polygon:
        """Return one tile's square in the grid's CRS."""
        x, y = self._rings(np.array([col]), np.array([row]), segments=1)
        return Polygon(np.stack([x[0], y[0]], axis=1))

    def tile_bounds(self, col: int, row: int) -> Bounds:
        """Return the box around one tile in the grid's CRS; of a rotated tile it holds more than the tile."""
        return self.tile_polygon(col, row).bounds

    def tile_polygons_wgs84(self, cols: NDArray[np.integer], rows: NDArray[np.integer]) -> NDArray[np.object_]:
        """Return N tiles in longitude and latitude, transformed in one call."""
        if self.crs is None:
            return np.full(len(cols), None, dtype=object)
        x, y = self._rings(np.asarray(cols), np.asarray(rows), segments=4)
        return lonlat_polygons(x, y, self.crs)

    def _rings(
        self, cols: NDArray[np.integer], rows: NDArray[np.integer], *, segments: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        ring = unit_ring(segments)
        columns = (cols[:, None] + ring[:, 0]) * self.tile_px
        lines = (rows[:, None] + ring[:, 1]) * self.tile_px
        return apply(self.affine, columns, lines)

    def matches(self, info: RasterInfo) -> bool:
        """Return whether a raster can be cut by this grid.

        It needs the same CRS, parallel axes and a similar pixel size. Rasters in image coordinates never share a
        grid: equal pixel positions in two of them say nothing about place.
        """
        if self.crs is None or info.crs != self.crs:
            return False
        step = ~self.affine @ info.affine  # raster pixels -> lattice pixels
        return is_parallel(step) and all(1 / _MAX_RATIO <= scale <= _MAX_RATIO for scale in (step.a, step.e))

    def tile_range(self, info: RasterInfo) -> tuple[int, int, int, int]:
        """Return (first column, first row, columns, rows) of the tiles that a raster touches."""
        step = ~self.affine @ info.affine
        corners = [step @ corner for corner in ((0, 0), (info.width, 0), (info.width, info.height), (0, info.height))]
        (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*corners, strict=True))
        col0, row0 = (math.floor((value + _SNAP) / self.tile_px) for value in (left, top))
        col1, row1 = (math.ceil((value - _SNAP) / self.tile_px) for value in (right, bottom))
        return col0, row0, max(1, col1 - col0), max(1, row1 - row0)

    def window(self, info: RasterInfo, col: int, row: int) -> Window:
        """Return one tile in the pixels of a raster that matches; it may reach beyond the raster."""
        return self.window_in(info.affine, col, row)

    def window_in(self, affine: Affine, col: int, row: int, *, margin_px: float = 0) -> Window:
        """Return one tile, with a margin in lattice pixels, in the pixels of a raster with this transform."""
        step = ~affine @ self.affine  # lattice pixels -> raster pixels
        left, top = step @ (col * self.tile_px - margin_px, row * self.tile_px - margin_px)
        side = self.tile_px + 2 * margin_px
        return Window(_snapped(left), _snapped(top), _snapped(side * step.a), _snapped(side * step.e))


def is_parallel(step: Affine) -> bool:
    """Return whether two lattices, one of whose pixels become the other's by `step`, have the same directions."""
    straight = abs(step.b) <= _ALIGNED * abs(step.a) and abs(step.d) <= _ALIGNED * abs(step.e)
    return straight and step.a > 0 and step.e > 0


def _snapped(value: float) -> float:
    nearest = round(value)
    return float(nearest) if abs(value - nearest) < _SNAP else value


def grid_for(info: RasterInfo, tile_px: int) -> GridSpec:
    """Return the grid whose lattice is a raster's own pixels."""
    return GridSpec(info.crs, info.transform, tile_px)
