"""Rendering: native chips and overviews of a scene as PNG, from the bands that are shown alone."""

import io
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from PIL import Image
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.windows import Window

from mlcore.raster.colouring import Colouring
from mlcore.raster.grid import GridSpec
from mlcore.raster.metric import ground_step
from mlcore.raster.opening import data_bands, georeference, open_raster
from mlcore.raster.warp import PICTURE, Cells, is_of_classes, read_cells
from mlcore.raster.window import Mask, Pixels, read_window


def render_chip(  # noqa: PLR0913 - a place in a grid takes three
    path: Path,
    grid: GridSpec,
    col: int,
    row: int,
    style: Colouring,
    *,
    margin_px: int = 0,
    size: int | None = None,
) -> bytes:
    """Return one grid tile with its surroundings as PNG in the grid's own pixels, `size` pixels a side."""
    whole = grid.tile_px + 2 * margin_px
    side = size or whole
    beyond = margin_px + style.reach * whole / side
    shape = (side + 2 * style.reach,) * 2
    with open_raster(path) as dataset:
        bands = [data_bands(dataset)[band] for band in style.bands]
        cells = Cells(grid, col, row, margin_px=beyond)
        resampling = Resampling.cubic if style.is_surface else Resampling.nearest
        pixels, mask = read_cells(dataset, cells, shape, bands=bands, resampling=resampling, care=PICTURE)
        step_m = ground_step(grid.crs, cells.transform(shape), shape) if style.reach else 1.0
        colours, mask = paint(dataset, style, pixels, mask, step_m)
    return encode(colours, mask)


def render_overview(path: Path, style: Colouring, *, size: int = 512) -> bytes:
    """Return the whole scene as PNG, its longer side at most `size` pixels; one stored on its head is turned over."""
    with open_raster(path) as dataset:
        bands = [data_bands(dataset)[band] for band in style.bands]
        scale = max(1.0, max(dataset.width, dataset.height) / size)
        shape = max(1, round(dataset.height / scale)), max(1, round(dataset.width / scale))
        around = style.reach * scale
        window = Window(-around, -around, dataset.width + 2 * around, dataset.height + 2 * around)
        shape = shape[0] + 2 * style.reach, shape[1] + 2 * style.reach
        smooth = Resampling.cubic if style.is_surface else Resampling.bilinear
        resampling = Resampling.nearest if style.of_classes or is_of_classes(dataset) else smooth
        pixels, mask = read_window(dataset, window, shape, bands=bands, resampling=resampling)
        crs, affine = georeference(dataset)
        if crs and affine.e > 0 and affine.b == affine.d == 0:
            pixels, mask = pixels[:, ::-1], mask[::-1]
        step_m = ground_step(crs, affine @ Affine.scale(scale), shape) if style.reach else 1.0
        colours, mask = paint(dataset, style, pixels, mask, step_m)
    return encode(colours, mask)


def paint(
    dataset: DatasetReader, style: Colouring, pixels: Pixels, mask: Mask, step_m: float = 1.0
) -> tuple[NDArray[np.uint8], Mask]:
    """Return [1 or 3, H, W] colours without what was read around them: those of the file's colour table, if any."""
    if has_table(dataset, style):
        return _of_table(dataset, pixels), mask
    colours, mask = style.paint(pixels, mask, step_m)
    inner = slice(style.reach, -style.reach or None)
    return colours[:, inner, inner], mask[inner, inner]


def _of_table(dataset: DatasetReader, pixels: Pixels) -> NDArray[np.uint8]:
    table = dataset.colormap(1)
    colours = np.zeros((max(table) + 1, 3), np.uint8)
    for number, (red, green, blue, *_) in table.items():
        colours[number] = red, green, blue
    numbers = np.clip(pixels[0], 0, len(colours) - 1).astype(np.intp)
    return np.moveaxis(colours[numbers], -1, 0)


def has_table(dataset: DatasetReader, style: Colouring) -> bool:
    """Return whether a single band is shown, whose colours stand in the file."""
    return style.keeps_table and is_of_classes(dataset)


def encode(colours: NDArray[np.uint8], mask: Mask) -> bytes:
    """Return [1 or 3, H, W] colours as PNG; transparent where the mask is False."""
    layers = list(colours)
    if not mask.all():
        layers.append(mask.astype(np.uint8) * 255)
    image = Image.fromarray(layers[0] if len(layers) == 1 else np.stack(layers, axis=-1))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
