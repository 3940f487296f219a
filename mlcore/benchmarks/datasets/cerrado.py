"""Cerrado (MODIS, a year of 23 dates of NDVI and EVI at 746 places): savanna or pasture."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Places, Rows, Task, digest_of
from mlcore.benchmarks.datasets.series import METRES_A_DEGREE, index_sensor, one_pixel
from mlcore.samples import Sample

FILE = Path("sits_timeseries/cerrado_2classes.npz")
_PIXEL_M, _BLOCK_M = 250.0, 60_000.0
_STEP, _EPOCH, _EVERY = timedelta(days=16), date(1970, 1, 1), 2
_SENSOR = index_sensor("modis-ndvi-evi", "MODIS vegetation indices", ("ndvi", "evi"), _PIXEL_M)


def load(root: Path) -> DataSet:
    """Return every series, each second date of it; places are kept apart in blocks of 60 km.

    Raises:
        DataAbsent: the file is not there.
    """
    if not (root / FILE).is_file():
        raise DataAbsent(f"{root / FILE} is not there.")
    with np.load(root / FILE, allow_pickle=False) as arrays:
        series, labels = arrays["X"][:, ::_EVERY].astype(np.float32), arrays["label"]
        lonlat, starts = np.stack([arrays["lon"], arrays["lat"]], 1), arrays["start"].astype(float)
    targets = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    east = lonlat[:, 0] * np.cos(np.radians(lonlat[:, 1].mean())) * METRES_A_DEGREE

    def cut(rows: Rows) -> list[Sample]:
        return [_sample(series[row], starts[row], lonlat[row]) for row in rows]

    return DataSet(
        "cerrado",
        "Cerrado series",
        Task.CLASSES,
        targets,
        Places(lonlat[:, 1] * METRES_A_DEGREE, east, _PIXEL_M, _BLOCK_M),
        {"ndvi+evi": cut},
        (5, 20),
        digest_of(series, targets, lonlat),
        files=(FILE.name,),
        licence="sits package data, Simoes et al. 2021, GPL-2.0",
        centred=False,
    )


def _sample(series: NDArray[np.float32], start: float, place: NDArray[np.float64]) -> Sample:
    first = _EPOCH + timedelta(days=int(start))
    days = [first + step * _EVERY * _STEP for step in range(len(series))]
    return one_pixel(series, days, _SENSOR, (float(place[0]), float(place[1])))
