"""Masked images: a raster and its product's own mask, written as one with the mask as a band that no model reads."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from mlcore.containers.cloudiness import Clouds
from mlcore.containers.container import Progress
from mlcore.containers.writing import Sheet, write_layer
from mlcore.raster.opening import data_bands
from mlcore.sensors import Band

Numbers = NDArray[Any]


def fits(source: DatasetReader, mask: DatasetReader) -> bool:
    """Return whether a mask has the pixels of a raster."""
    there = (mask.width, mask.height) == (source.width, source.height)
    return there and (mask.crs is None or source.crs is None or mask.transform.almost_equals(source.transform, 1e-3))


def sheet_of(source: DatasetReader, bands: Sequence[Band], *, nodata: float | None, tags: dict[str, str]) -> Sheet:
    """Return what is written of a raster with other words about its bands."""
    kind = str(np.result_type(*source.dtypes))
    said = {**source.tags(), **tags}
    return Sheet(source.width, source.height, kind, tuple(bands), source.crs, source.transform, nodata, said)


def write_masked(
    source: DatasetReader, target: Path, sheet: Sheet, mask: Callable[[Any, Numbers], Numbers], progress: Progress
) -> list[str]:
    """Write a raster whose last band is a mask; return what that says of it.

    Args:
        source: the raster.
        target: where it goes.
        sheet: what it becomes, with the mask as its last band.
        mask: what the mask is in a window, of which the raster's own numbers are given too.
        progress: gets a share 0..1.
    """
    numbers, clouds = data_bands(source), Clouds([band.title for band in sheet.bands])

    def read(rows: slice, columns: slice) -> Numbers:
        values = source.read(numbers, window=(rows, columns))
        added = mask((rows, columns), values).astype(values.dtype)
        whole = np.concatenate([values, added[None]])
        clouds.count(whole)
        return whole

    write_layer(target, sheet, read, progress=progress)
    return clouds.remarks
