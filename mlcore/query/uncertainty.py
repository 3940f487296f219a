"""Strategies that ask where the model is unsure. Each is a score over its predictions, higher = less sure."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.query.doubt import candidate_certainties, doubt_of, of_classes, of_detections, of_ensemble, of_intervals
from mlcore.query.doubt import of_tags as doubt_of_tags
from mlcore.query.pool import Picks, Pool, best_first

Scores = NDArray[np.float32]  # [M]


def margin(pool: Pool, count: int) -> Picks:
    """Pick where the two likeliest classes are closest: the best simple score once labels aren't scarce."""
    return highest(pool, count, of_classes(pool), lambda score: f"margin {1 - score:.2f}")


def least_confidence(pool: Pool, count: int) -> Picks:
    """Pick where the likeliest class is least likely."""
    return highest(pool, count, 1 - candidate_certainties(pool).max(1), lambda score: f"confidence {1 - score:.2f}")


def entropy(pool: Pool, count: int) -> Picks:
    """Pick where the probabilities are most spread; kept for comparison, it piles onto one confused region."""
    probabilities = candidate_certainties(pool)
    spread: Scores = -(probabilities * np.log(probabilities.clip(1e-9))).sum(1)
    spread /= np.float32(np.log(max(2, probabilities.shape[1])))
    return highest(pool, count, spread, lambda score: f"entropy {score:.2f}")


def unsure(pool: Pool, count: int) -> Picks:
    """Pick where the model is least sure, by whatever evidence there is: `margin` for tasks of every kind."""
    return highest(pool, count, doubt_of(pool), lambda score: f"doubt {score:.2f}")


def tags(pool: Pool, count: int) -> Picks:
    """Pick where some of several labels are open (multi-label)."""
    scores = doubt_of_tags(_needed(pool.tags, "tags")[pool.candidates])
    return highest(pool, count, scores, lambda score: f"labels in doubt {score:.2f}")


def ensemble_spread(pool: Pool, count: int) -> Picks:
    """Pick where the members of an ensemble disagree most on a quantity."""
    scores = of_ensemble(_needed(pool.ensemble, "ensemble")[pool.candidates])
    return highest(pool, count, scores, lambda score: f"models disagree, {100 * score:.0f} % of the widest")


def interval_width(pool: Pool, count: int) -> Picks:
    """Pick where a quantity's conformal interval is widest."""
    scores = of_intervals(_needed(pool.intervals, "intervals")[pool.candidates])
    return highest(pool, count, scores, lambda score: f"wide interval, {100 * score:.0f} % of the widest")


def boxes(pool: Pool, count: int) -> Picks:
    """Pick where most boxes are unsure."""
    if pool.detections is None:
        raise BadFeatures("This strategy needs detections; before the first fit use max_herding or random.")
    scores = of_detections(pool.detections, len(pool.features))[pool.candidates]
    return highest(pool, count, scores, lambda score: f"boxes in doubt {score:.2f}")


def highest(pool: Pool, count: int, scores: Scores, say: Callable[[float], str]) -> Picks:
    """Return the candidates with the highest score a second, highest first; `say` words a score."""
    best, gains = _order(pool, count, scores)
    reasons = tuple(say(float(value)) for value in scores[best])
    return Picks(np.asarray(pool.candidates, np.int64)[best], gains, reasons)


def _order(pool: Pool, count: int, scores: Scores) -> tuple[NDArray[np.int64], Scores]:
    """Return positions among the candidates, best first, and their scores divided by price."""
    gains = scores if pool.seconds is None else scores / pool.prices(pool.candidates)
    best = best_first(gains, count)
    return best, gains[best].astype(np.float32)


def _needed(array: NDArray[np.floating] | None, name: str) -> NDArray[np.floating]:
    if array is None:
        raise BadFeatures(f"This strategy needs {name}; before the first fit use max_herding or random.")
    return array
