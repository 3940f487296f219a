"""Rendering: map tiles, native chips and overviews of a scene as PNG, from the bands that are shown alone."""

import io
import math
from functools import lru_cache
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from PIL import Image
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.windows import Window

from mlcore.errors import OutsideRaster
from mlcore.raster.grid import GridSpec
from mlcore.raster.lonlat import apply, is_geographic, transformer
from mlcore.raster.opening import data_bands, georeference, open_raster
from mlcore.raster.style import STRETCHES, Style, style_for
from mlcore.raster.window import Mask, Pixels, read_window

__all__ = ["STRETCHES", "Style", "render_chip", "render_overview", "render_tile", "style_for"]

_HALF_WORLD = math.pi * 6378137  # m, half the side of the Web-Mercator square
# Exact source positions a side; between them positions are linear. At low zoom a tile spans continents, and meridians
# turn around a pole.
_KNOTS, _KNOTS_AT_LOW_ZOOM, _LOW_ZOOM = 17, 65, 6
_MAX_ZOOM = 30
_FINEST = 4  # at most so many scene pixels are read per map pixel and axis, where overviews are missing


def render_tile(path: Path, z: int, x: int, y: int, style: Style, *, size: int = 256) -> bytes:
    """Return one XYZ Web-Mercator tile as PNG, transparent where the scene has no valid pixel.

    The tile is read once at about its own resolution (so from an overview) and each of its pixels takes the nearest
    number. This is what a warp does, without setting up a warped view of all bands for every tile.

    Raises:
        OutsideRaster: the tile does not touch the scene, does not exist, or the scene has no place on the map.
    """
    if not (0 <= z <= _MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise OutsideRaster(f"There is no map tile {z}/{x}/{y}.")
    with open_raster(path) as dataset:
        crs, affine = georeference(dataset)
        if crs is None:
            raise OutsideRaster(f"{path.name} has image coordinates only; show its tiles instead of a map.")
        columns, rows = _source_positions(crs, affine, (z, x, y), size)
        pixels, mask = _sample(dataset, columns, rows, style)
    if not mask.any() and not _inside(dataset, columns, rows).any():
        raise OutsideRaster(f"{path.name} does not touch map tile {z}/{x}/{y}.")
    return encode(style.colour(pixels), mask)


def _source_positions(
    crs: str, affine: Affine, tile: tuple[int, int, int], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the column and the row in the scene [size, size] of each pixel centre of a map tile."""
    knots = _KNOTS_AT_LOW_ZOOM if tile[0] <= _LOW_ZOOM else _KNOTS
    columns, rows = _positions_at(crs, affine, tile, np.linspace(0.5 / size, 1 - 0.5 / size, knots))
    if np.isfinite(columns).all() and np.isfinite(rows).all():
        weights = _weights(size, knots)
        columns, rows = weights @ columns @ weights.T, weights @ rows @ weights.T
    else:  # part of the tile is off the projection's domain: no interpolation across its edge
        columns, rows = _positions_at(crs, affine, tile, (np.arange(size) + 0.5) / size)
    if is_geographic(crs) and affine.b == 0:
        columns = columns % abs(360 / affine.a)  # a scene in 0..360 degrees, or across the antimeridian
    return columns, rows


def _positions_at(
    crs: str, affine: Affine, tile: tuple[int, int, int], steps: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    z, x, y = tile
    side = 2 * _HALF_WORLD / 2**z
    easting, northing = np.meshgrid(-_HALF_WORLD + (x + steps) * side, _HALF_WORLD - (y + steps) * side)
    there = transformer("EPSG:3857", crs).transform(easting, northing)
    return apply(~affine, np.asarray(there[0]), np.asarray(there[1]))


@lru_cache(maxsize=8)
def _weights(size: int, knots: int) -> NDArray[np.float64]:
    """Return the matrix [size, knots] that interpolates linearly between knots."""
    position = np.linspace(0, knots - 1, size)[:, None]
    weights: NDArray[np.float64] = np.clip(1 - np.abs(position - np.arange(knots)), 0, 1)
    return weights


def _sample(
    dataset: DatasetReader, columns: NDArray[np.float64], rows: NDArray[np.float64], style: Style
) -> tuple[Pixels, Mask]:
    """Return the numbers at fractional positions, read from the overview that is nearest in resolution."""
    bands = [data_bands(dataset)[band] for band in style.bands]
    inside = _inside(dataset, columns, rows)
    if not inside.any():
        return np.zeros((len(bands), *columns.shape), np.float32), inside
    step = _overview_step(dataset, _pixels_per_step(columns, rows))
    extent = max(np.ptp(columns[inside]), np.ptp(rows[inside]))
    step = max(step, math.ceil(extent / (_FINEST * len(columns))))
    first_column, last_column = _aligned(columns[inside], step, dataset.width)
    first_row, last_row = _aligned(rows[inside], step, dataset.height)
    window = Window.from_slices((first_row, last_row), (first_column, last_column))
    shape = -(-(last_row - first_row) // step), -(-(last_column - first_column) // step)
    pixels, mask = read_window(dataset, window, shape, bands=bands, resampling=Resampling.nearest)
    column_index = ((np.where(inside, columns, first_column) - first_column) / step).astype(np.intp)
    row_index = ((np.where(inside, rows, first_row) - first_row) / step).astype(np.intp)
    flat = row_index * shape[1] + column_index
    sampled = pixels.reshape(len(bands), -1).take(flat.ravel(), axis=1).reshape(len(bands), *flat.shape)
    return sampled, mask.reshape(-1)[flat] & inside


def _inside(dataset: DatasetReader, columns: NDArray[np.float64], rows: NDArray[np.float64]) -> Mask:
    with np.errstate(invalid="ignore"):
        inside: Mask = (columns >= 0) & (columns < dataset.width) & (rows >= 0) & (rows < dataset.height)
    return inside


def _pixels_per_step(columns: NDArray[np.float64], rows: NDArray[np.float64]) -> float:
    """Return how many scene pixels lie under one pixel of the map tile, along the finer axis."""
    row, column = (length // 2 for length in columns.shape)
    with np.errstate(invalid="ignore"):
        across = np.hypot(np.diff(columns[row]), np.diff(rows[row]))
        down = np.hypot(np.diff(columns[:, column]), np.diff(rows[:, column]))
    steps = [float(np.nanmedian(each)) for each in (across, down) if np.isfinite(each).any()]
    return min(steps, default=1.0)


def _overview_step(dataset: DatasetReader, ratio: float) -> int:
    factors: list[int] = [1, *dataset.overviews(1)]
    return min(factors, key=lambda factor: abs(math.log(factor / max(ratio, 1e-9))))


def _aligned(positions: NDArray[np.float64], step: int, limit: int) -> tuple[int, int]:
    first = int(positions.min()) // step * step
    last = min(limit, (int(positions.max()) // step + 1) * step)
    return first, last


def render_chip(  # noqa: PLR0913 - a place in a grid takes three
    path: Path,
    grid: GridSpec,
    col: int,
    row: int,
    style: Style,
    *,
    margin_px: int = 0,
    size: int | None = None,
    resampling: Resampling = Resampling.nearest,
) -> bytes:
    """Return one grid tile with its surroundings as PNG in the grid's own pixels, `size` pixels a side."""
    side = size or grid.tile_px + 2 * margin_px
    with open_raster(path) as dataset:
        bands = [data_bands(dataset)[band] for band in style.bands]
        window = grid.window_in(georeference(dataset)[1], col, row, margin_px=margin_px)
        pixels, mask = read_window(dataset, window, (side, side), bands=bands, resampling=resampling)
    return encode(style.colour(pixels), mask)


def render_overview(path: Path, style: Style, *, size: int = 512) -> bytes:
    """Return the whole scene as PNG in its own orientation, its longer side at most `size` pixels."""
    with open_raster(path) as dataset:
        bands = [data_bands(dataset)[band] for band in style.bands]
        scale = max(1.0, max(dataset.width, dataset.height) / size)
        shape = max(1, round(dataset.height / scale)), max(1, round(dataset.width / scale))
        whole = Window(0, 0, dataset.width, dataset.height)
        pixels, mask = read_window(dataset, whole, shape, bands=bands)
    return encode(style.colour(pixels), mask)


def encode(colours: NDArray[np.uint8], mask: Mask) -> bytes:
    """Return [1 or 3, H, W] colours as PNG; transparent where the mask is False."""
    layers = list(colours)
    if not mask.all():
        layers.append(mask.astype(np.uint8) * 255)
    image = Image.fromarray(layers[0] if len(layers) == 1 else np.stack(layers, axis=-1))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
