"""Clouds: how much of each tile a product's own mask calls cloud or shadow."""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Resampling

from mlcore.raster.grid import GridSpec
from mlcore.raster.opening import open_raster, quality_band
from mlcore.raster.warp import Cells, read_cells

Flags = NDArray[np.bool_]
Classes = NDArray[np.int64]

_SCL_CLOUDS = (3, 8, 9, 10)  # shadow, cloud of medium and high probability, cirrus
_UDM2_CLOUDS = (3, 5, 6)  # the layers of shadow, heavy haze and cloud
_NOTHING = 255  # of Fmask and CLM
# What of a mask's numbers says nothing, and what says cloud or shadow, by the name of its band.
_MASKS: dict[str, tuple[Callable[[Classes], Flags], Callable[[Classes], Flags]]] = {
    "SCL": (lambda mask: mask == 0, lambda mask: np.isin(mask, _SCL_CLOUDS)),
    "QA_PIXEL": (lambda mask: mask & 1 != 0, lambda mask: mask & 0b11110 > 0),  # dilated, cirrus, cloud, shadow
    "Fmask": (lambda mask: mask == _NOTHING, lambda mask: mask & 0b1110 > 0),  # cloud, beside cloud, shadow
    "UDM2": (lambda mask: mask == 0, lambda mask: np.isin(mask, _UDM2_CLOUDS)),
    "CLM": (lambda mask: mask == _NOTHING, lambda mask: mask == 1),
}
_TILES_A_STRIP = 64  # as for valid fractions
_SAMPLES_PER_TILE = 16  # a side


def flags_of(values: NDArray[Any], band: str) -> tuple[Flags, Flags]:
    """Return which pixels of a product's mask say anything, and which of them are cloud or shadow.

    Args:
        values: of the mask.
        band: what it is called, one of `QUALITY`.
    """
    says_nothing, is_cloudy = _MASKS[band]
    mask = values.astype(np.int64)
    seen = ~says_nothing(mask)
    return seen, is_cloudy(mask) & seen


def has_mask(path: Path) -> bool:
    """Return whether a raster brings its product's own mask along."""
    with open_raster(path) as dataset:
        return quality_band(dataset) is not None


def cloud_fractions(path: Path, grid: GridSpec, col0: int, row0: int, cols: int, rows: int) -> NDArray[np.float32]:
    """Return the share of cloud and shadow (0..1) among what is seen of each tile of a block [rows, cols].

    It is not a number where the mask says nothing, or where there is none.
    """
    fractions = np.full((rows, cols), np.nan, np.float32)
    side = min(grid.tile_px, _SAMPLES_PER_TILE)
    with open_raster(path) as dataset:
        number = quality_band(dataset)
        if number is None:
            return fractions
        name = str(dataset.descriptions[number - 1])
        for line, first in product(range(rows), range(0, cols, _TILES_A_STRIP)):
            count = min(_TILES_A_STRIP, cols - first)
            strip = Cells(grid, col0 + first, row0 + line, columns=count)
            shape = (side, side * count)
            values, valid = read_cells(dataset, strip, shape, bands=[number], resampling=Resampling.nearest)
            seen, cloudy = flags_of(values[0], name)
            fractions[line, first : first + count] = shares(cloudy, seen & valid, count)
    return fractions


def shares(cloudy: Flags, seen: Flags, count: int) -> NDArray[np.float32]:
    """Return the share of what is cloudy among what is seen in each of `count` tiles beside each other [H, W]."""
    side = seen.shape[0]
    total = seen.reshape(side, count, -1).sum(axis=(0, 2)).astype(np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):
        share: NDArray[np.float32] = (cloudy & seen).reshape(side, count, -1).sum(axis=(0, 2)) / total
    return np.where(total > 0, share, np.nan).astype(np.float32)
