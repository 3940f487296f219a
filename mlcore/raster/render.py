"""Rendering: native chips and overviews of a scene as PNG, from the bands that are shown alone."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.windows import Window

from mlcore.raster.grid import GridSpec
from mlcore.raster.opening import data_bands, georeference, open_raster
from mlcore.raster.style import STRETCHES, Style, style_for
from mlcore.raster.warp import PICTURE, Cells, is_of_classes, read_cells
from mlcore.raster.window import Mask, Pixels, read_window

__all__ = ["STRETCHES", "Style", "render_chip", "render_overview", "style_for"]


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
        cells = Cells(grid, col, row, margin_px=margin_px)
        pixels, mask = read_cells(dataset, cells, (side, side), bands=bands, resampling=resampling, care=PICTURE)
        colours = paint(dataset, style, pixels)
    return encode(colours, mask)


def render_overview(path: Path, style: Style, *, size: int = 512) -> bytes:
    """Return the whole scene as PNG, its longer side at most `size` pixels; one stored on its head is turned over."""
    with open_raster(path) as dataset:
        bands = [data_bands(dataset)[band] for band in style.bands]
        scale = max(1.0, max(dataset.width, dataset.height) / size)
        shape = max(1, round(dataset.height / scale)), max(1, round(dataset.width / scale))
        whole = Window(0, 0, dataset.width, dataset.height)
        resampling = Resampling.nearest if is_of_classes(dataset) else Resampling.bilinear
        pixels, mask = read_window(dataset, whole, shape, bands=bands, resampling=resampling)
        colours = paint(dataset, style, pixels)
        crs, affine = georeference(dataset)
    if crs and affine.e > 0 and affine.b == affine.d == 0:
        colours, mask = colours[:, ::-1], mask[::-1]
    return encode(colours, mask)


def paint(dataset: DatasetReader, style: Style, pixels: Pixels) -> NDArray[np.uint8]:
    """Return [1 or 3, H, W] colours of the bands that are shown: those of the file's colour table, if it has one."""
    if not has_table(dataset, style):
        return style.colour(pixels)
    table = dataset.colormap(1)
    colours = np.zeros((max(table) + 1, 3), np.uint8)
    for number, (red, green, blue, *_) in table.items():
        colours[number] = red, green, blue
    numbers = np.clip(pixels[0], 0, len(colours) - 1).astype(np.intp)
    return np.moveaxis(colours[numbers], -1, 0)


def has_table(dataset: DatasetReader, style: Style) -> bool:
    """Return whether a single band is shown, whose colours stand in the file."""
    return style.bands == (0,) and is_of_classes(dataset)


def encode(colours: NDArray[np.uint8], mask: Mask) -> bytes:
    """Return [1 or 3, H, W] colours as PNG; transparent where the mask is False."""
    layers = list(colours)
    if not mask.all():
        layers.append(mask.astype(np.uint8) * 255)
    image = Image.fromarray(layers[0] if len(layers) == 1 else np.stack(layers, axis=-1))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
