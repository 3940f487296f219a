"""What a simulated annotator works on: vectors, hidden answers, and places kept apart for testing."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.benchmarks.datasets import DATASETS, DataAbsent, Task, load_set
from mlcore.benchmarks.datasets.dataset import Places
from mlcore.benchmarks.rows.handmade import PCAStatistics, RawBands
from mlcore.benchmarks.splits import checkerboard
from mlcore.errors import BadFeatures

POOL_MOST, TEST_MOST = 5000, 2000
_LAYOUTS = 30
_ARRAYS = ("x", "y", "test", "group", "xy")


@dataclass(frozen=True)
class ActiveTask:
    """Vectors with answers that the strategies don't see."""

    name: str
    x: NDArray[np.float32]  # [N, d]
    y: NDArray[np.generic]  # [N] codes, or amounts
    test: NDArray[np.bool_] | None = None  # [N] a published split; None: redrawn by place for each seed
    places: Places | None = None
    xy: NDArray[np.float64] | None = None  # [N, 2]

    @property
    def is_amount(self) -> bool:
        """Return whether the answers are a quantity."""
        return bool(np.issubdtype(self.y.dtype, np.floating))

    def parts(self, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows of the pool and of the test for one seed; the pool's classes are those that are tested."""
        rng = np.random.default_rng(seed)
        pool, test = self._masks(rng)
        if not self.is_amount:
            test = test & np.isin(self.y, np.unique(self.y[pool]))
        return _some(pool, POOL_MOST, rng), _some(test, TEST_MOST, rng)

    def _masks(self, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        if self.test is not None:
            return ~self.test, self.test
        if self.places is None:
            test = rng.random(len(self.y)) < 0.4
            return ~test, test
        layouts = [checkerboard(self.places, rng) for _ in range(_LAYOUTS)]
        return max(layouts, key=lambda halves: min(len(np.unique(self.y[half])) for half in halves))


def load_task(name: str, root: Path) -> ActiveTask:
    """Return a task by the name of its data set.

    Raises:
        UnknownName: no such set.
        DataAbsent: its files are not there.
    """
    if name == "statlog":
        return _statlog(root)
    data = load_set(name, root)
    view = list(data.inputs)[-1]
    row = RawBands() if data.task is Task.AMOUNT else PCAStatistics()
    y = data.targets.astype(float) if data.task is Task.AMOUNT else np.unique(data.targets, return_inverse=True)[1]
    test = None if data.places.group is None else data.places.group == 1
    xy = np.stack([data.places.row, data.places.column], 1)
    return ActiveTask(name, row.features(data, view), y, test, data.places, xy if np.isfinite(xy).all() else None)


def read_task(path: Path) -> ActiveTask:
    """Return the task in an .npz file of `x` [N, d], `y` [N], `test` bool [N], and perhaps `xy` [N, 2].

    Raises:
        BadFeatures: an array is missing, has the wrong length or holds NaN.
    """
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in _ARRAYS if name in stored}
    missing = [name for name in ("x", "y", "test") if name not in arrays]
    if missing:
        raise BadFeatures(f"{path.name} lacks {', '.join(missing)}; it needs x [N, d], y [N] and test bool [N].")
    x, y = np.asarray(arrays["x"], np.float32), arrays["y"]
    if any(len(array) != len(x) for array in arrays.values()) or x.ndim != 2 or not np.isfinite(x).all():
        raise BadFeatures(f"The arrays of {path.name} must be of one length, and x finite [N, d].")
    codes = y.astype(float) if np.issubdtype(y.dtype, np.floating) else np.unique(y, return_inverse=True)[1]
    return ActiveTask(path.stem, x, codes, arrays["test"].astype(bool), None, arrays.get("xy"))


def _statlog(root: Path) -> ActiveTask:
    path = root / "statlog_landsat/satellite.csv"
    if not path.is_file():
        raise DataAbsent(f"Statlog was not found at {path}; name the folder of data sets with --data.")
    with path.open() as lines:
        rows = list(csv.reader(lines))[1:]
    x = np.array([row[:-1] for row in rows], np.float32)
    test = np.arange(len(rows)) >= 4435  # the published split
    return ActiveTask("statlog", x, np.unique([row[-1] for row in rows], return_inverse=True)[1], test)


TASKS: tuple[str, ...] = ("statlog", *(name for name in DATASETS if name not in ("floods", "houston-windows")))


def _some(mask: NDArray[np.bool_], most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    rows = np.flatnonzero(mask)
    return rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))


Loader = Callable[[str, Path], ActiveTask]
