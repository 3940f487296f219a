"""Taizhou 2000 and 2003 (Landsat 7 ETM+, 6 bands, 400 x 400 px): has a pixel changed; labels are sparse."""

from datetime import date
from pathlib import Path

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Layer, Patches, Task, digest_of
from mlcore.benchmarks.datasets.rasters import read_labels, read_whole
from mlcore.sensors import get_sensor

FOLDER = Path("cog")
SIDE_PX, BLOCK_PX = 9, 40
_FILES = ("taizhou_2000.tif", "taizhou_2003.tif", "taizhou_change_label.tif")
_DATES = (date(2000, 3, 17), date(2003, 2, 6))  # Wu, Du, Zhang 2014, "Slow feature analysis for change detection"
_PLACE = (119.9, 32.5)
_MOST = 6000


def load(root: Path) -> DataSet:
    """Return a fixed random part of the labelled pixels, with the 9 x 9 px around each on both dates."""
    paths = [root / FOLDER / name for name in _FILES]
    if not all(path.is_file() for path in paths):
        raise DataAbsent(f"{root / FOLDER} doesn't hold {', '.join(_FILES)}.")
    sensor = get_sensor("landsat-tm6")
    chips = [read_whole(path, sensor, acquired=day) for path, day in zip(paths[:2], _DATES, strict=True)]
    truth = read_labels(paths[2])
    row, column = np.nonzero(truth)
    some = np.sort(np.random.default_rng(0).permutation(len(row))[:_MOST])
    row, column = row[some], column[some]
    targets = truth[row, column] - 1
    at = (np.zeros(len(row), np.int64), row, column)
    cut = Patches([[Layer(chip) for chip in chips]], at, SIDE_PX, place=_PLACE)
    return DataSet(
        "taizhou",
        "Taizhou change 2000-2003",
        Task.CHANGE,
        targets,
        cut.places(BLOCK_PX),
        {"tm": cut},
        (5, 10, 20, 50),
        digest_of(targets, row, column, *(chip.pixels for chip in chips)),
        scenes={"tm": tuple(chips)},
        files=_FILES[:2],
        licence="USGS, public domain; reference MIT",
        note="features of each date by itself, then later minus earlier and its size; score: macro F1",
    )
