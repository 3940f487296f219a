"""Live fuel moisture as a data set of the benchmark: an amount, at sites that training never saw."""

from pathlib import Path

import numpy as np

from mlcore.benchmarks.datasets import fuel_moisture
from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Places, Rows, Task, digest_of
from mlcore.errors import UnreadableFile
from mlcore.samples import Sample


def load(root: Path) -> DataSet:
    """Return the published plots and their split by site; budgets are plots in all."""
    try:
        readings = fuel_moisture.load(root)
    except UnreadableFile as error:
        raise DataAbsent(str(error)) from error
    samples = readings.samples

    def cut(rows: Rows) -> list[Sample]:
        return [samples[row] for row in rows]

    lonlat = np.array([sample.place or (np.nan, np.nan) for sample in samples])
    pixels = [np.stack([chip.pixels.ravel()[:1] for chip in sample.chips]) for sample in samples]
    return DataSet(
        "fuel-moisture",
        "Live fuel moisture",
        Task.AMOUNT,
        readings.target,
        Places(
            lonlat[:, 1],
            lonlat[:, 0],
            0.0,
            1.0,
            readings.test.astype(np.int64),
            np.unique(readings.site, return_inverse=True)[1],
        ),
        {"series": cut},
        (50, 200, None),
        digest_of(readings.target, readings.test, lonlat, np.stack(pixels)),
        splits=("site",),
        licence="labels Rao et al. 2020, CC BY; pixels nasaharvest/presto, MIT",
        note="place, season and weather are used only where a row says so; weights may have seen training sites",
        centred=False,
    )
