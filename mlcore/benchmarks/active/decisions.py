"""Decisions: somebody looks after every five audits and accepts as soon as a promise offers anything.

The worlds are made, so that the truth of each accepted label is known. What counts is how much of all that was accepted
is wrong, and how much an oracle would have accepted. The rule's constants were chosen on other seeds: of the calibrated
worlds' law, and of a sharper one, and of other overconfident and clustered worlds. `HARD` are worlds that were met then
in which decisions that accept, taken alone, do not keep the bound: they are rare, and are reported beside the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from mlcore.audits.promises import RULES, furthest, levels_of

BOUND, RUNS = 0.05, 1000
EVERY, MOST = 5, 500  # audits between two looks, and in all
AT = (100, 200, 400)  # audits at which the accepted share is told
_POOL, _PLACE = 3000, 50  # tiles; of one place
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pool:
    """Tiles that wait for a label, in the order in which they would be audited."""

    confidence: Floats  # [N]
    wrong: NDArray[np.bool_]  # [N]


@dataclass(frozen=True)
class Decision:
    """What one person accepted, and what an oracle would have."""

    audits: int  # until something was offered; 0: nothing ever was
    accepted: int
    wrong: int
    oracle: int  # the most that has at most the bound of errors, surest first
    reached: tuple[int, ...]  # what would be accepted after as many audits as `AT` says


def calibrated(errors: float) -> Callable[[np.random.Generator], Pool]:
    """Return a world in which so many predictions are wrong, and each as likely as its confidence says."""

    def make(rng: np.random.Generator) -> Pool:
        return _honest(rng, _doubts(rng, errors))

    return make


def overconfident(rng: np.random.Generator) -> Pool:
    """Return a world in which the model says 6 % and about 14 % is wrong, of the surest 1 %."""
    return _erring(rng, 0.01, 2.5)


def clustered(rng: np.random.Generator) -> Pool:
    """Return a world whose places are easier or harder than the model thinks, audited five tiles a place at a time."""
    doubt = _doubts(rng, 0.12).clip(1e-9, 1 - 1e-9)
    places = _POOL // _PLACE
    wrong = rng.random(_POOL) < expit(logit(doubt) + np.repeat(rng.normal(0, 1, places), _PLACE))
    tiles = rng.permuted(np.arange(_POOL).reshape(places, _PLACE), axis=1)
    visits = [tiles[rng.permutation(places), turn : turn + EVERY].ravel() for turn in range(0, _PLACE, EVERY)]
    order = np.concatenate(visits)
    return Pool(1 - doubt[order], wrong[order])


WORLDS: dict[str, Callable[[np.random.Generator], Pool]] = {
    "calibrated, 8 % wrong": calibrated(0.08),
    "calibrated, 12 % wrong": calibrated(0.12),
    "calibrated, 20 % wrong": calibrated(0.20),
    "calibrated, 40 % wrong": calibrated(0.40),
    "overconfident": overconfident,
    "audits clustered in place": clustered,
}

HARD: dict[str, Callable[[np.random.Generator], Pool]] = {
    "hard: of the surest, 3 % wrong": lambda rng: _erring(rng, 0.03, 2.0),
    "hard: 40 % wrong, few sure": lambda rng: _honest(rng, _doubts(rng, 0.4, shape=0.8)),
    "hard: 8 % wrong, however sure": lambda rng: _erring(rng, 0.08, 0.0),
}


def decide(pool: Pool, kind: str) -> Decision:
    """Return what is accepted of a pool as soon as the promise allows anything."""
    levels = levels_of(pool.confidence)
    losses = pool.wrong[:MOST].astype(float)
    reached = furthest(kind, pool.confidence[:MOST], losses, levels, bound=BOUND, every=EVERY)
    offered = np.flatnonzero(reached >= 0)
    audits = EVERY * (int(offered[0]) + 1) if len(offered) else 0
    taken = _taken(pool, levels, reached, audits)
    at = tuple(len(_taken(pool, levels, reached, count)) for count in AT)
    return Decision(audits, len(taken), int(pool.wrong[taken].sum()), oracle(pool.confidence, pool.wrong, BOUND), at)


def oracle(confidence: NDArray[np.floating], wrong: NDArray[np.bool_], bound: float) -> int:
    """Return how many of the surest one may accept who knows which are wrong."""
    rates = np.cumsum(wrong[np.argsort(-confidence)]) / np.arange(1, len(wrong) + 1)
    kept = np.flatnonzero(rates <= bound)
    return int(kept[-1]) + 1 if len(kept) else 0


@cache
def measured() -> tuple[dict[str, Any], ...]:
    """Return what is reported; simulated once a process."""
    return tuple(measure())


def measure(*, runs: int = RUNS, seed: int = 0) -> list[dict[str, Any]]:
    """Return what came of the decisions in each world, for each kind of promise."""
    lines = []
    for place, (name, make) in enumerate({**WORLDS, **HARD}.items()):
        pools = [make(np.random.default_rng([seed, place, run])) for run in range(runs)]
        for kind in RULES:
            figures = summary([decide(pool, kind) for pool in pools])
            lines.append({"world": name, "kind": kind, "hard": name in HARD, "runs": runs, **figures})
    return lines


def summary(decisions: Sequence[Decision]) -> dict[str, float]:
    """Return of decisions how many accept, how much of it is wrong, how many pass the bound, and the share accepted."""
    some = [one for one in decisions if one.accepted]
    accepted, possible = sum(one.accepted for one in some), sum(one.oracle for one in decisions)
    rates = np.array([one.wrong / one.accepted for one in some])
    return {
        "accept": len(some) / len(decisions),
        "audits": float(np.median([one.audits for one in some])) if some else float("nan"),
        "errors": sum(one.wrong for one in some) / accepted if some else 0.0,
        "above_bound": float(np.mean(rates > BOUND)) if some else 0.0,
        "above_twice": float(np.mean(rates > 2 * BOUND)) if some else 0.0,
        "above_of_all": float(np.sum(rates > BOUND)) / len(decisions),
        "of_all": float(np.sum(rates)) / len(decisions),
        "of_oracle": accepted / possible,
        **{f"of_oracle_{AT[at]}": sum(one.reached[at] for one in decisions) / possible for at in range(len(AT))},
    }


def _taken(pool: Pool, levels: Floats, reached: NDArray[np.int64], audits: int) -> NDArray[np.int64]:
    """Return the tiles that nobody has audited and the promise accepts after so many audits."""
    waiting, last = np.arange(audits, len(pool.confidence)), int(reached[audits // EVERY - 1]) if audits else -1
    return waiting[pool.confidence[waiting] >= levels[last]] if last >= 0 else waiting[:0]


def _honest(rng: np.random.Generator, doubt: Floats) -> Pool:
    return Pool(1 - doubt, rng.random(_POOL) < doubt)


def _erring(rng: np.random.Generator, least: float, slope: float) -> Pool:
    """Return a pool in which the model says 6 %, and so much is wrong of the surest, and more as it doubts."""
    doubt = _doubts(rng, 0.06)
    return Pool(1 - doubt, rng.random(_POOL) < least + slope * doubt)


def _doubts(rng: np.random.Generator, mean: float, *, shape: float = 0.5) -> Floats:
    """Return what the model thinks of its errors: hardly any for most, many for some."""
    doubt: Floats = rng.beta(shape, shape * (1 - mean) / mean, _POOL)
    return doubt
