"""What a simulated annotator works on: vectors, hidden answers, and places kept apart for testing."""

import csv
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.benchmarks.datasets import DATASETS, DataAbsent, DataSet, Task, load_set, own
from mlcore.benchmarks.datasets.dataset import Places, digest_of
from mlcore.benchmarks.rows import FrozenRow, get_row
from mlcore.benchmarks.rows.handmade import PCAStatistics, RawBands
from mlcore.benchmarks.runner import features_of
from mlcore.benchmarks.splits import checkerboard
from mlcore.benchmarks.store import Store
from mlcore.errors import UnknownName

POOL_MOST, TEST_MOST = 3000, 2000
STATLOG, STATLOG_TAUGHT = Path("statlog_landsat/satellite.csv"), 4435  # the published split: the first rows teach
_HANDMADE = "pca"
_LAYOUTS = 30
_TEST_SHARE = 0.4


@dataclass(frozen=True)
class ActiveTask:
    """Vectors with answers that the strategies don't see."""

    name: str
    x: NDArray[np.float32]  # [N, d]
    y: NDArray[np.generic]  # [N] codes, or amounts
    test: NDArray[np.bool_] | None = None  # [N] a published split; None: redrawn by place or group for each seed
    places: Places | None = None
    group: NDArray[np.generic] | None = None  # [N]: what one group holds lies in the pool or in the test, never in both
    shut: NDArray[np.bool_] | None = None  # [N] rows that lie too near to the test to be learnt from
    blocks: tuple[slice, ...] = ()  # columns of one kind each, as the app knows them of an encoder's vectors

    @property
    def is_amount(self) -> bool:
        """Return whether the answers are a quantity."""
        return bool(np.issubdtype(self.y.dtype, np.floating))

    @cached_property
    def digest(self) -> str:
        """Return what identifies vectors, answers and split."""
        places = [] if self.places is None else [self.places.row, self.places.column, np.array(self.places.block)]
        others = [array for array in (self.test, self.group, self.shut) if array is not None]
        ends = np.array([(block.start, block.stop) for block in self.blocks])
        return digest_of(self.x, self.y, *places, *others, *([ends] if self.blocks else []))

    def parts(self, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows of the pool and of the test for one seed; the pool's classes are those that are tested."""
        rng = np.random.default_rng(seed)
        pool, test = self._masks(rng)
        if self.shut is not None:
            pool = pool & ~self.shut
        if not self.is_amount:
            test = test & np.isin(self.y, np.unique(self.y[pool]))
        return _some(pool, POOL_MOST, rng), _some(test, TEST_MOST, rng)

    def _masks(self, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        if self.test is not None:
            return ~self.test, self.test
        if self.group is not None:
            names = np.unique(self.group)
            test = np.isin(self.group, rng.permutation(names)[: max(1, round(_TEST_SHARE * len(names)))])
            return ~test, test
        if self.places is None:
            test = rng.random(len(self.y)) < _TEST_SHARE
            return ~test, test
        layouts = [checkerboard(self.places, rng) for _ in range(_LAYOUTS)]
        return max(layouts, key=lambda halves: min(len(np.unique(self.y[half])) for half in halves))


def load_task(name: str, root: Path, store: Store | None = None) -> ActiveTask:
    """Return a task by the name of its data set, or as `set@row` with the features of a row such as `ours`.

    Raises:
        UnknownName: no such set or row.
        DataAbsent: its files are not there.
    """
    is_own = name.startswith(own.PREFIX)
    of, _, row_name = (name, "", "") if is_own else name.partition("@")
    if of == "statlog":
        return _statlog(root)
    data = load_set(of, root)
    view = list(data.inputs)[-1]
    row = _row(data, view, row_name or _HANDMADE)
    if refusal := row.refusal(data, view):
        raise DataAbsent(f"{row.title} can't read it: {refusal}")
    features = row.features(data, view) if store is None else features_of(data, view, row, store)
    y = data.targets.astype(float) if data.task is Task.AMOUNT else np.unique(data.targets, return_inverse=True)[1]
    test = None if data.places.group is None else data.places.group == 1
    blocks = row.blocks(data, view, features.shape[1]) if row_name else ()
    task = ActiveTask(data.title if is_own else name, features, y, test, _wide(data.places), blocks=blocks)
    if data.task is Task.AMOUNT and data.places.site is not None:  # one split says little: seeds hold out other sites
        return replace(task, test=None, group=data.places.site)
    return task


def _row(data: DataSet, view: str, name: str) -> FrozenRow:
    if name == _HANDMADE:
        return RawBands() if PCAStatistics().refusal(data, view) else PCAStatistics()
    row = get_row(name)
    if not isinstance(row, FrozenRow):
        raise UnknownName("row of frozen features", name, ("ours", "statistics", "raw", _HANDMADE))
    return row


def _wide(places: Places) -> Places:
    """Return fields at least twice as wide as what a sample shows: the guard then leaves a quarter of each."""
    return replace(places, block=max(places.block, 2 * places.side))


def _statlog(root: Path) -> ActiveTask:
    path = root / STATLOG
    if not path.is_file():
        raise DataAbsent(f"Statlog was not found at {path}; name the folder of data sets with --data.")
    with path.open() as lines:
        rows = list(csv.reader(lines))[1:]
    x = np.array([row[:-1] for row in rows], np.float32)
    test = np.arange(len(rows)) >= STATLOG_TAUGHT
    return ActiveTask("statlog", x, np.unique([row[-1] for row in rows], return_inverse=True)[1], test)


_APART = ("floods", "houston-windows", "fuel-moisture")
TASKS: tuple[str, ...] = ("statlog", *(name for name in DATASETS if name not in _APART))
AMOUNTS = ("fuel-moisture@ours",)  # of the shipped encoder, as a new project has it


def _some(mask: NDArray[np.bool_], most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    rows = np.flatnonzero(mask)
    return rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))
