"""Variance reduction: ask for the samples whose amounts would tell most of all the others."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular

from mlcore.errors import BadFeatures
from mlcore.query.pool import Amounts, Picks, Pool

_MOST = 1500  # candidates that are tried, and judge
_MOST_KNOWN = 2000

Floats = NDArray[np.float64]


def variance_reduction(pool: Pool, count: int) -> Picks:
    """Pick the samples that leave least variance in all, one after the other (Cohn 1996, active learning).

    Of a process, the variance that a label takes from each other sample is known before anybody gives it, and noise
    counts: what is doubtful by itself tells nothing. Exact up to 1,500 candidates; beyond, 1,500 random ones are
    tried and judge, as the answer's note says.

    Raises:
        BadFeatures: no head was fitted yet, or the features aren't finite.
    """
    if pool.amounts is None:
        raise BadFeatures("This strategy needs a process of amounts; before the first fit use max_herding or random.")
    rng = pool.rng()
    rows = pool.some(pool.candidates, _MOST, rng)
    variance = _variance(pool, pool.amounts, rows, pool.some(pool.covered, _MOST_KNOWN, rng))
    total = max(float(np.trace(variance)), 1e-12)
    chosen, taken = _greedily(variance, pool.amounts.noise, pool.prices(rows), min(count, len(rows)))
    scores = (taken / total).astype(np.float32)
    reasons = tuple(f"tells of others: takes {100 * share:.1f} % of all doubt" for share in scores)
    note = "" if len(rows) == len(pool.candidates) else f"judged by {len(rows)} of {len(pool.candidates)} samples"
    return Picks(rows[chosen], scores, reasons, note)


def _variance(pool: Pool, amounts: Amounts, rows: NDArray[np.int64], known: NDArray[np.int64]) -> Floats:
    """Return the covariance [n, n] of the amounts of rows, given those of `known`, whatever these are."""
    tried, told = pool.features[rows], pool.features[known]
    if not (np.isfinite(tried).all() and np.isfinite(told).all()):
        raise BadFeatures("The features hold NaN or infinity; embed these samples again.")
    prior = amounts.covariance(tried, tried)
    if not len(known):
        return prior
    factor = cholesky(amounts.covariance(told, told) + amounts.noise * np.eye(len(known)), lower=True)
    shared = solve_triangular(factor, amounts.covariance(told, tried), lower=True)
    left: Floats = prior - shared.T @ shared
    return left


def _greedily(
    variance: Floats, noise: float, prices: NDArray[np.float32], count: int
) -> tuple[NDArray[np.int64], Floats]:
    """Return positions with the most variance taken for their price, and that.

    The squares that a label's part is the sum of are kept up to date, and what is taken stays beside the matrix: each
    pick reads it once and never writes it.
    """
    squares, free = np.square(variance).sum(1), np.ones(len(variance), bool)
    own, gone = variance.diagonal().copy(), np.zeros((len(variance), count))
    chosen, taken = np.empty(count, np.int64), np.empty(count)
    for place in range(count):
        gains = np.where(free, squares / (own + noise) / prices, -1.0)
        best = int(gains.argmax())
        chosen[place], taken[place], free[best] = best, gains[best], False
        before = gone[:, :place]
        column = variance[best] - before @ before[best]
        through, scale = variance @ column - before @ (before.T @ column), column[best] + noise
        squares += column * (column * (column @ column) / scale - 2 * through) / scale
        np.maximum(squares, 0, out=squares)
        own -= np.square(column) / scale
        gone[:, place] = column / np.sqrt(scale)
    return chosen, np.minimum.accumulate(taken)
