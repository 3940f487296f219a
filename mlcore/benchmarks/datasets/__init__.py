"""Published data sets as samples, one file each; nothing is downloaded here. A new one is one file and one entry."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np

from mlcore.benchmarks.datasets import (
    cerrado,
    enmap,
    floods,
    harvey,
    houston,
    indian_pines,
    jasper_ridge,
    levir,
    mato_grosso,
    moisture,
    own,
    slovenia,
    taizhou,
)
from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Task, samples_root
from mlcore.errors import UnknownName

DATASETS: dict[str, Callable[[Path], DataSet]] = {
    "indian-pines": indian_pines.load,
    "houston": houston.load,
    "enmap": enmap.load,
    "harvey": harvey.load,
    "taizhou": taizhou.load,
    "floods": floods.load,
    "houston-windows": houston.load_windows,
    "fuel-moisture": moisture.load,
    "jasper-ridge": jasper_ridge.load,
    "mato-grosso": mato_grosso.load,
    "cerrado": cerrado.load,
    "slovenia": slovenia.load,
    "levir": levir.load,
    "harvey-east": harvey.load_east,
    "harvey-west": harvey.load_west,
}
ADDED: dict[str, str] = dict.fromkeys(("cerrado", "slovenia", "levir", "harvey-east", "harvey-west"), "2026-12")
# The table of features leaves these out: too easy to tell encoders apart, or added later.
FOR_QUERIES = ("jasper-ridge", "mato-grosso", *ADDED)

__all__ = ["ADDED", "DATASETS", "FOR_QUERIES", "DataAbsent", "DataSet", "Task", "data_root", "load_set", "samples_root"]


def data_root() -> Path:
    """Return the folder of real data: TERRASCRIBE_TEST_DATA, or shared/data beside the checkout."""
    return Path(os.environ.get("TERRASCRIBE_TEST_DATA", Path(__file__).parents[4] / "shared/data"))


@lru_cache(maxsize=32)
def load_set(name: str, root: Path, most: int | None = None) -> DataSet:
    """Return a data set by name, or one of the user's own by `own.name_of`, without duplicates.

    Of `most` places or fewer, a fixed random part.

    Raises:
        UnknownName: no such data set; the message lists those there are.
        DataAbsent: its files are not under `root`.
    """
    if name.startswith(own.PREFIX):
        data = own.load(name).without_duplicates()
    elif name not in DATASETS:
        raise UnknownName("data set", name, DATASETS)
    else:
        data = DATASETS[name](root).without_duplicates()
    if most is None or len(data) <= most:
        return data
    return data.take(np.sort(np.random.default_rng(0).permutation(len(data))[:most]))
