"""Windows: pixels and validity of any rectangle of a raster, inside it or not, at any resolution.

A pixel is valid when at least one of the bands asked for holds a number of single precision that is not nodata and no
mask or alpha hides it (some sensors deliver bands that are nodata everywhere). Invalid numbers are read as 0.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.windows import Window

from mlcore.raster.opening import alpha_band, has_mask_band
from mlcore.raster.thinning import read_thin, read_thin_masks

_LARGEST = np.finfo(np.float32).max

Shape = tuple[int, int]  # rows, columns
Pixels = NDArray[np.float32]  # [bands, rows, columns]
Mask = NDArray[np.bool_]  # [rows, columns]


def read_window(
    dataset: DatasetReader,
    window: Window,
    shape: Shape,
    *,
    bands: Sequence[int],
    resampling: Resampling = Resampling.bilinear,
) -> tuple[Pixels, Mask]:
    """Read a window as `shape`; what lies beyond the raster is invalid. Bands count from 1."""
    pixels = np.zeros((len(bands), *shape), np.float32)
    mask = np.zeros(shape, np.bool_)
    rows = _overlap(window.row_off, window.height, shape[0], dataset.height)
    columns = _overlap(window.col_off, window.width, shape[1], dataset.width)
    if rows is None or columns is None:
        return pixels, mask
    inside = Window.from_slices(rows[0], columns[0])
    part = (rows[1], columns[1])
    size = rows[1].stop - rows[1].start, columns[1].stop - columns[1].start
    pixels[:, *part], mask[part] = _read_inside(dataset, inside, size, bands, resampling)
    return pixels, mask


def _overlap(offset: float, length: float, size: int, limit: int) -> tuple[tuple[float, float], slice] | None:
    """Return the part of one axis that lies on the raster: in raster pixels, and in output pixels.

    An output pixel is read when its centre lies on the raster.
    """
    step = length / size
    first = max(0, int(np.ceil(-offset / step - 0.5)))
    last = min(size, int(np.ceil((limit - offset) / step - 0.5)))
    if first >= last:
        return None
    return (max(0.0, offset + first * step), min(float(limit), offset + last * step)), slice(first, last)


def _read_inside(
    dataset: DatasetReader, window: Window, size: Shape, bands: Sequence[int], resampling: Resampling
) -> tuple[Pixels, Mask]:
    if by_itself := getattr(dataset, "read_inside", None):  # a stack, whose files have masks and pixels of their own
        read: tuple[Pixels, Mask] = by_itself(window, size, bands, resampling)
        return read
    whole = float(window.row_off).is_integer() and float(window.col_off).is_integer()
    exact = whole and size == (window.height, window.width)
    values = _numbers(dataset, window, size, bands, None if exact else resampling)
    # what single precision cannot hold is no measurement: an undeclared nodata value, at the end of double precision
    valid = np.abs(values) <= _LARGEST if values.dtype.kind == "f" else np.ones(values.shape, np.bool_)
    alpha = alpha_band(dataset)
    if alpha is not None:
        valid &= _numbers(dataset, window, size, [alpha], None if exact else Resampling.nearest) > 0
    elif has_mask_band(dataset):
        valid &= read_thin_masks(dataset, [1], size, window=window) > 0
    if dataset.nodata is not None and (exact or resampling is Resampling.nearest):
        valid &= values != dataset.nodata
    elif dataset.nodata is not None:
        valid &= read_thin_masks(dataset, bands, size, window=window) > 0
    mask: Mask = np.any(valid, axis=0)
    return np.where(valid, values, 0).astype(np.float32), mask


def _numbers(
    dataset: DatasetReader, window: Window, size: Shape, bands: Sequence[int], resampling: Resampling | None
) -> NDArray[Any]:
    """Return numbers as they are stored; without resampling, pixel by pixel."""
    if resampling is None:
        exact: NDArray[Any] = dataset.read(list(bands), window=window)
        return exact
    return read_thin(dataset, bands, size, window=window, resampling=resampling)
