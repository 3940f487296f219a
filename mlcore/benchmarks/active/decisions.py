"""Decisions: somebody looks after every five audits and accepts as soon as a promise offers anything.

What counts is how much of all that was accepted is wrong, and how much an oracle would have accepted, in made `worlds`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.audits.promises import RULES, furthest, levels_of
from mlcore.benchmarks.active.unseen_worlds import Floats, Pool
from mlcore.benchmarks.active.worlds import GROUPS, World

BOUND, RUNS = 0.05, 1000
EVERY, MOST = 5, 500  # audits between two looks, and in all
AT = (100, 200, 400)  # audits at which the accepted share is told


@dataclass(frozen=True)
class Decision:
    """What one person accepted, and what an oracle would have."""

    audits: int  # until something was offered; 0: nothing ever was
    accepted: int
    wrong: int
    oracle: int  # the most that has at most the bound of errors, surest first
    reached: tuple[int, ...]  # what would be accepted after as many audits as `AT` says


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


def measure(*, runs: int = RUNS, seed: int = 0, groups: Sequence[str] = tuple(GROUPS)) -> list[dict[str, Any]]:
    """Return what came of the decisions in each world of the groups, for each kind of promise."""
    worlds = [(group, name, make) for group, members in GROUPS.items() for name, make in members.items()]
    return [
        {"group": group, "world": name, "runs": runs, **figures}
        for place, (group, name, make) in enumerate(worlds)
        if group in groups
        for figures in _outcomes(make, [seed, place], runs)
    ]


def _outcomes(make: World, seeds: Sequence[int], runs: int) -> list[dict[str, Any]]:
    decisions: dict[str, list[Decision]] = {kind: [] for kind in RULES}
    for run in range(runs):
        pool = make(np.random.default_rng([*seeds, run]))
        for kind, made in decisions.items():
            made.append(decide(pool, kind))
    return [{"kind": kind, **summary(made)} for kind, made in decisions.items()]


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
