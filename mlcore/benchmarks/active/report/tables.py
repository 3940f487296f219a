"""The tables of the report, each a grid of words whose first line is the head."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mlcore.benchmarks.active import decisions
from mlcore.benchmarks.active.annotator import Curve
from mlcore.benchmarks.active.beliefs import AUDITS, BOUND, FOR_PROMISES, summary
from mlcore.benchmarks.active.report import amounts
from mlcore.benchmarks.active.report.verdicts import worlds_beside
from mlcore.benchmarks.active.savings import SHARES, areas, savings, worse_than_random

Grid = list[list[str]]
Section = tuple[str, str, Grid]  # title, what it says, the table


def all_of(curves: Sequence[Curve]) -> Iterator[Section]:
    """Yield every table for which something was measured."""
    classed = [curve for curve in curves if curve.f1]
    if len(names_of(classed)) > 1:
        for score, f1 in (("accuracy", False), ("macro-F1", True)):
            note = "Random's labels over the strategy's, to a share of the score with every label; geometric mean over"
            yield f"Labels saved, by {score}", f"{note} sets [95 % bootstrap interval].", _saved(classed, f1=f1)
        yield "Labels saved, set by set", _SETS, _by_set(classed)
    if len(quantities := amounts.table(curves)) > 1:
        yield "Quantities", amounts.NOTE, quantities
    if len(names_of(curves)) > 1:
        yield "Area under the curve", _AREAS, _area_table(curves)
    yield "First batch, and seconds a query", "Means over runs; seconds with one thread.", _batches(curves)
    if any(curve.beliefs for curve in classed):
        yield "What audits say", _BELIEFS, _estimates(classed)
        yield "Promises on pre-labels", _PROMISES, _promises(classed)
    if worlds := worlds_beside(curves):
        yield decided(worlds)


_SETS = "At 90 / 95 / 98 % of the accuracy with every label. Where neither reaches it, the budget counts."
_AREAS = (
    "Beside random's, % of the score with every label (of amounts, of their spread): batches 1-3, 4-10, later. p: "
    "two-sided Wilcoxon over paired runs, corrected by Holm."
)
_BELIEFS = (
    f"{AUDITS} audits of the last model, drawn again and again: how often a 95 % interval holds the truth, how far "
    "the estimate is off (root mean square, points), how many more plain audits would be as sharp as weighted ones."
)
_PROMISES = (
    f"At most {100 * BOUND:.0f} % errors, one look at {FOR_PROMISES} audits: share accepted, of what an oracle would "
    "accept, errors among all that was accepted, and of the decisions that accept something those above the bound and "
    "above twice the bound; the same of the promise that holds in 90 % of decisions."
)
_DECISIONS = (
    f"{decisions.RUNS} runs in each made world: somebody looks after every {decisions.EVERY} audits, up to "
    f"{decisions.MOST}, and accepts as soon as anything is offered. Errors among all that was accepted; of the "
    "decisions that accept, those above the bound and above twice the bound; what is accepted of what an oracle would "
    "accept then, and by who looks first after so many audits. The bars speak of the unseen worlds: whoever wrote "
    "these had not seen the rule. The others were in sight when it was chosen. In hard worlds hardly anything may be "
    "accepted: few decisions do; nothing holds for those alone (over all decisions it does)."
)


def names_of(curves: Sequence[Curve]) -> list[str]:
    """Return the strategies in the order in which they were asked for."""
    return list(dict.fromkeys(curve.strategy for curve in curves))


def groups_of(curves: Sequence[Curve]) -> list[list[Curve]]:
    """Return the curves of each set and strategy."""
    groups: dict[tuple[str, str], list[Curve]] = {}
    for curve in curves:
        groups.setdefault((curve.task, curve.strategy), []).append(curve)
    return list(groups.values())


def _others(curves: Sequence[Curve]) -> list[str]:
    return [name for name in names_of(curves) if name != "random"]


def _saved(curves: Sequence[Curve], *, f1: bool) -> Grid:
    grid = [["strategy", *(f"{100 * share:.0f} %" for share in SHARES)]]
    for name in _others(curves):
        ratios = [savings(curves, name, share, f1=f1) for share in SHARES]
        grid.append([name, *(f"{saved.ratio:.2f} [{saved.low:.2f}-{saved.high:.2f}]" for saved in ratios)])
    return grid


def _by_set(curves: Sequence[Curve]) -> Grid:
    tasks = sorted({curve.task for curve in curves})
    grid = [["strategy", *tasks]]
    for name in _others(curves):
        by_set = [savings(curves, name, share, resamples=0).sets for share in SHARES]
        grid.append([name, *(" / ".join(f"{sets[task]:.2f}" for sets in by_set if task in sets) for task in tasks)])
    return grid


def _area_table(curves: Sequence[Curve]) -> Grid:
    grid = [["strategy", "cold", "middle", "late", "p", "significantly below random on"]]
    for area in areas(curves, _others(curves)):
        worse = ", ".join(worse_than_random(curves, area.strategy)) or "no set"
        parts = (area.cold, area.middle, area.late)
        shares = [f"{100 * part:+.2f}" if np.isfinite(part) else "" for part in parts]
        grid.append([area.strategy, *shares, f"{area.p_value:.2g}", worse])
    return grid


def _batches(curves: Sequence[Curve]) -> Grid:
    grid = [["strategy", "classes found first", "seconds, median", "p95"]]
    for name in names_of(curves):
        own = [curve for curve in curves if curve.strategy == name]
        seconds = np.concatenate([curve.seconds for curve in own])
        first = [float(curve.classes_first) for curve in own if curve.f1]
        grid.append(
            [
                name,
                f"{np.mean(first):.1f}" if first else "",
                f"{np.median(seconds):.3f}",
                f"{np.quantile(seconds, 0.95):.3f}",
            ]
        )
    return grid


def _believed(curves: Sequence[Curve], head: Sequence[str], line: Callable[[dict[str, float]], list[str]]) -> Grid:
    """Return one line for each set, of the models that `auto` taught where it ran."""
    names = names_of(curves)
    name = "auto" if "auto" in names else names[-1]
    grid = [[f"set, model taught by {name}", "runs", *head]]
    for group in groups_of([curve for curve in curves if curve.strategy == name]):
        if beliefs := [belief for curve in group for belief in curve.beliefs]:
            figures = summary(beliefs)
            grid.append([group[0].task, f"{figures['runs']:.0f}", *line(figures)])
    return grid


def _estimates(curves: Sequence[Curve]) -> Grid:
    head = ["plain holds", "weighted holds", "plain off", "weighted off", "weights save"]

    def line(figures: dict[str, float]) -> list[str]:
        holds = [_percent(figures[f"{name}_interval_holds"]) for name in ("plain", "weighted")]
        off = [f"{100 * figures[f'{name}_off']:.1f}" for name in ("plain", "weighted")]
        return [*holds, *off, f"{figures['audits_saved_by_weights']:.2f}x"]

    return _believed(curves, head, line)


def _promises(curves: Sequence[Curve]) -> Grid:
    told = ("accepts", "of oracle", "errors", "above the bound", "above twice")
    names = ("accepts", "of_oracle", "error_of_accepted", "above_bound", "above_twice")
    head = [*told, f"90 %: {told[0]}", *told[1:]]

    def line(figures: dict[str, float]) -> list[str]:
        return [_percent(figures[f"{kind}_{name}"]) for kind in ("average", "confident") for name in names]

    return _believed(curves, head, line)


def decided(lines: Sequence[Mapping[str, Any]]) -> Section:
    """Return what came of accepting at once: a line for each made world and kind of promise."""
    at = [f"at {count}" for count in decisions.AT]
    head = ["accept", "audits", "errors", "above the bound", "above twice", "of oracle", *at]
    grid = [["worlds", "of which", "promise", *head]]
    names = ("errors", "above_bound", "above_twice", "of_oracle", *(f"of_oracle_{count}" for count in decisions.AT))
    for line in lines:
        kind = "90 %" if line["kind"] == "confidence" else "average"
        audits = f"{line['audits']:.0f}" if line["accept"] else "-"
        first = [line["group"], line["world"], kind, _percent(line["accept"]), audits]
        grid.append([*first, *(_percent(line[name]) for name in names)])
    return "Promises accepted as soon as they are offered", _DECISIONS, grid


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
