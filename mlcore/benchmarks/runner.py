"""Measures units: features once for each row and input, then one fit a unit; resumable, and over several processes."""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mlcore.benchmarks.datasets import DataSet, load_set
from mlcore.benchmarks.degrade import DEGRADATIONS, DRAWS, degraded
from mlcore.benchmarks.learners import Features, get_learner, learner_digest
from mlcore.benchmarks.plan import Unit
from mlcore.benchmarks.rows import BesideRow, EncoderRow, FrozenRow, Row, get_row
from mlcore.benchmarks.scores import scored
from mlcore.benchmarks.splits import Split, split
from mlcore.benchmarks.store import Record, Store, key_of
from mlcore.benchmarks.useless import USELESS, with_useless
from mlcore.heads import Lesson

_VERSION = "runner 3"
_MOST_KEPT = 5  # arrays in memory: one row's, plain and degraded
_kept: dict[str, Features] = {}


@dataclass(frozen=True)
class Group:
    """The units of one row on one input: they share features."""

    dataset: str
    view: str
    row: str
    units: tuple[Unit, ...]
    places: int | None = None  # of the data set at most


def run(
    groups: Sequence[Group], root: Path, folder: Path, *, processes: int = 1
) -> Iterator[tuple[Group, list[Record]]]:
    """Measure groups, in order, and yield each with its records as it is done."""
    if processes == 1:
        for group in groups:
            yield group, run_group(group, root, folder)
        return
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # of the processes to come: two that fight for a core are slower
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(run_group, group, root, folder): group for group in groups}
        for done in as_completed(waiting):
            yield waiting[done], done.result()


def run_group(group: Group, root: Path, folder: Path) -> list[Record]:
    """Measure the units of one group that were not measured before; one process, one thread."""
    torch.set_num_threads(1)
    store, data, row = Store(folder), load_set(group.dataset, root, group.places), get_row(group.row)
    with threadpool_limits(1):
        return measure(data, group.view, row, group.units, store)


def measure(data: DataSet, view: str, row: Row, units: Sequence[Unit], store: Store) -> list[Record]:
    """Return a record for each unit, from the store where it is known."""
    return [
        store.get(key) or store.add(key, _measured(data, row, unit, store))
        for key, unit in zip(keys(data, view, row, units), units, strict=True)
    ]


def keys(data: DataSet, view: str, row: Row, units: Sequence[Unit]) -> list[str]:
    """Return what each unit's record is kept under: it changes with the data, the features and this code."""
    depends = (_VERSION, data.digest, row.digest(data, view))
    frozen = isinstance(row, FrozenRow)
    heads = {unit.head: learner_digest(data.task, unit.head) if frozen else "" for unit in units}
    return [key_of(unit.to_dict(), depends, heads[unit.head]) for unit in units]


def _measured(data: DataSet, row: Row, unit: Unit, store: Store) -> Record:
    started = time.process_time()
    parts = split(data, unit.split, unit.budget, unit.seed)
    targets = data.targets
    if unit.check == "permuted":
        targets = np.random.default_rng(unit.seed).permutation(targets)
    if isinstance(row, FrozenRow):
        predicted = get_learner(data.task, unit.head)(*_lesson(data, row, unit, parts, targets, store))
    else:
        predicted = row.predict(data, unit.view, (parts.train, parts.test), unit.seed)
    return {
        **unit.to_dict(),
        "scores": scored(data.task, targets[parts.test], predicted),
        "train": len(parts.train),
        "test": len(parts.test),
        "saw_test": row.saw_test(data),
        "seconds": round(time.process_time() - started, 3),
    }


def _lesson(  # noqa: PLR0913 - what a unit is made of
    data: DataSet, row: FrozenRow, unit: Unit, parts: Split, targets: NDArray[Any], store: Store
) -> tuple[Lesson, Features]:
    shown = features_of(data, unit.view, row, store)
    blocks = row.blocks(data, unit.view, shown.shape[1])
    if unit.check in USELESS:
        shown, blocks = with_useless(shown, blocks, unit.check, unit.seed)
    asked = shown
    if unit.check in DEGRADATIONS and isinstance(row, EncoderRow):
        asked = features_of(data, unit.view, row, store, degradation=(unit.check, unit.seed % DRAWS))
    site = data.places.site
    lesson = Lesson(
        inputs=shown[parts.train],
        targets=targets[parts.train],
        seed=unit.seed,
        blocks=blocks,
        streams=row.streams(data, unit.view) if isinstance(row, BesideRow) and not unit.check else (),
        pool=np.delete(shown, parts.test, axis=0),  # never what is tested: figures hold for ground never seen
        groups=None if site is None else site[parts.train],
    )
    return lesson, asked[parts.test]


def features_of(
    data: DataSet, view: str, row: FrozenRow, store: Store, *, degradation: tuple[str, int] | None = None
) -> Features:
    """Return a row's features of every place, from memory or the store where they were made before."""
    how = degradation or ("", 0)
    draw = how[1] if how[0] == "half" else 0
    key = key_of("features", data.digest, view, row.digest(data, view), how[0], draw)
    if key not in _kept:
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = store.array(key, lambda: _made(data, view, row, (how[0], draw), store))
    return _kept[key]


def _made(data: DataSet, view: str, row: FrozenRow, how: tuple[str, int], store: Store) -> Features:
    if isinstance(row, BesideRow):
        return np.concatenate([features_of(data, view, part, store) for part in row.readable(data, view)], 1)
    if how[0] and isinstance(row, EncoderRow):
        return row.features(data, view, seen_as=partial(degraded, how=how[0], draw=how[1]))
    return row.features(data, view)
