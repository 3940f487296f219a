"""Mato Grosso (MODIS, a year of 12 vegetation indices at 1,218 places): Cerrado, forest, pasture, or soy and corn."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Places, Rows, Task, digest_of
from mlcore.samples import Chip, Sample
from mlcore.sensors import Band, Modality, Quantity, Sensor

FILE = Path("sits_timeseries/samples_modis_ndvi.npz")
_PIXEL_M, _BLOCK_M, _METRES_A_DEGREE = 250.0, 30_000.0, 111_320.0
_STEP, _EPOCH = timedelta(days=32), date(1970, 1, 1)
_SENSOR = Sensor("modis-ndvi", "MODIS vegetation index", (Band("ndvi"),), Modality.OPTICAL, _PIXEL_M, Quantity.INDEX)


def load(root: Path) -> DataSet:
    """Return every series; places are kept apart in blocks of 30 km, so that no field is in both parts."""
    if not (root / FILE).is_file():
        raise DataAbsent(f"{root / FILE} is not there.")
    with np.load(root / FILE, allow_pickle=False) as arrays:
        series, labels = arrays["X"][..., 0].astype(np.float32), arrays["label"]
        lonlat, starts = np.stack([arrays["lon"], arrays["lat"]], 1), arrays["start"].astype(float)
    targets = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    east = lonlat[:, 0] * np.cos(np.radians(lonlat[:, 1].mean())) * _METRES_A_DEGREE

    def cut(rows: Rows) -> list[Sample]:
        return [_sample(series[row], starts[row], lonlat[row]) for row in rows]

    return DataSet(
        "mato-grosso",
        "Mato Grosso series",
        Task.CLASSES,
        targets,
        Places(lonlat[:, 1] * _METRES_A_DEGREE, east, _PIXEL_M, _BLOCK_M),
        {"ndvi": cut},
        (5, 20),
        digest_of(series, targets, lonlat),
        files=(FILE.name,),
        licence="sits package data, Simoes et al. 2021, GPL-2.0",
        centred=False,
    )


def _sample(series: np.ndarray, start: float, place: np.ndarray) -> Sample:
    first = _EPOCH + timedelta(days=int(start))
    mask = np.ones((1, 1), bool)
    chips = [
        Chip(value.reshape(1, 1, 1), mask, _SENSOR, acquired=first + step * _STEP) for step, value in enumerate(series)
    ]
    return Sample(tuple(chips), place=(float(place[0]), float(place[1])), acquired=chips[-1].acquired)
