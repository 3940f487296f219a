"""Honest splits: places anywhere, or kept apart in blocks with a guard, with few labels drawn for training."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.benchmarks.datasets.dataset import DataSet, Places, Rows, Task
from mlcore.errors import UnknownName

TEST_MOST = 2000
_LAYOUTS = 30
_LEAST_TAUGHT = 5
KINDS = ("random", "block", "site")


@dataclass(frozen=True)
class Split:
    """Rows to learn from and rows to test on."""

    train: Rows
    test: Rows


def split(data: DataSet, kind: str, budget: int | None, seed: int) -> Split:
    """Return places to train on, `budget` a class (or in all, for labels and amounts), and places to test on.

    'random' draws places anywhere, as most papers do: neighbours of test places are trained on. 'block' trains on
    the black and tests on the white fields of a checkerboard whose layout is redrawn for each seed; places whose
    square would cross a field's edge belong to neither, so that no pixel is shown in training and in testing.
    'site' keeps the data set's own held-out sites. At most TEST_MOST places are tested.

    Raises:
        UnknownName: no such kind of split.
    """
    rng = np.random.default_rng(seed)
    pool, test = _parts(data, kind, rng)
    single = data.task in (Task.CLASSES, Task.CHANGE)
    draw = _per_class if single else _in_all
    train = draw(data.targets, pool, budget, rng, whole=kind != "random")
    left = test.copy()
    left[train] = False
    if single:
        left &= np.isin(data.targets, np.unique(data.targets[train]))
    rows = np.flatnonzero(left)
    return Split(train, np.sort(rng.choice(rows, TEST_MOST, replace=False)) if len(rows) > TEST_MOST else rows)


def _parts(data: DataSet, kind: str, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    everywhere = np.ones(len(data), bool)
    match kind:
        case "random":
            return everywhere, everywhere.copy()
        case "block":
            return _best_layout(data, rng)
        case "site" if data.places.group is not None:
            return data.places.group == 0, data.places.group == 1
    raise UnknownName(f"split of {data.title}", kind, data.splits)


def _best_layout(data: DataSet, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the first layout that teaches and tests every class, or of many the one that does so for most."""
    best, most = None, -1
    for _ in range(_LAYOUTS):
        train, test = checkerboard(data.places, rng)
        served, of = _served(data, train, test)
        if served > most:
            best, most = (train, test), served
        if served == of:
            break
    if best is None:  # never: _LAYOUTS > 0
        raise ValueError("no layout was drawn")
    return best


def _served(data: DataSet, train: NDArray[np.bool_], test: NDArray[np.bool_]) -> tuple[int, int]:
    if data.task is Task.AMOUNT:
        return 1, 1
    if data.task is Task.TAGS:
        taught, tested = data.targets[train].sum(0), data.targets[test].sum(0)
    else:
        codes = data.targets
        taught, tested = (
            np.bincount(codes[half], minlength=codes.max() + 1)[np.unique(codes)] for half in (train, test)
        )
    return int(((taught >= _LEAST_TAUGHT) & (tested >= 1)).sum()), len(taught)


def checkerboard(places: Places, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which places lie wholly in black and which in white fields of a checkerboard laid down at random."""
    down, across = rng.uniform(0, 2 * places.block, 2)
    if float(places.side).is_integer():  # a lattice of px: fields begin where pixels do
        down, across = np.floor(down), np.floor(across)
    y, x = places.row + down, places.column + across
    block, reach = places.block, places.side / 2
    inside = np.minimum.reduce([y % block, block - y % block, x % block, block - x % block]) >= reach
    black = (y // block + x // block) % 2 == 0
    return black & inside, ~black & inside


def _per_class(
    targets: NDArray[Any], pool: NDArray[np.bool_], budget: int | None, rng: np.random.Generator, *, whole: bool
) -> Rows:
    drawn = []
    for code in np.unique(targets[pool]):
        members = np.flatnonzero(pool & (targets == code))
        most = len(members) if whole else max(1, len(members) // 2)
        drawn.append(rng.choice(members, most if budget is None else min(budget, most), replace=False))
    return np.sort(np.concatenate(drawn))


def _in_all(
    targets: NDArray[Any], pool: NDArray[np.bool_], budget: int | None, rng: np.random.Generator, *, whole: bool
) -> Rows:
    members = np.flatnonzero(pool)
    most = len(members) if whole else len(members) // 2
    return np.sort(rng.choice(members, most if budget is None else min(budget, most), replace=False))
