"""Published data sets as samples, one file each; nothing is downloaded here. A new one is one file and one entry."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from mlcore.benchmarks.datasets import (
    enmap,
    floods,
    harvey,
    houston,
    indian_pines,
    jasper_ridge,
    mato_grosso,
    moisture,
    own,
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
}
FOR_QUERIES = ("jasper-ridge", "mato-grosso")  # too easy to tell encoders apart; the table of features leaves them out

__all__ = ["DATASETS", "FOR_QUERIES", "DataAbsent", "DataSet", "Task", "data_root", "load_set", "samples_root"]


def data_root() -> Path:
    """Return the folder of real data: TERRASCRIBE_TEST_DATA, or shared/data beside the checkout."""
    return Path(os.environ.get("TERRASCRIBE_TEST_DATA", Path(__file__).parents[4] / "shared/data"))


@lru_cache(maxsize=16)
def load_set(name: str, root: Path) -> DataSet:
    """Return a data set by name, or one of the user's own by `own.name_of`, without duplicates.

    Raises:
        UnknownName: no such data set; the message lists those there are.
        DataAbsent: its files are not under `root`.
    """
    if name.startswith(own.PREFIX):
        return own.load(name).without_duplicates()
    if name not in DATASETS:
        raise UnknownName("data set", name, DATASETS)
    return DATASETS[name](root).without_duplicates()
