"""The report of the active-learning benchmark: tables in plain text, and every figure as JSON."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from mlcore.benchmarks.active.annotator import Curve
from mlcore.benchmarks.active.beliefs import AUDITS, BOUND, Belief, summary
from mlcore.benchmarks.active.savings import SHARES, areas, savings, worse_than_random


def text(curves: Sequence[Curve]) -> str:
    """Return the tables: labels saved, area under the curve, first batch, seconds a query."""
    classed = [curve for curve in curves if curve.f1]
    lines = []
    names = list(dict.fromkeys(curve.strategy for curve in curves))
    others = [name for name in names if name != "random"]
    if classed and others:
        lines += _savings(classed, others)
    if others:
        lines += _areas(curves, others)
    return "\n".join([*lines, *_batches(curves, names), *_beliefs(curves, names)])


def as_json(curves: Sequence[Curve]) -> dict[str, object]:
    """Return every curve and every figure made of them."""
    classed = [curve for curve in curves if curve.f1]
    others = sorted({curve.strategy for curve in curves} - {"random"})
    return {
        "curves": [{**asdict(curve), "beliefs": None} for curve in curves],
        "savings": {
            metric: [asdict(savings(classed, name, share, f1=metric == "f1")) for name in others for share in SHARES]
            if classed
            else []
            for metric in ("accuracy", "f1")
        },
        "beliefs": {name: summary(found) for name in [*others, "random"] if (found := _of(curves, name))},
        "areas": [asdict(found) for found in areas(curves, others)],
        "worse_than_random": {name: worse_than_random(curves, name) for name in others},
    }


def _savings(curves: Sequence[Curve], others: Sequence[str]) -> list[str]:
    tasks = sorted({curve.task for curve in curves})
    lines = ["Labels saved: random's labels over the strategy's (95 % interval), geometric mean over sets", ""]
    lines.append(f"{'strategy':<20}" + "".join(f"{f'{100 * share:.0f} % of full':>22}" for share in SHARES))
    for name in others:
        found = [savings(curves, name, share) for share in SHARES]
        lines.append(f"{name:<20}" + "".join(f"{f'{s.ratio:.2f} [{s.low:.2f}-{s.high:.2f}]':>22}" for s in found))
        if len(tasks) > 1:
            lines += [f"  {task:<18}" + "".join(f"{s.sets[task]:>15.2f}{'':>7}" for s in found) for task in tasks]
    return [*lines, ""]


def _areas(curves: Sequence[Curve], others: Sequence[str]) -> list[str]:
    lines = ["Area under the curve beside random's, % of the full score; p by Wilcoxon over paired runs, Holm", ""]
    lines.append(f"{'strategy':<20}{'cold':>8}{'middle':>8}{'late':>8}{'p':>10}   significantly below random on")
    for found in areas(curves, others):
        worse = ", ".join(worse_than_random(curves, found.strategy)) or "no set"
        shares = "".join(f"{100 * part:>+8.2f}" for part in (found.cold, found.middle, found.late))
        lines.append(f"{found.strategy:<20}{shares}{found.p_value:>10.2g}   {worse}")
    return [*lines, ""]


def _batches(curves: Sequence[Curve], names: Sequence[str]) -> list[str]:
    lines = [f"{'strategy':<20}{'classes in first batch':>24}{'seconds a query: median':>26}{'p95':>8}"]
    for name in names:
        own = [curve for curve in curves if curve.strategy == name]
        seconds = np.concatenate([curve.seconds for curve in own])
        first = np.mean([float(curve.classes_first) for curve in own if curve.f1] or [np.nan])
        lines.append(f"{name:<20}{first:>24.1f}{np.median(seconds):>26.3f}{np.quantile(seconds, 0.95):>8.3f}")
    return lines


def _beliefs(curves: Sequence[Curve], names: Sequence[str]) -> list[str]:
    lines = []
    for name in names:
        if not (beliefs := _of(curves, name)):
            continue
        found = summary(beliefs)
        lines += [
            f"{name:<20}{100 * found['interval_holds']:>10.1f} %{100 * found['weighted_interval_holds']:>10.1f} %"
            f"{found['audits_saved_by_weights']:>9.2f}x"
            + "".join(
                f"{100 * found[f'{kind}_accepts']:>9.0f} %{100 * found[f'{kind}_of_oracle']:>6.0f} %"
                f"{100 * found[f'{kind}_error']:>7.1f} %{100 * found[f'{kind}_above_bound']:>7.1f} %"
                f"{100 * found[f'{kind}_above_twice']:>7.1f} %"
                for kind in ("average", "confident")
            )
        ]
    if not lines:
        return []
    promise = "accepts of oracle  error  broken  twice"
    return [
        "",
        f"{AUDITS} audits of the last model: does a 95 % interval hold the truth, and promises of {100 * BOUND:.0f} %",
        "",
        f"{'':<20}{'plain':>12}{'weighted':>12}{'saves':>10}   on average: {promise}   with 90 %: the same",
        *lines,
    ]


def _of(curves: Sequence[Curve], name: str) -> list[Belief]:
    return [belief for curve in curves if curve.strategy == name for belief in curve.beliefs]
