"""Chips: windowed reads of one scene at the tiles of a grid; pixels are never copied into tile files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.windows import Window

from mlcore.errors import BadSensor
from mlcore.raster.grid import GridSpec
from mlcore.raster.metric import ground_step
from mlcore.raster.opening import data_bands, georeference, open_raster
from mlcore.raster.warp import PICTURE, Cells, read_cells
from mlcore.raster.window import Mask, Pixels, read_window
from mlcore.samples import Bounds, Chip
from mlcore.sensors import Sensor

_TILES_A_STRIP = 64  # read together: a longer strip, seen from another CRS, is bent
_SAMPLES_PER_TILE = 16  # a side; enough to tell a tile's valid share to a few per cent
_OVERVIEW_PX = 256
_OVERVIEW_VALUES = 4_000_000  # bands x pixels
_BANDS_FOR_VALIDITY = 9  # of a cube; some bands of imaging spectrometers are dead everywhere


def read_chip(  # noqa: PLR0913 - a place in a grid takes three
    path: Path,
    sensor: Sensor,
    grid: GridSpec,
    col: int,
    row: int,
    *,
    margin_px: int = 0,
    out_px: int | None = None,
    acquired: date | None = None,
) -> Chip:
    """Read one tile of a scene, with `margin_px` lattice pixels around it.

    Returns:
        A chip of `out_px` pixels a side, by default one per lattice pixel (tile_px + 2 x margin_px). Where the scene's
        pixels differ from the lattice's, values are averages of finer ones and bilinear between coarser ones, and
        those of classes nearest; the mask is nearest, False beyond the scene.

    Raises:
        BadSensor: the sensor has another number of bands than the file.
    """
    side = grid.tile_px + 2 * margin_px
    with open_raster(path) as dataset:
        bands = _bands_of(dataset, sensor, path)
        cells = Cells(grid, col, row, margin_px=margin_px)
        pixels, mask = read_cells(dataset, cells, (out_px or side, out_px or side), bands=bands)
    pixels = measured(pixels, mask, sensor)
    bounds = _bounds(grid, col, row, margin_px)
    return Chip(pixels, mask, sensor, bounds=bounds, crs=grid.crs, acquired=acquired)


def _bands_of(dataset: DatasetReader, sensor: Sensor, path: Path) -> list[int]:
    bands = data_bands(dataset)
    if len(bands) != len(sensor.bands):
        raise BadSensor(
            f"{path.name} has {len(bands)} bands but {sensor.title} has {len(sensor.bands)}; choose another sensor."
        )
    return bands


def _bounds(grid: GridSpec, col: int, row: int, margin_px: int) -> Bounds | None:
    if grid.crs is None:
        return None
    side = grid.tile_px
    low, high = -margin_px, side + margin_px
    affine = grid.tile_transform(col, row)
    x, y = zip(*(affine @ corner for corner in ((low, low), (high, low), (high, high), (low, high))), strict=True)
    return min(x), min(y), max(x), max(y)


def read_file(path: Path, sensor: Sensor, *, acquired: date | None = None) -> Chip:
    """Read a whole small file, such as a ready-made chip."""
    with open_raster(path) as dataset:
        bands = _bands_of(dataset, sensor, path)
        crs, affine = georeference(dataset)
        shape = dataset.height, dataset.width
        pixels, mask = read_window(dataset, Window(0, 0, shape[1], shape[0]), shape, bands=bands)
    pixels = measured(pixels, mask, sensor)
    bounds = None
    if crs is not None:
        corners = [affine @ corner for corner in ((0, 0), (shape[1], 0), (shape[1], shape[0]), (0, shape[0]))]
        x, y = zip(*corners, strict=True)
        bounds = (min(x), min(y), max(x), max(y))
    return Chip(pixels, mask, sensor, bounds=bounds, crs=crs, acquired=acquired)


@dataclass(frozen=True)
class Numbers:
    """Stored numbers of some bands."""

    pixels: Pixels  # [bands, H, W]
    mask: Mask  # [H, W]
    step_m: float  # side of a pixel on the ground; 1 without a place


def read_numbers(
    path: Path, bands: Sequence[int], *, cell: tuple[GridSpec, int, int] | None = None, margin_px: int = 0, most_px: int
) -> Numbers:
    """Pick stored numbers of bands (from 0) out of the whole file or around a tile, at most `most_px` a side."""
    with open_raster(path) as dataset:
        numbers = [data_bands(dataset)[band] for band in bands]
        if cell:
            side = min(cell[0].tile_px + 2 * margin_px, most_px)
            cells, shape = Cells(*cell, margin_px=margin_px), (side, side)
            pixels, mask = read_cells(dataset, cells, shape, bands=numbers, resampling=Resampling.nearest, care=PICTURE)
            return Numbers(pixels, mask, ground_step(cell[0].crs, cells.transform(shape), shape))
        scale = max(1.0, max(dataset.height, dataset.width) / most_px)
        shape = max(1, round(dataset.height / scale)), max(1, round(dataset.width / scale))
        whole = Window(0, 0, dataset.width, dataset.height)
        pixels, mask = read_window(dataset, whole, shape, bands=numbers, resampling=Resampling.nearest)
        crs, affine = georeference(dataset)
        return Numbers(pixels, mask, ground_step(crs, affine @ Affine.scale(scale), shape))


def read_overview(path: Path, sensor: Sensor, *, acquired: date | None = None) -> Chip:
    """Read a whole file of any size as one small chip, by picking pixels: at most 256 a side, fewer of many bands."""
    with open_raster(path) as dataset:
        bands = _bands_of(dataset, sensor, path)
        most = min(_OVERVIEW_PX, int((_OVERVIEW_VALUES / len(bands)) ** 0.5))
        scale = max(1.0, max(dataset.height, dataset.width) / most)
        shape = max(1, round(dataset.height / scale)), max(1, round(dataset.width / scale))
        whole = Window(0, 0, dataset.width, dataset.height)
        pixels, mask = read_window(dataset, whole, shape, bands=bands, resampling=Resampling.nearest)
    return Chip(measured(pixels, mask, sensor), mask, sensor, acquired=acquired)


def measured(pixels: NDArray[np.float32], mask: NDArray[np.bool_], sensor: Sensor) -> NDArray[np.float32]:
    """Return stored numbers [bands, H, W] in the sensor's quantity: x scale + offset of each band; 0 where invalid."""
    if all(band.scale is None and band.offset is None for band in sensor.bands):
        return pixels
    scales = np.array([1 if band.scale is None else band.scale for band in sensor.bands])[:, None, None]
    offsets = np.array([band.offset or 0 for band in sensor.bands])[:, None, None]
    return np.asarray((pixels * scales + offsets) * mask, np.float32)


def valid_fractions(path: Path, grid: GridSpec, col0: int, row0: int, cols: int, rows: int) -> NDArray[np.float32]:
    """Return the share of valid pixels (0..1) of a block of tiles [rows, cols], estimated from a decimated read."""
    fractions = np.zeros((rows, cols), np.float32)
    with open_raster(path) as dataset:
        bands = _spread(data_bands(dataset), _BANDS_FOR_VALIDITY)
        side = min(grid.tile_px, _SAMPLES_PER_TILE)
        for line, first in product(range(rows), range(0, cols, _TILES_A_STRIP)):
            count = min(_TILES_A_STRIP, cols - first)
            strip = Cells(grid, col0 + first, row0 + line, columns=count)
            _, mask = read_cells(dataset, strip, (side, side * count), bands=bands, resampling=Resampling.nearest)
            fractions[line, first : first + count] = mask.reshape(side, count, side).mean(axis=(0, 2))
    return fractions


def _spread(bands: Sequence[int], count: int) -> list[int]:
    if len(bands) <= count:
        return list(bands)
    return [bands[index] for index in np.linspace(0, len(bands) - 1, count).round().astype(int)]
