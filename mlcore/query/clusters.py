"""Weighted k-means on vectors in memory; the same chance gives the same clusters."""

import numpy as np
from numpy.typing import NDArray

from mlcore.query.blocks import over_blocks
from mlcore.query.space import squared_distances, squared_norms

_ITERATIONS = 10


def k_means(
    vectors: NDArray[np.float32], weights: NDArray[np.float32], count: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return centres float32 [count, d] of vectors [n, d] that pull with their weights [n] (Lloyd 1982)."""
    centres = vectors[spread_start(vectors, weights, count, rng)]
    for _ in range(_ITERATIONS):
        member = nearest_centre(vectors, centres)
        order = np.argsort(member, kind="stable")
        filled, starts = np.unique(member[order], return_index=True)
        pull = (weights + np.float32(1e-6))[order]
        totals = np.add.reduceat(pull, starts)
        centres[filled] = np.add.reduceat(vectors[order] * pull[:, None], starts, axis=0) / totals[:, None]
    return centres


def nearest_centre(vectors: NDArray[np.float32], centres: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the number [n] of the centre nearest to each vector."""
    nearest = np.empty(len(vectors), np.int64)

    def fill(part: slice) -> None:
        nearest[part] = squared_distances(vectors[part], centres).argmin(1)

    over_blocks(fill, len(vectors))
    return nearest


def spread_start(
    vectors: NDArray[np.float32], weights: NDArray[np.float32], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return `count` different rows, each drawn by its weighted squared distance to the nearest before (k-means++)."""
    chosen = [int(weights.argmax())]
    norms = squared_norms(vectors)
    nearest = np.full(len(vectors), np.inf, np.float32)
    free = np.ones(len(vectors), bool)
    while True:
        last = chosen[-1]
        free[last] = False
        distances = norms + norms[last] - 2 * (vectors @ vectors[last])
        np.minimum(nearest, np.maximum(distances, 0), out=nearest)
        if len(chosen) == count:
            return np.array(chosen, np.int64)
        sums = np.cumsum(nearest * weights * free, dtype=np.float64)
        place = int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))
        chosen.append(place if place < len(free) and free[place] else int(free.argmax()))
