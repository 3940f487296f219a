"""Herding: ask for the samples that stand for most others, or for most of the doubtful ones."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mlcore.query.doubt import doubt_of
from mlcore.query.pool import Picks, Pool, best_first
from mlcore.query.similarity import gains, kernel_width, similarity
from mlcore.query.space import Space, squared_distances

EXACT = 10_000  # candidates up to which each one is tried and judges
_CANDIDATES = 4096
_JUDGES = 3000
_DOUBTFUL, _OTHERS = 2000, 1000
_COVERED_AT_ONCE = 2048
_TRIED_AT_ONCE = 8


def max_herding(pool: Pool, count: int) -> Picks:
    """Pick the samples that most others resemble, given what is covered (MaxHerding, arXiv 2407.12212).

    The best cold start: it maximises the pool's mean similarity to its nearest picked or covered sample, under a
    Gaussian kernel. Exact up to 10,000 candidates; beyond, 4,096 random ones are tried and 3,000 judge, as the
    answer's note says.
    """
    rng, rows = pool.rng(), np.asarray(pool.candidates, np.int64)
    if len(rows) <= EXACT:
        return _herd(pool, rows, rows, np.ones(len(rows), np.float32), count)
    candidates, judges = pool.some(rows, max(_CANDIDATES, count), rng), pool.some(rows, _JUDGES, rng)
    return _herd(pool, candidates, judges, np.ones(len(judges), np.float32), count)


def uncertainty_herding(pool: Pool, count: int) -> Picks:
    """Pick the samples that most *doubtful* others resemble (Uncertainty Herding, arXiv 2412.20644).

    Up to 4,096 candidates each is tried; beyond, the 2,000 most doubtful and 1,000 random ones. 3,000 judge.
    """
    rng, rows = pool.rng(), np.asarray(pool.candidates, np.int64)
    doubts = doubt_of(pool)
    tried = rows
    if len(rows) > _CANDIDATES:
        doubtful = rows[best_first(doubts, max(_DOUBTFUL, count))]
        tried = np.union1d(doubtful, pool.some(rows, _OTHERS, rng))
    places = pool.some(np.arange(len(rows)), _JUDGES, rng)
    return _herd(pool, tried, rows[places], doubts[places] + np.float32(1e-3), count)


def _herd(
    pool: Pool,
    candidates: NDArray[np.int64],
    judges: NDArray[np.int64],
    weights: NDArray[np.float32],
    count: int,
) -> Picks:
    """Maximise the weighted facility location greedily, and lazily: a gain only ever falls (Minoux 1978)."""
    space = Space(pool)
    seats = space.vectors(judges)
    tried = seats if candidates is judges else space.vectors(candidates)
    width = kernel_width(tried, seats)
    reached = _reached(pool, space, seats, width)
    alike = similarity(tried, seats, width)
    rows, scores = greedily(alike, reached, weights, pool.prices(candidates), count)
    return _stand_for(pool, candidates[rows], scores, weights)


def greedily(
    alike: NDArray[np.float32],
    reached: NDArray[np.float32],
    weights: NDArray[np.float32],
    prices: NDArray[np.float32],
    count: int,
    pay: Callable[[int], None] = lambda row: None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the rows of `alike` [C, E] with the most gain for their price, one after the other, and those gains.

    Exact and lazy: a gain only ever falls (Minoux 1978). `pay` is told each row chosen, and may change `prices`.
    """
    bounds = gains(alike, reached, weights)
    stale = np.zeros(len(alike), bool)
    chosen: list[int] = []
    scores: list[float] = []
    while len(chosen) < min(count, len(alike)):
        worth = bounds / prices
        best = int(worth.argmax())
        if stale[best]:
            again = best_first(worth, _TRIED_AT_ONCE)
            again = again[stale[again]]
            bounds[again] = gains(alike[again], reached, weights)
            stale[again] = False
            continue
        chosen.append(best)
        scores.append(float(worth[best]))
        reached = np.maximum(reached, alike[best])
        bounds[best], stale[:] = -np.inf, True
        pay(best)
    return np.array(chosen, np.int64), np.array(scores, np.float32)


def _reached(pool: Pool, space: Space, judges: NDArray[np.float32], width: float) -> NDArray[np.float32]:
    """Return how similar each judge's nearest covered sample is, [E]."""
    nearest = np.full(len(judges), np.inf, np.float32)
    for start in range(0, len(pool.covered), _COVERED_AT_ONCE):
        known = space.vectors(pool.covered[start : start + _COVERED_AT_ONCE])
        np.minimum(nearest, squared_distances(known, judges).min(0), out=nearest)
    reached: NDArray[np.float32] = np.exp(-nearest / np.float32(width))
    return reached


def _stand_for(pool: Pool, rows: NDArray[np.int64], gains: NDArray[np.float32], weights: NDArray[np.float32]) -> Picks:
    share = gains / np.float32(max(float(weights.sum()), 1e-9))
    alike = np.maximum(1, np.rint(share * pool.prices(rows) * len(pool.candidates))).astype(int)
    reasons = tuple(f"stands for {number} similar" for number in alike)
    note = "" if len(weights) == len(pool.candidates) else f"judged by {len(weights)} of {len(pool.candidates)} samples"
    return Picks(rows, share, reasons, note)
