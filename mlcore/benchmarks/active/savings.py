"""What the curves say: labels saved against chance, with intervals and paired tests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import wilcoxon

from mlcore.benchmarks.active.annotator import Curve

SHARES = (0.90, 0.95, 0.98)
_RESAMPLES = 500


@dataclass(frozen=True)
class Saving:
    """Random's labels over the strategy's, at a share of the full-data score; geometric mean over sets."""

    strategy: str
    share: float
    ratio: float
    low: float
    high: float
    sets: dict[str, float]


@dataclass(frozen=True)
class Areas:
    """Area under the curve beside random's, in points of the score, early, midway and late."""

    strategy: str
    cold: float  # batches 1-3
    middle: float  # 4-10
    late: float
    p_value: float  # two-sided Wilcoxon signed-rank over paired runs, whole curve, Holm-corrected over strategies


def labels_needed(curves: Sequence[Curve], share: float, *, f1: bool = False) -> float:
    """Return how many labels the mean curve needs for a share of the full score, between batches by straight lines.

    Where it is never reached, the budget counts: a ratio of two such is 1, and others are bounds.
    """
    labels = np.array(curves[0].labels, float)
    mean = np.mean([curve.f1 if f1 else curve.scores for curve in curves], 0)
    goal = share * float(np.mean([curve.full_f1 if f1 else curve.full for curve in curves]))
    reached = np.flatnonzero(mean >= goal)
    if not len(reached):
        return float(labels[-1])
    at = int(reached[0])
    if at == 0:
        return float(labels[0])
    part = (goal - mean[at - 1]) / (mean[at] - mean[at - 1])
    return float(labels[at - 1] + part * (labels[at] - labels[at - 1]))


def savings(
    curves: Sequence[Curve], strategy: str, share: float, *, f1: bool = False, resamples: int = _RESAMPLES
) -> Saving:
    """Return the label-saving ratio of a strategy, with a bootstrap interval over the paired seeds of each set."""
    groups = _groups(curves, strategy)
    rng = np.random.default_rng(0)

    def ratios(pick: bool) -> dict[str, float]:
        by_task = {}
        for task, (ours, chance) in groups.items():
            some = rng.integers(0, len(ours), len(ours)) if pick else np.arange(len(ours))
            needed = [labels_needed([group[place] for place in some], share, f1=f1) for group in (chance, ours)]
            by_task[task] = needed[0] / needed[1]
        return by_task

    sets = ratios(False)
    drawn = [_geometric(ratios(True).values()) for _ in range(resamples)] or [np.nan]
    return Saving(
        strategy,
        share,
        _geometric(sets.values()),
        float(np.quantile(drawn, 0.025)),
        float(np.quantile(drawn, 0.975)),
        sets,
    )


def areas(curves: Sequence[Curve], strategies: Sequence[str]) -> list[Areas]:
    """Return the areas under the strategies' curves beside random's, and whether the difference is chance."""
    means, p_values = [], []
    for strategy in strategies:
        gaps = [_gaps(*pair) for pair in _groups(curves, strategy).values()]
        whole = np.concatenate([gap.mean(1) for gap in gaps])
        p_values.append(float(wilcoxon(whole).pvalue) if np.any(whole) else 1.0)
        means.append([_mean_over(gaps, part) for part in _PARTS])
    return [
        Areas(name, cold, middle, late, p)
        for name, (cold, middle, late), p in zip(strategies, means, holm(p_values), strict=True)
    ]


def _mean_over(gaps: Sequence[NDArray[np.float64]], part: slice) -> float:
    """Return the mean over runs of some batches; NaN where no run had so many."""
    means = [gap[:, part].mean(1) for gap in gaps if gap[:, part].size]
    return float(np.concatenate(means).mean()) if means else float("nan")


def worse_than_random(curves: Sequence[Curve], strategy: str) -> list[str]:
    """Return the sets on which a strategy's area is significantly below random's (one-sided Wilcoxon, Holm, 5 %)."""
    groups = _groups(curves, strategy)
    gaps = [_gaps(*pair).mean(1) for pair in groups.values()]
    p_values = [float(wilcoxon(gap, alternative="less").pvalue) if np.any(gap) else 1.0 for gap in gaps]
    return [task for task, p in zip(groups, holm(p_values), strict=True) if p < 0.05]


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for how many tests there are (Holm 1979)."""
    order = np.argsort(p_values)
    scaled = np.array([p_values[place] * (len(p_values) - rank) for rank, place in enumerate(order)])
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1) if len(scaled) else scaled
    return [float(value) for value in adjusted]


_PARTS = (slice(0, 3), slice(3, 10), slice(10, None))


def _groups(curves: Sequence[Curve], strategy: str) -> dict[str, tuple[list[Curve], list[Curve]]]:
    """Return, for each set, a strategy's and random's curves of the seeds that both have, seed by seed."""
    tables: dict[str, dict[str, dict[int, Curve]]] = {}
    for curve in curves:
        if curve.strategy in (strategy, "random"):
            tables.setdefault(curve.task, {}).setdefault(curve.strategy, {})[curve.seed] = curve
    groups = {}
    for task, table in sorted(tables.items()):
        seeds = sorted(set(table.get(strategy, {})) & set(table.get("random", {})))
        if seeds:
            groups[task] = ([table[strategy][seed] for seed in seeds], [table["random"][seed] for seed in seeds])
    return groups


def _gaps(ours: Sequence[Curve], chance: Sequence[Curve]) -> NDArray[np.float64]:
    """Return the score beside random's, as a share of the full score, [seeds, batches]."""
    return np.array(
        [(np.array(one.scores) - np.array(two.scores)) / abs(one.full) for one, two in zip(ours, chance, strict=True)]
    )


def _geometric(values: Iterable[float]) -> float:
    return float(np.exp(np.mean(np.log(list(values)))))
