"""Intervals that hold without a model of the errors: cross-validation+ (Barber et al. 2021, arXiv 1905.02928)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROWS_PER_CHUNK = 4096
_MOST_SCORES = 500

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """How wrong each training row was predicted by the fold that hadn't seen it, in units of its expected error."""

    sizes: Floats  # [n], |target - prediction| / expected error
    folds: NDArray[np.int64]  # [n]

    @classmethod
    def of(cls, residuals: Floats, expected: Floats, folds: NDArray[np.int64], *, seed: int) -> "Scores":
        """Keep the scores of at most 500 rows."""
        some = np.random.default_rng(seed).permutation(len(residuals))[:_MOST_SCORES]
        return cls((np.abs(residuals) / expected)[some], folds[some])

    def interval(self, means: Floats, expected: Floats, coverage: float) -> tuple[Floats, Floats]:
        """Return the low and high ends [N] of intervals that hold the truth about `coverage` of the times.

        Guaranteed is 2 coverage - 1 for exchangeable rows (theorem 4 of the paper); in practice it's about
        `coverage`. With fewer than 1 / (1 - coverage) rows the interval is the widest that was seen.

        Args:
            means: [N, folds], what each fold's model says.
            expected: [N, folds], the error that each fold's model expects.
            coverage: share of truths inside, 0..1.
        """
        count = len(self.sizes)
        rank = int(np.ceil((1 - (1 - coverage)) * (count + 1)))
        above, below = min(rank, count) - 1, max(count - rank, 0)
        low, high = np.empty(len(means)), np.empty(len(means))
        for start in range(0, len(means), _ROWS_PER_CHUNK):
            rows = slice(start, start + _ROWS_PER_CHUNK)
            middle, reach = means[rows][:, self.folds], expected[rows][:, self.folds] * self.sizes
            low[rows] = np.partition(middle - reach, below, 1)[:, below]
            high[rows] = np.partition(middle + reach, above, 1)[:, above]
        return np.minimum(low, high), np.maximum(low, high)
