"""Whole rasters and label maps of benchmarks: small enough to be in memory."""

from datetime import date
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray

from mlcore.errors import BadSensor
from mlcore.samples import Chip, Orbit
from mlcore.sensors import Sensor


def read_whole(path: Path, sensor: Sensor, *, acquired: date | None = None, orbit: Orbit | None = None) -> Chip:
    """Return a scene as one chip; pixels that are nodata or NaN in any band are masked.

    Raises:
        BadSensor: the sensor has another number of bands than the file.
    """
    with rasterio.open(path) as file:
        if file.count != len(sensor.bands):
            raise BadSensor(f"{path.name} has {file.count} bands but {sensor.title} has {len(sensor.bands)}.")
        pixels: NDArray[np.float32] = file.read().astype(np.float32)
        mask = np.isfinite(pixels).all(0) & (file.dataset_mask() > 0)
    return Chip(np.nan_to_num(pixels), mask, sensor, acquired=acquired, orbit=orbit)


def read_labels(path: Path) -> NDArray[np.int64]:
    """Return the codes of a label map's first band."""
    with rasterio.open(path) as file:
        codes: NDArray[np.int64] = file.read(1).astype(np.int64)
    return codes
