"""Thinning: fewer pixels of a raster than it has, read so that each large block is decoded once, not once a row.

GDAL reads a thinned row across all blocks that lie side by side. Where these do not fit into its cache (eight blocks of
4096 px of three bands are 400 MB, a child that reads strangers' files has 128), the next row would decode all of them
again. So such rasters are read in strips from top to bottom, each as wide as some blocks.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.windows import Window

_HELD_BYTES = 48 * 2**20  # of blocks side by side: with those that a strip cuts, twice as much


def read_thin(
    dataset: DatasetReader,
    bands: Sequence[int],
    size: tuple[int, int],
    *,
    window: Window | None = None,
    resampling: Resampling = Resampling.nearest,
) -> NDArray[Any]:
    """Return numbers [bands, rows, columns] of a window, of all by default, as `size`."""
    return _read(dataset, bands, size, window, {"resampling": resampling}, masks=False)


def read_thin_masks(
    dataset: DatasetReader, bands: Sequence[int], size: tuple[int, int], *, window: Window | None = None
) -> NDArray[Any]:
    """Return masks [bands, rows, columns], 0 where nothing is valid, in the same way."""
    return _read(dataset, bands, size, window, {}, masks=True)


def _read(
    dataset: DatasetReader,
    bands: Sequence[int],
    size: tuple[int, int],
    window: Window | None,
    options: dict[str, Any],
    *,
    masks: bool,
) -> NDArray[Any]:
    whole = window or Window(0, 0, dataset.width, dataset.height)
    read = dataset.read_masks if masks else dataset.read
    smooth = options.get("resampling", Resampling.nearest) is not Resampling.nearest  # strips would have seams
    wide = size[1] if smooth else _columns_at_once(dataset, whole, size)
    step = whole.width / size[1]
    strips = []
    for first in range(0, size[1], wide):
        columns = min(wide, size[1] - first)
        place = Window(whole.col_off + first * step, whole.row_off, columns * step, whole.height)
        strips.append(read(list(bands), window=place, out_shape=(len(bands), size[0], columns), **options))
    return strips[0] if len(strips) == 1 else np.concatenate(strips, axis=2)


def _columns_at_once(dataset: DatasetReader, window: Window, size: tuple[int, int]) -> int:
    """Return how many columns of the result are read at once."""
    thinned = size[0] * 2 <= window.height and size[1] * 2 <= window.width
    if not thinned or (blocks := blocks_at_once(dataset, window.width)) is None:
        return size[1]
    return max(1, int(size[1] * blocks / window.width))


def blocks_at_once(dataset: DatasetReader, width: float) -> int | None:
    """Return how wide a strip may be, in pixels of whole blocks; None where all blocks side by side are held."""
    shapes = getattr(dataset, "block_shapes", None)  # what lies elsewhere has none, and small blocks
    if not shapes:
        return None
    high, wide = shapes[0]
    together = 1 if str(getattr(dataset.interleaving, "value", "")).upper() == "BAND" else dataset.count
    block = high * wide * np.dtype(dataset.dtypes[0]).itemsize * together
    return None if width / wide * block <= 2 * _HELD_BYTES else int(wide * max(1, _HELD_BYTES // block))
