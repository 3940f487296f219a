"""Strategies that ask where the head is unsure, but never twice for the same thing."""

import numpy as np
from numpy.typing import NDArray

from mlcore.query.pool import Picks, Pool, Space, best_first, squared_distances
from mlcore.query.uncertainty import doubt

_SHORTLIST_FACTOR = 10
_ITERATIONS = 10


def margin_cluster(pool: Pool, count: int) -> Picks:
    """Pick one sample from each of `count` clusters of the 10 x `count` least sure; least sure first.

    Clusters are weighted by doubt (as in arXiv 1901.05954), so that a crowd of sure samples attracts none.
    """
    rows = np.asarray(pool.candidates, np.int64)
    doubts = doubt(pool.certainties())
    shortlist = best_first(doubts, _SHORTLIST_FACTOR * count)
    if len(shortlist) > count:
        vectors = Space(pool).vectors(rows[shortlist])
        shortlist = shortlist[_representatives(vectors, doubts[shortlist], count, pool.rng())]
    order = shortlist[np.lexsort((shortlist, -doubts[shortlist]))]
    reasons = tuple(f"margin {1 - value:.2f}, unlike the others asked for" for value in doubts[order])
    return Picks(rows[order], doubts[order], reasons)


def _representatives(
    vectors: NDArray[np.float32], weights: NDArray[np.float32], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return, for each cluster of a weighted k-means, the sample nearest to its centre; `count` different ones."""
    centres = vectors[_spread_start(vectors, weights, count, rng)]
    for _ in range(_ITERATIONS):
        member = squared_distances(vectors, centres).argmin(1)
        belongs = np.zeros((count, len(vectors)), np.float32)
        belongs[member, np.arange(len(vectors))] = weights + 1e-6
        totals = belongs.sum(1, keepdims=True)
        centres = np.where(totals > 0, belongs @ vectors / np.maximum(totals, 1e-9), centres)
    distances = squared_distances(vectors, centres)
    chosen = np.empty(count, np.int64)
    for cluster in range(count):
        chosen[cluster] = distances[:, cluster].argmin()
        distances[chosen[cluster]] = np.inf
    return chosen


def _spread_start(
    vectors: NDArray[np.float32], weights: NDArray[np.float32], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the starting rows of k-means++, each drawn with its weighted squared distance to the nearest before."""
    chosen = [int(weights.argmax())]
    nearest = squared_distances(vectors, vectors[chosen])[:, 0].astype(np.float64)
    while len(chosen) < count:
        chances = nearest * weights
        chances[chosen] = 0
        total = chances.sum()
        free = np.setdiff1d(np.arange(len(vectors)), chosen)
        chosen.append(int(rng.choice(len(vectors), p=chances / total)) if total > 0 else int(free[0]))
        nearest = np.minimum(nearest, squared_distances(vectors, vectors[chosen[-1:]])[:, 0])
    return np.array(chosen)
