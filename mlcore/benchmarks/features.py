"""What frozen features are worth when labels are few: every data set and row, one table, a verdict on each bar."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mlcore.benchmarks import runner
from mlcore.benchmarks.datasets import DATASETS, FOR_QUERIES, DataAbsent, DataSet, load_set
from mlcore.benchmarks.plan import Amount, Unit, checks_of, units_of
from mlcore.benchmarks.rows import ROWS, EncoderRow, FrozenRow, get_row
from mlcore.benchmarks.runner import Group
from mlcore.benchmarks.store import Record, Store

# Seconds a fit of a head, and a sample that is embedded, cost on one core: rough, to say beforehand how long it takes.
_FIT_SECONDS = {
    "linear": 0.15,
    "pooled": 0.15,
    "taught": 0.6,
    "committee": 0.6,
    "svm": 0.06,
    "forest": 0.5,
    "svr": 0.1,
    "regression": 10.0,
    "own": 8.0,
}
_SAMPLE_SECONDS, _PIXEL_SECONDS = 0.002, 5e-6


@dataclass(frozen=True)
class Settings:
    """What to measure, where the data is, and where results are kept."""

    root: Path
    store: Path
    sets: Sequence[str] = tuple(name for name in DATASETS if name not in FOR_QUERIES)
    rows: Sequence[str] = tuple(ROWS)
    amount: Amount = field(default_factory=Amount)
    processes: int = 1


@dataclass(frozen=True)
class Planned:
    """The groups to measure, those that bars are judged by first and the cheapest of them first; why some can't be."""

    groups: list[Group]
    sets: list[DataSet]
    skipped: list[str]
    refused: list[str]
    seconds: float  # estimated, of one core


def plan(settings: Settings) -> Planned:
    """Look at the data and say what is to be measured; nothing is embedded yet.

    Raises:
        UnknownName: a data set or a row doesn't exist.
    """
    groups, sets, skipped, refused = list[tuple[float, Group]](), list[DataSet](), list[str](), list[str]()
    for name in settings.sets:
        try:
            data = load_set(name, settings.root, settings.amount.places)
        except DataAbsent as error:
            skipped.append(f"{name}: skipped. {error}".replace(f"{settings.root}/", ""))
            continue
        sets.append(data)
        for group, why in _groups(data, settings):
            if why:
                refused.append(
                    f"{data.title}, {group.view}: {group.row} left out: {why}".replace(f"{settings.root}/", "")
                )
            else:
                groups.append((_seconds(data, group), group))
    groups.sort(key=lambda item: (item[1].units[0].turn, item[0]))
    return Planned([group for _, group in groups], sets, skipped, refused, sum(cost for cost, _ in groups))


def _groups(data: DataSet, settings: Settings) -> Iterator[tuple[Group, str]]:
    for view in data.inputs:
        for name in settings.rows:
            row = get_row(name)
            if isinstance(row, EncoderRow) and data.task not in row.tasks:
                continue
            if why := row.refusal(data, view):
                yield Group(data.name, view, name, ()), why
                continue
            units = _units(data, view, name, settings.amount)
            for turn in sorted({unit.turn for unit in units}):
                some = tuple(unit for unit in units if unit.turn == turn)
                yield Group(data.name, view, name, some, settings.amount.places), ""


def _units(data: DataSet, view: str, name: str, amount: Amount) -> tuple[Unit, ...]:
    row = get_row(name)
    return (*units_of(data, view, row, amount), *checks_of(data, view, row, amount))


def _seconds(data: DataSet, group: Group) -> float:
    pixels = data.inputs[group.view](np.zeros(1, np.int64))[0].chips[0].mask.size
    embedding = len(data) * (_SAMPLE_SECONDS + _PIXEL_SECONDS * pixels)
    frozen = isinstance(get_row(group.row), FrozenRow) and group.units[0].turn == 0
    return embedding * frozen + sum(_FIT_SECONDS.get(unit.head, 1.0) for unit in group.units)


def run(
    planned: Planned, settings: Settings, *, progress: Callable[[Group, list[Record]], None] | None = None
) -> list[Record]:
    """Measure what isn't known yet and return every record of the plan."""
    measured = list[Record]()
    groups = runner.run(planned.groups, settings.root, settings.store, processes=settings.processes)
    for group, records in groups:
        measured += records
        if progress:
            progress(group, records)
    return measured


def recorded(planned: Planned, settings: Settings) -> list[Record]:
    """Return the records of a plan that were measured before, and measure nothing."""
    store = Store(settings.store)
    sets = {data.name: data for data in planned.sets}
    stored = [
        store.get(key)
        for group in planned.groups
        for key in runner.keys(sets[group.dataset], group.view, get_row(group.row), group.units)
    ]
    return [record for record in stored if record]


def missing(planned: Planned, records: Sequence[Record]) -> list[str]:
    """Return a line for each row and kind of split that was not measured in full."""
    wanted = Counter((unit.row, unit.split) for group in planned.groups for unit in group.units)
    counts = Counter((record["row"], record["split"]) for record in records)
    return [
        f"{row}, {kind} splits: {count - counts[row, kind]} of {count} fits weren't measured"
        for (row, kind), count in sorted(wanted.items())
        if counts[row, kind] < count
    ]
