"""What the curves of quantities say: errors beside random's on the same seeds, and whether intervals hold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlcore.benchmarks.active.annotator import Curve
from mlcore.benchmarks.active.quantities import COVERAGE, paired

NOTE = (
    "By the app's own head. Each seed holds out other sites (or groups, or fields). RMSE along the curve, less "
    "random's on the same seeds [95 % interval, Student], and with the last labels; then the share of amounts that "
    f"the last model's {100 * COVERAGE:.0f} % intervals hold: of unlabelled samples at the sites that labels come "
    "from, and at those held out."
)


@dataclass(frozen=True)
class Line:
    """One strategy on one set of amounts."""

    task: str
    strategy: str
    seeds: int
    error: float  # RMSE, mean along the curve, over the seeds that random has too
    chance: float  # random's
    gap: str  # the paired difference with its interval, in words
    last: float  # RMSE with the last labels
    held: list[float]  # share in the intervals, of the pool and of the test


def amounts_of(curves: Sequence[Curve]) -> list[Line]:
    """Return a line for each set of amounts and strategy."""
    tables: dict[tuple[str, str], dict[int, Curve]] = {}
    for curve in curves:
        if not curve.f1:
            tables.setdefault((curve.task, curve.strategy), {})[curve.seed] = curve
    lines = []
    for (task, strategy), own in tables.items():
        chance = tables.get((task, "random"), {})
        seeds = sorted(own.keys() & chance.keys())
        if seeds:
            lines.append(_line(task, strategy, [own[seed] for seed in seeds], [chance[seed] for seed in seeds]))
    return lines


def table(curves: Sequence[Curve]) -> list[list[str]]:
    """Return the table with its head; nothing below it without amounts."""
    grid = [["set", "strategy", "seeds", "RMSE", "less random's", "last", "held at the same sites", "at others"]]
    for line in amounts_of(curves):
        gap = "" if line.strategy == "random" else line.gap
        held = [f"{100 * share:.1f} %" for share in line.held] or ["", ""]
        numbers = [f"{line.error:.2f}", gap, f"{line.last:.2f}"]
        grid.append([line.task, line.strategy, str(line.seeds), *numbers, *held])
    return grid


def _line(task: str, strategy: str, ours: Sequence[Curve], chance: Sequence[Curve]) -> Line:
    errors, by_chance = ([-float(np.mean(curve.scores)) for curve in group] for group in (ours, chance))
    value, low, high = paired(errors, by_chance)
    told = [curve.held for curve in ours if curve.held]
    held = np.mean(told, axis=0).tolist() if told else []
    last = -float(np.mean([curve.scores[-1] for curve in ours]))
    gap = f"{value:+.2f} [{low:+.2f} to {high:+.2f}]"
    return Line(task, strategy, len(ours), float(np.mean(errors)), float(np.mean(by_chance)), gap, last, held)
