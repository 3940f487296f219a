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
from mlcore.benchmarks.learners import Features, Predictions, get_learner
from mlcore.benchmarks.plan import Unit
from mlcore.benchmarks.rows import FrozenRow, Row, get_row
from mlcore.benchmarks.scores import scored
from mlcore.benchmarks.splits import Split, split
from mlcore.benchmarks.store import Record, Store, key_of

_VERSION = "runner 1"


@dataclass(frozen=True)
class Group:
    """The units of one row on one input: they share features."""

    dataset: str
    view: str
    row: str
    units: tuple[Unit, ...]


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
    store, data, row = Store(folder), load_set(group.dataset, root), get_row(group.row)
    with threadpool_limits(1):
        return measure(data, group.view, row, group.units, store)


def measure(data: DataSet, view: str, row: Row, units: Sequence[Unit], store: Store) -> list[Record]:
    """Return a record for each unit, from the store where it is known."""
    depends = (_VERSION, data.digest, row.digest(data, view))
    keys = [key_of(unit.to_dict(), depends) for unit in units]
    if all(store.get(key) for key in keys):
        return [record for key in keys if (record := store.get(key))]
    features = _features(data, view, row, store) if isinstance(row, FrozenRow) else None
    predict = partial(_predicted, data, row, features)
    return [
        store.get(key) or store.add(key, _measured(data, row, unit, predict))
        for key, unit in zip(keys, units, strict=True)
    ]


def _features(data: DataSet, view: str, row: FrozenRow, store: Store) -> Features:
    key = key_of("features", data.digest, view, row.digest(data, view))
    return store.array(key, lambda: row.features(data, view))


def _measured(data: DataSet, row: Row, unit: Unit, predict: partial[Predictions]) -> Record:
    started = time.perf_counter()
    parts = split(data, unit.split, unit.budget, unit.seed)
    targets = data.targets
    if unit.check == "permuted":
        targets = np.random.default_rng(unit.seed).permutation(targets)
    predicted = predict(unit, parts, targets)
    return {
        **unit.to_dict(),
        "scores": scored(data.task, targets[parts.test], predicted),
        "train": len(parts.train),
        "test": len(parts.test),
        "saw_test": row.saw_test(data),
        "seconds": round(time.perf_counter() - started, 3),
    }


def _predicted(
    data: DataSet, row: Row, features: Features | None, unit: Unit, parts: Split, targets: NDArray[Any]
) -> Predictions:
    if isinstance(row, FrozenRow) and features is not None:
        learn = get_learner(data.task, unit.head)
        return learn(features[parts.train], targets[parts.train], features[parts.test], unit.seed)
    if isinstance(row, FrozenRow):
        raise TypeError(f"{row.title} has no features of {data.title}")
    return row.predict(data, unit.view, (parts.train, parts.test), unit.seed)
