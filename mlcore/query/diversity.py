"""Strategies that ask where the model is unsure, but never twice for the same thing."""

import numpy as np
from numpy.typing import NDArray

from mlcore.query.clusters import k_means
from mlcore.query.doubt import doubt_of
from mlcore.query.pool import Picks, Pool, best_first
from mlcore.query.space import Space, squared_distances

_SHORTLIST_FACTOR = 10


def margin_cluster(pool: Pool, count: int) -> Picks:
    """Pick one sample from each of `count` clusters of the 10 x `count` least sure; least sure first.

    Clusters are weighted by doubt (as in arXiv 1901.05954), so that a crowd of sure samples attracts none.
    """
    rows, doubts = np.asarray(pool.candidates, np.int64), doubt_of(pool)
    order, gains = spread_out(pool, count, doubts)
    word = "margin" if pool.probabilities is not None and pool.doubts is None else "certainty"
    reasons = tuple(f"{word} {1 - value:.2f}, unlike the others asked for" for value in doubts[order])
    return Picks(rows[order], gains[order].astype(np.float32), reasons)


def spread_out(pool: Pool, count: int, doubts: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.floating]]:
    """Return positions of `count` doubtful candidates, unlike each other, and the gains [M] of all: doubt a price."""
    gains = doubts if pool.seconds is None else doubts / pool.prices(pool.candidates)
    shortlist = best_first(gains, _SHORTLIST_FACTOR * count)
    if len(shortlist) > count:
        vectors = Space(pool).vectors(np.asarray(pool.candidates, np.int64)[shortlist])
        shortlist = shortlist[_representatives(vectors, gains[shortlist], count, pool.rng())]
    return shortlist[np.lexsort((shortlist, -gains[shortlist]))], gains


def _representatives(
    vectors: NDArray[np.float32], weights: NDArray[np.float32], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return, for each cluster of a weighted k-means, the sample nearest to its centre; `count` different ones."""
    distances = squared_distances(vectors, k_means(vectors, weights, count, rng))
    chosen = np.empty(count, np.int64)
    for cluster in range(count):
        chosen[cluster] = distances[:, cluster].argmin()
        distances[chosen[cluster]] = np.inf
    return chosen
