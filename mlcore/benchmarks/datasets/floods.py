"""Sen1Floods11, the sample chip of Spain (512 x 512 px, 10 m): Sentinel-1, Sentinel-2 L1C, water drawn by hand."""

from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Layer, Patches, Task, digest_of
from mlcore.benchmarks.datasets.rasters import read_labels, read_whole
from mlcore.samples import Chip
from mlcore.sensors import get_sensor

FOLDER = Path("cog")
SIDE_PX, BLOCK_PX = 9, 64
_RADAR, _OPTICAL, _LABELS = (f"sen1floods11_spain_{part}.tif" for part in ("s1", "s2", "label"))
_PLACE = (-0.76, 38.11)
_MOST = 4000


def read_chips(root: Path) -> tuple[Chip, Chip, NDArray[np.int64]]:
    """Return radar, optical imagery and the mask of water [512, 512]: 0 land, 1 water, -1 not known.

    Raises:
        DataAbsent: a file isn't there.
    """
    folder = root / FOLDER
    if not all((folder / name).is_file() for name in (_RADAR, _OPTICAL, _LABELS)):
        raise DataAbsent(f"{folder} doesn't hold {_RADAR}, {_OPTICAL} and {_LABELS}.")
    radar = read_whole(folder / _RADAR, get_sensor("sentinel1-grd"), acquired=date(2019, 9, 17), orbit="descending")
    optical = read_whole(folder / _OPTICAL, get_sensor("sentinel2-l1c"), acquired=date(2019, 9, 18))
    return radar, optical, read_labels(folder / _LABELS)


def load(root: Path) -> DataSet:
    """Return a fixed random part of the labelled pixels (0 land, 1 water), with the 9 x 9 px around each."""
    radar, optical, truth = read_chips(root)
    row, column = np.nonzero((truth >= 0) & radar.mask & optical.mask)
    some = np.sort(np.random.default_rng(0).permutation(len(row))[:_MOST])
    row, column = row[some], column[some]
    at = (np.zeros(len(row), np.int64), row, column)
    layers = {"s1": [Layer(radar)], "s2": [Layer(optical)], "s1+s2": [Layer(radar), Layer(optical)]}
    cuts = {view: Patches([seen], at, SIDE_PX, place=_PLACE) for view, seen in layers.items()}
    targets = truth[row, column]
    return DataSet(
        "floods",
        "Sen1Floods11, Spain",
        Task.CLASSES,
        targets,
        cuts["s1"].places(BLOCK_PX),
        dict(cuts),
        (5, 10, 20, 50),
        digest_of(targets, row, column, radar.pixels, optical.pixels),
        scenes={"s1": (radar,), "s2": (optical,)},
        files=(_RADAR, _OPTICAL),
        licence="Cloud to Street, research with attribution; modified Copernicus data 2019",
        note="one chip of one flood: it tells sensors apart, not places",
    )
