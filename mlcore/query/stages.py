"""The default strategy: coverage first, doubt later; and chance, the yardstick of all."""

import numpy as np

from mlcore.query.herding import max_herding, uncertainty_herding
from mlcore.query.pool import Picks, Pool
from mlcore.query.variance import variance_reduction

_COVERAGE_UNTIL = 3  # labels a class: below it margins mislead, coverage saves half of the labels


def random(pool: Pool, count: int) -> Picks:
    """Pick at random: the yardstick."""
    chosen = pool.rng().permutation(np.asarray(pool.candidates, np.int64))[:count]
    scores = np.linspace(1, 0, len(chosen), endpoint=False, dtype=np.float32)
    return Picks(chosen, scores, ("drawn at random",) * len(chosen))


def auto(pool: Pool, count: int) -> Picks:
    """Pick for coverage while labels are few, then for coverage of what is in doubt.

    Doubt alone is never trusted: where classes overlap it asks for what no label can settle, and falls behind chance
    (on Harvey's tiles BADGE needed more than twice as many labels).
    A quantity is asked for by what a label would tell of all others: where models of it disagree is mostly where it
    is noisy, and asking there fell behind chance (live fuel moisture).
    """
    if pool.amounts is not None:
        return variance_reduction(pool, count)
    classes = _classes(pool)
    if not classes or _labels(pool) < _COVERAGE_UNTIL * classes:
        return max_herding(pool, count)
    return uncertainty_herding(pool, count)


def _labels(pool: Pool) -> int:
    return len(pool.covered)


def _classes(pool: Pool) -> int:
    """Return how many classes the model tells apart; 0 before its first fit, and for quantities."""
    if pool.probabilities is not None:
        return int(pool.probabilities.shape[1])
    if pool.tags is not None:
        return int(pool.tags.shape[1])
    return 1 if pool.detections is not None or pool.doubts is not None else 0
