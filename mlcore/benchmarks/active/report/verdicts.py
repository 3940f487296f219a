"""The bars, each with what was measured: met, missed, or not measured."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mlcore.benchmarks.active.annotator import Curve
from mlcore.benchmarks.active.beliefs import Belief, summary
from mlcore.benchmarks.active.decisions import measured
from mlcore.benchmarks.active.report.amounts import amounts_of
from mlcore.benchmarks.active.savings import savings, worse_than_random
from mlcore.benchmarks.report.verdicts import Verdict

DEFAULT = "auto"
AIMS = {0.95: 2.8, 0.98: 3.8}  # times fewer labels than random
BESIDE_PEERS = {0.95: 1.15, 0.98: 1.25}
_NOT_PEERS = ("random", DEFAULT)
_LEAST_RUNS = 500
SEEDS_OF_A_CLAIM = 20


def verdicts(curves: Sequence[Curve]) -> list[Verdict]:
    """Return a verdict on every bar that the curves can judge."""
    classed = [curve for curve in curves if curve.f1]
    names = {curve.strategy for curve in classed}
    if not {"random", DEFAULT} <= {curve.strategy for curve in curves}:
        return [Verdict(f"`{DEFAULT}` beside random", "", None)]
    judged = []
    if DEFAULT in names:
        judged += [_aim(classed, share, bar) for share, bar in AIMS.items()]
        judged += [_beside_peers(classed, share, bar) for share, bar in BESIDE_PEERS.items()]
    worse = worse_than_random(curves, DEFAULT)
    judged.append(Verdict("on no set significantly below random", ", ".join(worse) or "no set", not worse))
    judged += [*_amounts(curves), *_features(curves)]
    beliefs = [
        [belief for curve in classed if (curve.task, curve.strategy) == (task, DEFAULT) for belief in curve.beliefs]
        for task in sorted({curve.task for curve in classed})
    ]
    some = [of_set for of_set in beliefs if of_set]
    if not classed:
        return judged
    return [*judged, *_believed(some), *decided(worlds_beside(curves))]


def worlds_beside(curves: Sequence[Curve]) -> Sequence[Mapping[str, Any]]:
    """Return what came of promises in made worlds, which takes half an hour: of as many seeds as a claim needs."""
    claims = len({curve.seed for curve in curves}) >= SEEDS_OF_A_CLAIM and any(curve.beliefs for curve in curves)
    return measured() if claims else ()


def _aim(curves: Sequence[Curve], share: float, bar: float) -> Verdict:
    saved = savings(curves, DEFAULT, share)
    told = f"{saved.ratio:.2f} [{saved.low:.2f}-{saved.high:.2f}]"
    return Verdict(f"{bar}x fewer labels than random to {100 * share:.0f} %", told, saved.ratio >= bar)


def _beside_peers(curves: Sequence[Curve], share: float, bar: float) -> Verdict:
    """Judge beside the best of the methods that other libraries have, in their implementation or in ours."""
    names = {curve.strategy for curve in curves} - set(_NOT_PEERS)
    told = f"{bar}x the best peer at {100 * share:.0f} %"
    if not names:
        return Verdict(told, "", None)
    ratios = {name: _beside(curves, name, share) for name in names}
    best = min(ratios, key=lambda name: ratios[name])
    return Verdict(told, f"{ratios[best]:.2f} x {best}", ratios[best] >= bar)


def _beside(curves: Sequence[Curve], peer: str, share: float) -> float:
    """Return the default's saving over a peer's, over the sets and seeds that the peer ran on."""
    runs = {(curve.task, curve.seed) for curve in curves if curve.strategy == peer}
    shared = [curve for curve in curves if (curve.task, curve.seed) in runs]
    ours, theirs = (savings(shared, name, share, resamples=0).ratio for name in (DEFAULT, peer))
    return ours / theirs


def _amounts(curves: Sequence[Curve]) -> list[Verdict]:
    judged = []
    for line in amounts_of(curves):
        if line.strategy == DEFAULT:
            told = f"mean along the curve {line.error:.2f}, random {line.chance:.2f}, paired difference {line.gap}"
            judged.append(Verdict(f"RMSE not above random's on {line.task}", told, line.error <= line.chance))
    return judged


def _features(curves: Sequence[Curve]) -> list[Verdict]:
    """Judge the default on the features of a row (`set@row`) beside the default on the set's plain ones."""
    means: dict[str, dict[int, float]] = {}
    for curve in curves:
        if curve.strategy == DEFAULT:
            means.setdefault(curve.task, {})[curve.seed] = float(np.mean(curve.scores))
    gains: dict[str, dict[str, float]] = {}
    for task, scores in means.items():
        name, _, row = task.partition("@")
        if row and name in means and scores.keys() <= means[name].keys():
            gains.setdefault(row, {})[name] = float(np.mean([scores[seed] - means[name][seed] for seed in scores]))
    return [_won(row, gain) for row, gain in sorted(gains.items())]


def _won(row: str, gains: dict[str, float]) -> Verdict:
    wins = sum(gain > 0 for gain in gains.values())
    told = ", ".join(f"{name} {gain:+.3f}" for name, gain in gains.items())
    bar = f"`{DEFAULT}` on the features of {row} beats itself on PCA on most sets"
    return Verdict(bar, f"{wins} of {len(gains)}, mean score along the curve: {told}", 2 * wins > len(gains))


def _believed(sets: Sequence[Sequence[Belief]]) -> list[Verdict]:
    """Judge estimates and promises over all sets together; what weights save is a mean over sets."""
    whole = [belief for beliefs in sets for belief in beliefs]
    if len(whole) < _LEAST_RUNS:
        return [Verdict(f"estimates and promises over {_LEAST_RUNS} runs", f"{len(whole)}", None)]
    figures, saved = summary(whole), [summary(beliefs)["audits_saved_by_weights"] for beliefs in sets]
    mean = float(np.exp(np.mean(np.log(saved))))
    runs = f"{len(whole)} runs"
    return [
        _at_least("pre-labels accept 85 % of what an oracle would", figures["average_of_oracle"], 0.85, runs),
        _at_most("errors among accepted pre-labels 5 %", figures["average_error_of_accepted"], 0.05, runs),
        _at_most("above twice the bound in 5 % of accepting decisions", figures["average_above_twice"], 0.05, runs),
        _at_most(
            "the 90 % promise broken in 10 % of accepting decisions", figures["confident_above_bound"], 0.10, runs
        ),
        *(_holds(name, figures[f"{name}_interval_holds"], runs) for name in ("plain", "weighted")),
        Verdict(
            "weighted audits save 1.3x, and cost nowhere a tenth more",
            f"{mean:.2f}x, least {min(saved):.2f}x",
            mean >= 1.3 and min(saved) >= 1 / 1.1,
        ),
    ]


def decided(lines: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """Judge decisions taken as soon as a promise offers anything, by the worst world that had no part in the rule."""
    lines = [line for line in lines if line["group"] == "unseen"]
    if not lines:
        return []
    errors = max(line["errors"] for line in lines)
    broken = max(line["above_bound"] for line in lines if line["kind"] == "confidence")
    runs = f"the worst of {len({line['world'] for line in lines})} unseen worlds, {lines[0]['runs']} runs each"
    return [
        _at_most("errors among what is accepted as soon as offered 5 %", errors, 0.05, runs),
        _at_most("the 90 % promise broken in 10 % of decisions that accept as soon as offered", broken, 0.10, runs),
    ]


def _at_least(bar: str, value: float, least: float, runs: str) -> Verdict:
    return Verdict(bar, f"{100 * value:.1f} %, {runs}", value >= least)


def _at_most(bar: str, value: float, most: float, runs: str) -> Verdict:
    return Verdict(bar, f"{100 * value:.1f} %, {runs}", value <= most)


def _holds(name: str, value: float, runs: str) -> Verdict:
    told = f"{100 * value:.1f} %, {runs}"
    return Verdict(f"95 % intervals of {name} audits hold the truth in 93 to 97 %", told, 0.93 <= value <= 0.97)
