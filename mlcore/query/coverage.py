"""Strategies that ask for samples which stand for many others, or lie far from all that is known."""

import numpy as np
from numpy.typing import NDArray

from mlcore.query.pool import Picks, Pool, Space, best_first, squared_distances
from mlcore.query.uncertainty import doubt

_CANDIDATES = 4096
_EVALUATION = 3000
_NEAREST_SHARE = 0.05
_DOUBTFUL, _OTHERS = 2000, 1000
_FAR_SHORTLIST = 2048
_ROWS_PER_CHUNK = 65_536


def max_herding(pool: Pool, count: int) -> Picks:
    """Pick the samples that most others resemble, given what is covered (MaxHerding, arXiv 2407.12212).

    The best cold start: it maximises the pool's mean similarity to its nearest picked or covered sample,
    under a Gaussian kernel. Large pools are judged by a random sample, memory stays O(N).
    """
    rng = pool.rng()
    candidates = pool.some(pool.candidates, _CANDIDATES, rng)
    evaluation = pool.some(pool.candidates, _EVALUATION, rng)
    weights = np.ones(len(evaluation), np.float32)
    return _herd(pool, candidates, evaluation, weights, count)


def uncertainty_herding(pool: Pool, count: int) -> Picks:
    """Pick the samples that most *doubtful* others resemble (Uncertainty Herding, arXiv 2412.20644)."""
    rng = pool.rng()
    doubts = doubt(pool.certainties())
    doubtful = np.asarray(pool.candidates, np.int64)[best_first(doubts, _DOUBTFUL)]
    candidates = np.union1d(doubtful, pool.some(pool.candidates, _OTHERS, rng))
    positions = pool.some(np.arange(len(pool.candidates)), _EVALUATION, rng)
    evaluation = np.asarray(pool.candidates, np.int64)[positions]
    return _herd(pool, candidates, evaluation, doubts[positions] + np.float32(1e-3), count)


def _herd(
    pool: Pool,
    candidates: NDArray[np.int64],
    evaluation: NDArray[np.int64],
    weights: NDArray[np.float32],
    count: int,
) -> Picks:
    """Maximise the weighted facility location greedily, and lazily: a gain only ever falls."""
    space = Space(pool)
    judges = space.vectors(evaluation)
    distances = squared_distances(space.vectors(candidates), judges)
    width = _kernel_width(distances)
    similarity = np.exp(-distances / width)
    reached = _reached(pool, space, judges, width)
    gains = np.maximum(similarity - reached, 0) @ weights
    chosen: list[int] = []
    scores: list[float] = []
    fresh = np.ones(len(candidates), bool)
    while len(chosen) < min(count, len(candidates)):
        best = int(gains.argmax())
        if not fresh[best]:
            gains[best] = np.maximum(similarity[best] - reached, 0) @ weights
            fresh[best] = True
            continue
        chosen.append(best)
        scores.append(float(gains[best]))
        reached = np.maximum(reached, similarity[best])
        gains[best], fresh = -np.inf, np.zeros(len(candidates), bool)
    return _stand_for(pool, candidates[chosen], np.array(scores, np.float32), weights)


def _kernel_width(distances: NDArray[np.float32]) -> float:
    """Return the median, over candidates, of the squared distance within which its nearest twentieth lies."""
    some = distances[:: max(1, len(distances) // 512)]
    place = min(distances.shape[1] - 1, max(1, int(_NEAREST_SHARE * distances.shape[1])))
    return max(float(np.median(np.partition(some, place, axis=1)[:, place])), 1e-6)


def _reached(pool: Pool, space: Space, judges: NDArray[np.float32], width: float) -> NDArray[np.float32]:
    """Return how similar each judge's nearest covered sample is, [E]."""
    reached = np.zeros(len(judges), np.float32)
    for start in range(0, len(pool.covered), _FAR_SHORTLIST):
        known = space.vectors(pool.covered[start : start + _FAR_SHORTLIST])
        np.maximum(reached, np.exp(-squared_distances(known, judges).min(0) / width), out=reached)
    return reached


def _stand_for(pool: Pool, rows: NDArray[np.int64], gains: NDArray[np.float32], weights: NDArray[np.float32]) -> Picks:
    share = gains / max(float(weights.sum()), 1e-9)
    alike = np.maximum(1, np.rint(share * len(pool.candidates))).astype(int)
    return Picks(rows, share.astype(np.float32), tuple(f"stands for {number} similar" for number in alike))


def k_center(pool: Pool, count: int) -> Picks:
    """Pick, one after the other, the sample farthest from all covered and picked ones (CoreSet, arXiv 1708.00489).

    Exact and lazy: distances only fall, so while the farthest of a shortlist stays beyond all that was left
    out, it is the farthest of all. Finds oddities; as the main strategy it is worse than chance.
    """
    space, rows = Space(pool), np.asarray(pool.candidates, np.int64)
    nearest = np.full(len(rows), np.inf, np.float32)
    centres = np.asarray(pool.covered, np.int64)
    if not len(centres) and len(rows):
        centres = _middle(space, pool, rows)
    picked: list[int] = []
    scores: list[float] = []
    while len(picked) < min(count, len(rows)):
        _approach(space, rows, nearest, centres)
        nearest[picked] = -1
        found, distances = _farthest(space, rows, nearest, min(count, len(rows)) - len(picked))
        picked += found
        scores += distances
        centres = rows[found]
    reasons = tuple(f"unlike anything seen, distance {np.sqrt(max(score, 0)):.2f}" for score in scores)
    return Picks(rows[picked], np.array(scores, np.float32), reasons)


def _middle(space: Space, pool: Pool, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the most central of some candidates, to start from when nothing is covered."""
    some = pool.some(rows, _CANDIDATES, pool.rng())
    return some[[int(np.square(space.vectors(some)).sum(1).argmin())]]


def _approach(space: Space, rows: NDArray[np.int64], nearest: NDArray[np.float32], centres: NDArray[np.int64]) -> None:
    """Lower each candidate's squared distance to its nearest centre, in place."""
    points = space.vectors(centres)
    for start in range(0, len(rows), _ROWS_PER_CHUNK):
        part = slice(start, start + _ROWS_PER_CHUNK)
        np.minimum(nearest[part], squared_distances(space.vectors(rows[part]), points).min(1), out=nearest[part])


def _farthest(
    space: Space, rows: NDArray[np.int64], nearest: NDArray[np.float32], count: int
) -> tuple[list[int], list[float]]:
    """Return positions, and their squared distances, that are certainly the next picks; at least one."""
    shortlist = best_first(nearest, _FAR_SHORTLIST + 1)
    bound = float(nearest[shortlist[-1]]) if len(shortlist) > _FAR_SHORTLIST else -np.inf
    shortlist = shortlist[:_FAR_SHORTLIST]
    points, left = space.vectors(rows[shortlist]), nearest[shortlist].copy()
    found: list[int] = []
    distances: list[float] = []
    while len(found) < count and (not found or left.max() > bound):
        best = int(left.argmax())
        if left[best] < 0:
            break
        found.append(int(shortlist[best]))
        distances.append(float(left[best]))
        left = np.minimum(left, squared_distances(points, points[best : best + 1])[:, 0])
        left[best] = -1
    return found, distances
