"""BADGE: ask for samples that would pull the head far, and each in another direction. Exact, in about one pass."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.query.blocks import over_blocks
from mlcore.query.doubt import candidate_certainties
from mlcore.query.pool import Picks, Pool
from mlcore.query.space import Space, squared_norms

_TRIES = 64  # proposals at once
_FEWEST = 8  # kept of those, below which the bounds are measured again


def badge(pool: Pool, count: int) -> Picks:
    """Pick by k-means++ on the gradients of the head's last layer (BADGE, arXiv 1906.03671).

    A gradient is the product of a residual p - e_y [K] and a vector [d], so their inner products are products of
    inner products, and no gradient is ever made. A sample is drawn by an old upper bound of its squared distance
    to the picks and kept with the chance of its true one beside that: the same law as drawing by the true ones.
    """
    draw = _Draw(pool)
    while len(draw.picked) < min(count, len(draw.rows)):
        draw.advance(min(count, len(draw.rows)))
    rows = draw.rows[draw.picked]
    pulls = np.sqrt(draw.norms[draw.picked])
    scores = np.linspace(1, 0, len(rows), endpoint=False, dtype=np.float32)
    return Picks(rows, scores, tuple(f"would change the model by {pull:.2f}, in a new direction" for pull in pulls))


class _Draw:
    """The picks so far, and for each candidate an upper bound of its squared distance to the nearest of them."""

    def __init__(self, pool: Pool) -> None:
        self.rng, self.space = pool.rng(), Space(pool)
        self.rows = np.asarray(pool.candidates, np.int64)
        self.residuals = candidate_certainties(pool).copy()
        self.residuals[np.arange(len(self.rows)), self.residuals.argmax(1)] -= 1
        self.norms = self._gradient_norms()
        self.picked: list[int] = []  # positions among the candidates
        self._vectors = np.zeros((0, 0), np.float32)
        first = int(self.norms.argmax())
        self._take(first, self.space.vectors(self.rows[[first]])[0])
        # |g - g1| <= |g| + |g1|: a bound that costs no second pass
        self._bound_by(np.square(np.sqrt(self.norms) + np.sqrt(self.norms[first])))

    def advance(self, count: int) -> None:
        """Draw some proposals by the bounds, and keep each with its chance, up to `count` picks in all."""
        if self._sums[-1] <= 0:  # all that is left is like the picks
            which = int(np.setdiff1d(np.arange(len(self.rows)), self.picked)[0])
            self._take(which, self.space.vectors(self.rows[[which]])[0])
            return
        drawn = np.searchsorted(self._sums, self.rng.random(_TRIES) * self._sums[-1], side="right")
        tried, coins = np.minimum(drawn, len(self.rows) - 1), self.rng.random(_TRIES)
        vectors, kept = self.space.vectors(self.rows[tried]), 0
        near = self._near(tried, vectors, range(len(self.picked)))
        for place, which in enumerate(tried.tolist()):
            if len(self.picked) == count:
                return
            if coins[place] * self.bounds[which] < near[place]:
                self._take(which, vectors[place])
                near = np.minimum(near, self._near(tried, vectors, [len(self.picked) - 1]))
                kept += 1
        if kept < _FEWEST:
            self._bound_by(self._distances())

    def _bound_by(self, bounds: NDArray[np.float32]) -> None:
        self.bounds = bounds
        self.bounds[self.picked] = 0
        self._sums = np.cumsum(self.bounds, dtype=np.float64)

    def _take(self, which: int, vector: NDArray[np.float32]) -> None:
        self._vectors = np.vstack([self._vectors.reshape(-1, len(vector)), vector])
        self.picked.append(which)

    def _near(
        self, tried: NDArray[np.int64], vectors: NDArray[np.float32], picks: Sequence[int]
    ) -> NDArray[np.float32]:
        """Return squared distances of some gradients to the nearest of some picks; 0 for the picks themselves."""
        places = np.array(self.picked)[picks]
        along = vectors @ self._vectors[picks].T
        along *= self.residuals[tried] @ self.residuals[places].T
        distances: NDArray[np.float32] = (self.norms[tried, None] + self.norms[places] - 2 * along).min(1)
        distances[np.isin(tried, places)] = 0
        return np.maximum(distances, 0)

    def _distances(self) -> NDArray[np.float32]:
        """Return every candidate's squared distance to the nearest pick."""
        distances = np.empty(len(self.rows), np.float32)
        residuals, norms = self.residuals[self.picked], self.norms[self.picked]

        def fill(part: slice) -> None:
            along = self.space.vectors(self.rows[part]) @ self._vectors.T
            along *= self.residuals[part] @ residuals.T
            along *= -2
            along += norms
            distances[part] = np.maximum(along.min(1) + self.norms[part], 0)

        over_blocks(fill, len(self.rows))
        return distances

    def _gradient_norms(self) -> NDArray[np.float32]:
        norms = squared_norms(self.residuals)

        def fill(part: slice) -> None:
            norms[part] *= squared_norms(self.space.vectors(self.rows[part]))

        over_blocks(fill, len(self.rows))
        return norms
