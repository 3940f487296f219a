"""The figures that choices are made on: units of the feature benchmark, kept in the same store."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from mlcore.benchmarks import runner
from mlcore.benchmarks.datasets import DataAbsent, DataSet, Task, load_set
from mlcore.benchmarks.plan import Unit
from mlcore.benchmarks.rows import FrozenRow, get_row
from mlcore.benchmarks.runner import Group
from mlcore.benchmarks.store import Record
from mlcore.benchmarks.useless import USELESS

OF = ("head", "encoder", "blocks")
Figure = tuple[str, float, Record]  # a candidate, its score in percent, and what else is known
SINGLE = (Task.CLASSES, Task.CHANGE)  # what heads for classes can learn


@dataclass(frozen=True)
class Asked:
    """What is to be chosen, among what, and on what it is measured."""

    of: str  # one of OF
    among: tuple[str, ...]  # the first is today's
    sets: tuple[str, ...]
    row: str = "ours"  # where heads or blocks are chosen
    head: str = "taught"  # where encoders are chosen
    budgets: tuple[int, ...] = (5, 20)
    seeds: range = range(100, 103)
    places: int = 2500

    def units(self, data: DataSet, view: str, candidate: str) -> list[Unit]:
        """Return one unit for each budget and seed."""
        row = candidate if self.of == "encoder" else self.row
        head = candidate if self.of == "head" else self.head
        check = candidate if self.of == "blocks" and candidate in USELESS else ""
        kind = "block" if "block" in data.splits else data.splits[0]
        pairs = product(self.budgets, self.seeds)
        return [Unit(data.name, view, row, head, kind, budget, seed, check) for budget, seed in pairs]


@dataclass(frozen=True)
class Measured:
    """Scores in percent by data set, budget and candidate; views and seeds are averaged."""

    scores: dict[int, dict[str, dict[str, float]]]  # budget -> data set -> candidate
    titles: dict[str, str]
    left_out: list[str]
    seconds: dict[str, float]  # of a fit and its predictions, by candidate


def measure(asked: Asked, root: Path, store: Path, progress: Callable[[str], None] = lambda _: None) -> Measured:
    """Measure what isn't known yet; only views that every candidate can read count.

    Raises:
        UnknownName: no such set, row or head.
    """
    left_out, titles, figures = list[str](), dict[str, str](), list[Figure]()
    for name in asked.sets:
        try:
            data = load_set(name, root, asked.places)
        except DataAbsent as error:
            left_out.append(f"{name}: {error}".replace(f"{root}/", ""))
            continue
        if data.task not in SINGLE:
            left_out.append(f"{name}: its task, {data.task.value}, has other heads")
            continue
        titles[name] = data.title
        for view in data.inputs:
            groups = list(_groups(asked, data, view, left_out))
            for candidate, group in groups:
                records = runner.run_group(group, root, store)
                figures += [(candidate, 100 * record["scores"][data.metric], record) for record in records]
            progress(f"{name} {view}: {len(groups)} candidates")
    scores, seconds = _tables(figures)
    return Measured(scores, titles, left_out, seconds)


def _groups(asked: Asked, data: DataSet, view: str, left_out: list[str]) -> Iterator[tuple[str, Group]]:
    """Yield each candidate's units on one view; none where one of them can't read it."""
    groups = []
    for candidate in asked.among:
        units = asked.units(data, view, candidate)
        row = get_row(units[0].row)
        why = row.refusal(data, view) if isinstance(row, FrozenRow) else "it is trained for each split"
        if why:
            left_out.append(f"{data.title}, {view}: {units[0].row}: {why}")
            return
        groups.append((candidate, Group(data.name, view, row.name, tuple(units), asked.places)))
    yield from groups


def _tables(
    figures: Sequence[Figure],
) -> tuple[dict[int, dict[str, dict[str, float]]], dict[str, float]]:
    cells, times = defaultdict[tuple[int, str, str], list[float]](list), defaultdict[str, list[float]](list)
    for candidate, score, record in figures:
        cells[record["budget"], record["dataset"], candidate].append(score)
        times[candidate].append(record["seconds"])
    scores: dict[int, dict[str, dict[str, float]]] = {}
    for (budget, dataset, candidate), values in cells.items():
        scores.setdefault(budget, {}).setdefault(dataset, {})[candidate] = float(np.mean(values))
    return scores, {candidate: float(np.median(spent)) for candidate, spent in times.items()}


def together(measured: Measured) -> dict[str, dict[str, float]]:
    """Return the mean over budgets: one choice is made for all of them."""
    names = next(iter(measured.scores.values()))
    return {
        name: {
            candidate: float(np.mean([of_budget[name][candidate] for of_budget in measured.scores.values()]))
            for candidate in own
        }
        for name, own in names.items()
    }
