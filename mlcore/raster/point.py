"""Points: the numbers that a raster holds at single places, each band by itself, as it measured them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.io import DatasetReader
from rasterio.windows import Window

from mlcore.errors import BadSensor
from mlcore.raster.lonlat import Floats
from mlcore.raster.opening import alpha_band, data_bands, georeference, has_mask_band, open_raster, quality_band
from mlcore.raster.places import Target, lying
from mlcore.sensors import Sensor

_LARGEST = np.finfo(np.float32).max


@dataclass(frozen=True)
class Places:
    """Some places: their coordinates in one system, or in a raster's own pixels."""

    x: Floats  # [n]
    y: Floats  # [n]
    crs: str | None  # None: columns and rows of the raster


@dataclass(frozen=True)
class Reading:
    """What a raster holds at some places."""

    values: Floats  # [n, bands] in the sensor's quantity; NaN where a band has none
    quality: NDArray[np.int64] | None = None  # [n], what the product's own mask says; None where it has no such mask
    quality_band: str = ""  # as the mask is called


def read_points(path: Path, sensor: Sensor, places: Places, *, bands: Sequence[int] | None = None) -> Reading:
    """Read the pixels in which places lie, without any resampling.

    Args:
        path: of a raster.
        sensor: says what its numbers are.
        places: on the raster or beside it.
        bands: positions (from 0) of those to read; None: all.

    Raises:
        BadSensor: the sensor has another number of bands than the file.
    """
    with open_raster(path) as dataset:
        there = data_bands(dataset)
        if len(there) != len(sensor.bands):
            raise BadSensor(f"{path.name} has {len(there)} bands but {sensor.title} has {len(sensor.bands)}.")
        chosen = list(range(len(there))) if bands is None else list(bands)
        columns, rows = _pixels(dataset, places)
        quality = quality_band(dataset)
        wanted = [there[at] for at in chosen]
        stored = _stored(dataset, columns, rows, wanted)
        told = None if quality is None else _stored(dataset, columns, rows, [quality])[:, 0]
        name = dataset.descriptions[quality - 1] or "" if quality else ""
    scales = np.array([1.0 if (scale := sensor.bands[at].scale) is None else scale for at in chosen])
    offsets = np.array([sensor.bands[at].offset or 0.0 for at in chosen])
    return Reading(stored * scales + offsets, None if told is None else np.nan_to_num(told).astype(np.int64), name)


def _pixels(dataset: DatasetReader, places: Places) -> tuple[Floats, Floats]:
    """Return the columns and rows, with fractions, at which places lie."""
    crs, affine = georeference(dataset)
    as_they_are = Target(Affine.identity(), places.crs, (1, len(places.x)))
    return lying(places.x, places.y, as_they_are, (crs, affine, dataset.width))


def _stored(dataset: DatasetReader, columns: Floats, rows: Floats, bands: list[int]) -> Floats:
    """Return the numbers [n, bands] of the pixels at columns and rows, NaN where there is none."""
    values = np.full((len(columns), len(bands)), np.nan)
    with np.errstate(invalid="ignore"):
        inside = (columns >= 0) & (columns < dataset.width) & (rows >= 0) & (rows < dataset.height)
    alpha, masked = alpha_band(dataset), has_mask_band(dataset)
    nodata = np.array([np.nan if number is None else number for number in dataset.nodatavals])[np.array(bands) - 1]
    for at in np.flatnonzero(inside):
        window = Window(int(columns[at]), int(rows[at]), 1, 1)
        hidden = alpha is not None and not dataset.read(alpha, window=window).any()
        if hidden or (alpha is None and masked and not dataset.read_masks(1, window=window).any()):
            continue
        numbers = dataset.read(bands, window=window)[:, 0, 0].astype(np.float64)
        values[at] = np.where((np.abs(numbers) <= _LARGEST) & (numbers != nodata), numbers, np.nan)
    return values
