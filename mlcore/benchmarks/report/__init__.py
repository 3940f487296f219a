"""The report of a run: tables, ranks, ours against its peers, and a verdict on every bar."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from mlcore.benchmarks.datasets.dataset import DataSet
from mlcore.benchmarks.plan import BAR_BUDGETS
from mlcore.benchmarks.report.figures import Figures
from mlcore.benchmarks.report.ranks import FOREIGN_TOO, HEADS, duels, ranking
from mlcore.benchmarks.report.table import Grid, as_markdown, as_text, grids
from mlcore.benchmarks.report.verdicts import verdicts
from mlcore.benchmarks.store import Record

__all__ = ["as_json", "markdown", "text"]

_LEGEND = (
    "Mean ± standard deviation over splits. Random splits draw training places anywhere, so that their neighbours are "
    "tested; blocked splits keep places apart in a checkerboard with a guard, and are what counts. "
    "* saw test pixels, without labels, when it was pretrained: not compared."
)


_CAUTION = (
    "Read with care: the bars are judged by `ours+spectra`, which is fitted to the mean and covariance of the pool's "
    "spectra, test places included, without labels, as the peers PCA and random convolutions are fitted to that pool. "
    "The row was added after a first run in which plain `ours` lost to PCA on Indian Pines; both are shown, and "
    "a bar that only the fitted row meets is not met by the weights alone. Splits of one scene share pixels: intervals "
    "speak of layouts and draws, not of other scenes."
)


def text(records: Sequence[Record], sets: Sequence[DataSet]) -> str:
    """Return the report for a terminal."""
    figures = Figures(records, sets)
    parts = [f"{title}\n{as_text(grid)}" for title, grid in grids(figures, sets).items()]
    parts += [as_text(grid) for grid in (_duel_grid(figures), _verdict_grid(figures)) if len(grid) > 1]
    return "\n\n".join([*parts, _LEGEND])


def markdown(records: Sequence[Record], sets: Sequence[DataSet], remarks: Sequence[str] = ()) -> str:
    """Return the report as a page of Markdown."""
    figures = Figures(records, sets)
    parts = ["# What frozen features are worth when labels are few", "Made by `python -m mlcore.benchmarks features`."]
    parts += [_CAUTION]
    unmeasured = [verdict.bar for verdict in verdicts(figures) if verdict.met is None]
    parts += ["## The bars", as_markdown(_verdict_grid(figures))]
    parts += [f"Not measured in this run: {'; '.join(unmeasured)}."] if unmeasured else []
    parts += ["## Ours against the best peer of each input, blocked", as_markdown(_duel_grid(figures))]
    parts += ["## Mean ranks", _rank_text(figures), "## Every figure", _LEGEND]
    notes = {data.name: f"{data.note} ({data.licence})" for data in sets}
    tables = grids(figures, sets)
    for data in sets:
        for title, grid in tables.items():
            if title.startswith(f"{data.title} ("):
                parts += [f"### {title}", f"{len(data):,} places. {notes[data.name]}.", as_markdown(grid)]
    if remarks:
        parts += ["## What was left out", *(f"- {remark}" for remark in remarks)]
    return "\n\n".join(parts) + "\n"


def as_json(records: Sequence[Record], sets: Sequence[DataSet]) -> dict[str, Any]:
    """Return everything: each cell with its scores by seed, the verdicts and the duels."""
    figures = Figures(records, sets)
    fought = [asdict(duel) for budget in BAR_BUDGETS for head in HEADS for duel in duels(figures, budget, head)]
    cells = [
        asdict(setting)
        | {"row": row, "head": head, "check": check, "saw_test": (row, setting.dataset) in figures.saw_test}
        | {"scores": {seed: round(score, 3) for seed, score in sorted(cell.by_seed.items())}}
        for (setting, row, head, check), cell in figures.cells.items()
    ]
    return {"cells": cells, "verdicts": [asdict(v) for v in verdicts(figures)], "duels": fought}


def _verdict_grid(figures: Figures) -> Grid:
    return [["bar", "verdict", "found"], *([v.bar, v.word, v.found] for v in verdicts(figures) if v.met is not None)]


def _duel_grid(figures: Figures) -> Grid:
    lines = [["input", "labels a class", "head", "best peer", "ours minus peer, points"]]
    for budget in BAR_BUDGETS:
        for head in HEADS:
            for duel in duels(figures, budget, head):
                at = duel.setting
                lines.append([f"{at.dataset} / {at.view}", str(budget), head, duel.peer, str(duel.result)])
    return lines


def _rank_text(figures: Figures) -> str:
    lines = []
    for budget in BAR_BUDGETS:
        for head in HEADS:
            ranked = ranking(figures, budget, head)
            ranks = ", ".join(f"{row} {rank:.2f}" for row, rank in ranked.ranks.items())
            lines.append(f"- {budget} a class, {head}, {len(ranked.inputs)} inputs that all of these read: {ranks}")
            ranked = ranking(figures, budget, head, rows=FOREIGN_TOO)
            ranks = ", ".join(f"{row} {rank:.2f}" for row, rank in ranked.ranks.items())
            lines.append(
                f"- {budget} a class, {head}, the {len(ranked.inputs)} that Galileo and Presto read, too: {ranks}"
            )
    return "\n".join(lines)
