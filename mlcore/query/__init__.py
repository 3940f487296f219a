"""Query strategies: which samples are worth an expert's next minute. Arrays in, ordered rows out."""

from collections.abc import Callable

import numpy as np

from mlcore.errors import UnknownName
from mlcore.query.coverage import k_center, max_herding, uncertainty_herding
from mlcore.query.diversity import margin_cluster
from mlcore.query.pool import Picks, Pool
from mlcore.query.uncertainty import entropy, least_confidence, margin

__all__ = ["STRATEGIES", "Picks", "Pool", "Strategy", "choose", "get_strategy"]

Strategy = Callable[[Pool, int], Picks]

_COVERAGE_UNTIL = 3  # labels a class: below it margins mislead, coverage saves half of the labels
_HERDING_UNTIL = 10  # labels a class


def random(pool: Pool, count: int) -> Picks:
    """Pick at random: the yardstick."""
    chosen = pool.rng().permutation(np.asarray(pool.candidates, np.int64))[:count]
    scores = np.linspace(1, 0, len(chosen), endpoint=False, dtype=np.float32)
    return Picks(chosen, scores, ("drawn at random",) * len(chosen))


def auto(pool: Pool, count: int) -> Picks:
    """Pick for coverage while labels are few, then for doubt with coverage, then for doubt with diversity."""
    if pool.probabilities is None:
        return max_herding(pool, count)
    per_class = len(pool.covered) / pool.probabilities.shape[1]
    if per_class < _COVERAGE_UNTIL:
        return max_herding(pool, count)
    return uncertainty_herding(pool, count) if per_class < _HERDING_UNTIL else margin_cluster(pool, count)


STRATEGIES: dict[str, Strategy] = {
    "auto": auto,
    "random": random,
    "margin": margin,
    "entropy": entropy,
    "least_confidence": least_confidence,
    "k_center": k_center,
    "max_herding": max_herding,
    "uncertainty_herding": uncertainty_herding,
    "margin_cluster": margin_cluster,
}


def get_strategy(name: str) -> Strategy:
    """Return the strategy called `name`.

    Raises:
        UnknownName: no such strategy; the message lists those there are.
    """
    try:
        return STRATEGIES[name]
    except KeyError:
        raise UnknownName("query strategy", name, STRATEGIES) from None


def choose(name: str, pool: Pool, count: int) -> Picks:
    """Return at most `count` candidates, best first, by the strategy called `name`.

    Raises:
        UnknownName: no such strategy.
        BadFeatures: features or probabilities aren't finite, or the strategy needs probabilities and has none.
    """
    strategy = get_strategy(name)
    if count <= 0 or not len(pool.candidates):
        return Picks(np.zeros(0, np.int64), np.zeros(0, np.float32), ())
    return strategy(pool, count)
