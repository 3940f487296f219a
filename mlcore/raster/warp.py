"""Warp: pixels and validity of tiles out of a raster of any CRS, resolution and rotation.

A raster whose axes are parallel to the lattice is read by windows, which is fast. Any other is read around the tile,
from an overview where it is finer, and looked up where each pixel of the lattice lies. That GDAL's own warper isn't
asked has three reasons: it knows nothing of the antimeridian in rasters of 0 to 360 degrees, of bands that are only
marked as alpha, and of bands without any data.
"""

from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import ColorInterp, Resampling
from rasterio.io import DatasetReader
from rasterio.windows import Window

from mlcore.raster.grid import GridSpec, is_parallel
from mlcore.raster.lonlat import Floats
from mlcore.raster.opening import georeference
from mlcore.raster.places import Target, places_in
from mlcore.raster.window import Mask, Pixels, Shape, read_window


@dataclass(frozen=True)
class Care:
    """How exactly a raster is read; what people look at need not be as exact as what models read."""

    blur: float = 0.0  # px of the result that a place may be off, where that is more than a trifle of the raster's
    most_px: int = 4096  # of the raster or its overviews a side, that are read for one tile


EXACT = Care()
PICTURE = Care(blur=0.2, most_px=1024)


@dataclass(frozen=True)
class Cells:
    """A row of neighbouring tiles of a lattice, with a margin around them."""

    grid: GridSpec
    column: int
    row: int
    columns: int = 1
    margin_px: float = 0  # in lattice pixels

    def transform(self, shape: Shape) -> Affine:
        """Return the transform of their pixels (column, row), `shape` in all, to the lattice's CRS."""
        side, margin = self.grid.tile_px, self.margin_px
        width, height = side * self.columns + 2 * margin, side + 2 * margin
        corner = Affine.translation(self.column * side - margin, self.row * side - margin)
        return self.grid.affine @ corner @ Affine.scale(width / shape[1], height / shape[0])

    def window(self, affine: Affine) -> Window:
        """Return them in the pixels of a raster with this transform, whose axes are parallel."""
        tile = self.grid.window_in(affine, self.column, self.row, margin_px=self.margin_px)
        if self.columns == 1:
            return tile
        first = self.grid.window_in(affine, self.column, self.row)
        return Window(tile.col_off, tile.row_off, tile.width + (self.columns - 1) * first.width, tile.height)


def read_cells(
    dataset: DatasetReader,
    cells: Cells,
    shape: Shape,
    *,
    bands: list[int],
    resampling: Resampling | None = None,
    care: Care = EXACT,
) -> tuple[Pixels, Mask]:
    """Read tiles as `shape` pixels; what lies beyond the raster is invalid.

    Args:
        dataset: an open raster.
        cells: which tiles.
        shape: rows and columns of the result.
        bands: their numbers, from 1.
        resampling: by default nearest for classes, else averages where pixels are reduced and bilinear where not.
        care: what the pixels are for.
    """
    crs, affine = georeference(dataset)
    if crs == cells.grid.crs and is_parallel(~affine @ cells.grid.affine):
        window = cells.window(affine)
        reduces = window.width > shape[1] or window.height > shape[0]
        return read_window(
            dataset,
            window,
            shape,
            bands=bands,
            resampling=_usual(dataset, reduces) if resampling is None else resampling,
        )
    places = places_in(Target(cells.transform(shape), cells.grid.crs, shape), (crs, affine, dataset.width), care.blur)
    return look_up(dataset, places, bands, resampling, care)


def read_target(
    dataset: DatasetReader, target: Target, *, bands: list[int], resampling: Resampling, care: Care
) -> tuple[Pixels, Mask]:
    """Read a raster as any pixels with a place; what lies beyond the raster is invalid."""
    crs, affine = georeference(dataset)
    step = ~affine @ target.place
    if crs == target.crs and is_parallel(step):
        left, top = step @ (0, 0)
        window = Window(left, top, target.shape[1] * step.a, target.shape[0] * step.e)
        return read_window(dataset, window, target.shape, bands=bands, resampling=resampling)
    return look_up(dataset, places_in(target, (crs, affine, dataset.width), care.blur), bands, resampling, care)


def _usual(dataset: DatasetReader, reduces: bool) -> Resampling:
    if is_of_classes(dataset):
        return Resampling.nearest
    return Resampling.average if reduces else Resampling.bilinear


def is_of_classes(dataset: DatasetReader) -> bool:
    """Return whether the numbers are names, between which there is nothing."""
    return dataset.colorinterp[0] is ColorInterp.palette


def look_up(
    dataset: DatasetReader, places: tuple[Floats, Floats], bands: list[int], resampling: Resampling | None, care: Care
) -> tuple[Pixels, Mask]:
    """Read what lies at places, columns and rows [H, W], of a raster; not finite means nowhere."""
    across, down = places
    with np.errstate(invalid="ignore"):
        inside = (across >= 0) & (across < dataset.width) & (down >= 0) & (down < dataset.height)
    pixels, mask = np.zeros((len(bands), *across.shape), np.float32), np.zeros(across.shape, np.bool_)
    if not inside.any():
        return pixels, mask
    (left, width, fine_x), (top, height, fine_y) = (
        _extent(axis, inside, limit, care.most_px) for axis, limit in ((across, dataset.width), (down, dataset.height))
    )
    reduces = fine_x > 1 or fine_y > 1
    chosen = _usual(dataset, reduces) if resampling is None else resampling  # nearest counts as false
    shape = max(1, round(height / fine_y)), max(1, round(width / fine_x))
    window = Window(left, top, width, height)
    picked = Resampling.nearest if chosen is Resampling.nearest or not reduces else Resampling.average
    near, valid = read_window(dataset, window, shape, bands=bands, resampling=picked)
    x = (across[inside] - left) * shape[1] / width
    y = (down[inside] - top) * shape[0] / height
    nearest = np.clip(y.astype(int), 0, shape[0] - 1), np.clip(x.astype(int), 0, shape[1] - 1)
    mask[inside] = valid[nearest]
    pixels[:, inside] = near[:, *nearest] if chosen is Resampling.nearest else _bilinear(near, valid, x, y)
    return pixels * mask, mask


def _extent(places: Floats, inside: Mask, limit: int, most_px: int) -> tuple[int, int, float]:
    """Return where to read along one axis: the first pixel, how many, and how many go into one."""
    low, high = places[inside].min(), places[inside].max()
    steps = [np.abs(np.diff(places, axis=axis)) for axis in (0, 1) if places.shape[axis] > 1]
    finite = [step[np.isfinite(step) & (step < limit / 2)] for step in steps]
    fine = max([1.0, *(float(np.median(step)) for step in finite if step.size)])
    first, last = max(0, int(low - 2 * fine)), min(limit, int(high + 2 * fine) + 1)
    return first, last - first, max(fine, (last - first) / most_px)


def _bilinear(pixels: Pixels, valid: Mask, x: Floats, y: Floats) -> NDArray[np.float32]:
    """Return pixels [bands, n] at places in them; only valid ones count."""
    left, top = np.floor(x - 0.5).astype(int), np.floor(y - 0.5).astype(int)
    right, below = x - 0.5 - left, y - 0.5 - top
    total, weights = np.zeros((len(pixels), x.size), np.float32), np.zeros(x.size, np.float32)
    for step_y, share_y in ((0, 1 - below), (1, below)):
        for step_x, share_x in ((0, 1 - right), (1, right)):
            at = np.clip(top + step_y, 0, valid.shape[0] - 1), np.clip(left + step_x, 0, valid.shape[1] - 1)
            weight = (share_y * share_x * valid[at]).astype(np.float32)
            total += pixels[:, *at] * weight
            weights += weight
    return (total / np.maximum(weights, 1e-6)).astype(np.float32)
