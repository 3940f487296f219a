"""The report of the active-learning benchmark: Markdown that a terminal shows too, and every figure as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from mlcore.benchmarks.active.annotator import Curve
from mlcore.benchmarks.active.beliefs import summary
from mlcore.benchmarks.active.decisions import measured
from mlcore.benchmarks.active.report import tables
from mlcore.benchmarks.active.report.verdicts import decided, verdicts, worlds_beside
from mlcore.benchmarks.active.savings import SHARES, areas, savings, worse_than_random
from mlcore.benchmarks.report.verdicts import Verdict

_DIGITS = 4


def text(curves: Sequence[Curve], remarks: Sequence[str] = (), *, picture: str = "") -> str:
    """Return the verdicts and tables: labels saved, area under the curve, first batch, seconds a query, beliefs."""
    lines = ["# Which labels to ask for, and what to believe", "", *_what(curves), *remarks, ""]
    lines += _bars(verdicts(curves))
    if picture:
        lines += [f"![Learning curves]({picture})", ""]
    for section in tables.all_of(curves):
        lines += _section(section)
    return "\n".join(lines).rstrip()


def text_of_decisions() -> str:
    """Return the verdicts and the table on promises that are accepted as soon as they are offered."""
    return "\n".join([*_bars(decided(measured())), *_section(tables.decided(measured()))]).rstrip()


def _bars(judged: Sequence[Verdict]) -> list[str]:
    return ["## Bars", "", *(f"- {verdict.bar}: **{verdict.word}** ({verdict.found})" for verdict in judged), ""]


def _section(section: tables.Section) -> list[str]:
    title, note, grid = section
    return [f"## {title}", "", note, "", *_table(grid), ""]


def _what(curves: Sequence[Curve]) -> list[str]:
    tasks = sorted({curve.task for curve in curves})
    seeds = {task: len({curve.seed for curve in curves if curve.task == task}) for task in tasks}
    told = ", ".join(f"{task} ({count})" for task, count in seeds.items())
    return [
        f"Simulated annotators, to {max(max(curve.labels) for curve in curves)} labels. Sets (paired seeds): {told}."
    ]


def _table(grid: tables.Grid) -> list[str]:
    widths = [max(len(line[column]) for line in grid) for column in range(len(grid[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in grid
    ]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def as_json(curves: Sequence[Curve]) -> dict[str, Any]:
    """Return the mean curves and every figure made of them."""
    classed = [curve for curve in curves if curve.f1]
    others = [name for name in tables.names_of(curves) if name != "random"]
    report = {
        "curves": [_mean_curve(group) for group in tables.groups_of(curves)],
        "savings": {
            metric: [
                asdict(savings(classed, name, share, f1=metric == "f1"))
                for name in tables.names_of(classed)
                if name != "random"
                for share in SHARES
            ]
            for metric in ("accuracy", "f1")
        },
        "beliefs": {
            f"{group[0].task} {group[0].strategy}": summary(beliefs)
            for group in tables.groups_of(classed)
            if (beliefs := [belief for curve in group for belief in curve.beliefs])
        },
        "decisions": list(worlds_beside(curves)),
        "areas": [asdict(area) for area in areas(curves, others)],
        "worse_than_random": {name: worse_than_random(curves, name) for name in others},
        "verdicts": [asdict(verdict) for verdict in verdicts(curves)],
    }
    return dict(_rounded(report))


def _mean_curve(group: Sequence[Curve]) -> dict[str, Any]:
    scores, f1 = np.array([curve.scores for curve in group]), np.array([curve.f1 for curve in group])
    seconds = np.concatenate([curve.seconds for curve in group])
    return {
        "task": group[0].task,
        "strategy": group[0].strategy,
        "seeds": len(group),
        "labels": group[0].labels,
        "scores": scores.mean(0).tolist(),
        "deviations": scores.std(0).tolist(),
        "f1": f1.mean(0).tolist() if f1.size else [],
        "full": float(np.mean([curve.full for curve in group])),
        "full_f1": float(np.mean([curve.full_f1 for curve in group])),
        "classes_first": float(np.mean([curve.classes_first for curve in group])),
        "seconds": [float(np.median(seconds)), float(np.quantile(seconds, 0.95))],
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    if isinstance(value, float):
        return round(value, _DIGITS) if np.isfinite(value) else None
    return value
