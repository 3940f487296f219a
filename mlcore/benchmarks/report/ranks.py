"""Which frozen features are best: mean ranks over the inputs that rows share, and ours against its peers in pairs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from mlcore.benchmarks.report.figures import Cell, Figures, Setting
from mlcore.benchmarks.report.paired import Paired, paired
from mlcore.benchmarks.rows import OURS, ROWS, SHIPPED, FrozenRow, Kind

HEADS = ("linear", "svm")
FOREIGN_TOO = (OURS, SHIPPED, "raw", "pca-statistics", "image-statistics", "random-convolutions", "presto", "galileo")
_MOST = 0.8  # of the inputs: a row that reads fewer is ranked apart


@dataclass(frozen=True)
class Ranking:
    """Mean ranks of rows over the settings that all of them can read; 1 is best."""

    budget: int
    head: str
    ranks: dict[str, float]  # by row, best first
    inputs: tuple[str, ...]  # 'data set / input'


@dataclass(frozen=True)
class Duel:
    """Ours against the best peer of one setting."""

    setting: Setting
    head: str
    peer: str
    result: Paired


def frozen_rows(figures: Figures, setting: Setting, head: str) -> dict[str, Cell]:
    """Return the frozen rows of a setting that saw no test pixel, with one head."""
    return {
        row: cell
        for (row, used), cell in figures.rows(setting).items()
        if used == head and isinstance(ROWS.get(row), FrozenRow) and (row, setting.dataset) not in figures.saw_test
    }


def ranking(figures: Figures, budget: int, head: str, *, rows: Sequence[str] | None = None) -> Ranking:
    """Rank rows on blocked splits, over the inputs on which all of them were measured.

    Without `rows`, they are those that read nearly every input that ours reads.
    """
    tables = {s: frozen_rows(figures, s, head) for s in figures.settings(split="block", budget=budget)}
    tables = {setting: table for setting, table in tables.items() if OURS in table}
    if not tables:
        return Ranking(budget, head, {}, ())
    counts = Counter(row for table in tables.values() for row in table)
    shared = set(rows) if rows else {row for row, count in counts.items() if count >= _MOST * len(tables)}
    used = {setting: table for setting, table in tables.items() if shared <= set(table)}
    names = sorted(shared)
    places = [_places(figures, setting, table, names) for setting, table in used.items()]
    means = dict(zip(names, np.mean(places, 0), strict=True)) if places else {}
    ordered = dict(sorted(((name, float(rank)) for name, rank in means.items()), key=lambda item: item[1]))
    return Ranking(budget, head, ordered, tuple(f"{s.dataset} / {s.view}" for s in used))


def _places(figures: Figures, setting: Setting, table: dict[str, Cell], names: list[str]) -> np.ndarray:
    sign = -1 if figures.higher_is_better(setting.dataset) else 1
    return np.asarray(rankdata([sign * table[name].mean for name in names]))


def duels(figures: Figures, budget: int, head: str) -> list[Duel]:
    """Return ours against the best peer (hand-made or foreign) on each blocked input."""
    comparisons = []
    for setting in figures.settings(split="block", budget=budget):
        table = frozen_rows(figures, setting, head)
        peers = {row: cell for row, cell in table.items() if ROWS[row].kind is not Kind.OURS}
        if OURS not in table or not peers:
            continue
        higher = figures.higher_is_better(setting.dataset)
        best = (max if higher else min)(peers, key=lambda row: peers[row].mean)
        comparisons.append(Duel(setting, head, best, paired(table[OURS], peers[best], higher_is_better=higher)))
    return comparisons
