"""Series of one pixel: what the sets of vegetation indices share."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mlcore.samples import Chip, Sample
from mlcore.sensors import Band, Modality, Quantity, Sensor

METRES_A_DEGREE = 111_320.0


def index_sensor(code: str, title: str, bands: Sequence[str], gsd_m: float) -> Sensor:
    """Return a sensor whose bands are indices, without wavelengths."""
    return Sensor(code, title, tuple(Band(band) for band in bands), Modality.OPTICAL, gsd_m, Quantity.INDEX)


def one_pixel(
    values: NDArray[np.float32], days: Sequence[date], sensor: Sensor, place: tuple[float, float] | None
) -> Sample:
    """Return a sample of one chip of 1 x 1 px for each date, of values [T, bands]."""
    mask = np.ones((1, 1), bool)
    chips = [Chip(value.reshape(-1, 1, 1), mask, sensor, acquired=day) for value, day in zip(values, days, strict=True)]
    return Sample(tuple(chips), place=place, acquired=days[-1])
