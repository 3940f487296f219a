"""BADGE: ask for samples that would pull the head far, and each in another direction. Exact, in about one pass."""

import numpy as np
from numpy.typing import NDArray

from mlcore.query.blocks import over_blocks
from mlcore.query.doubt import candidate_certainties
from mlcore.query.pool import Picks, Pool
from mlcore.query.space import Space, squared_norms

_TRIES = 64  # proposals between two looks at the share that is accepted
_FEWEST = 8  # accepted of those, below which the bounds are measured again


def badge(pool: Pool, count: int) -> Picks:
    """Pick by k-means++ on the gradients of the head's last layer (BADGE, arXiv 1906.03671).

    A gradient is the product of a residual p - e_y [K] and a vector [d], so their inner products are products of
    inner products, and no gradient is ever made. A sample is drawn by an old upper bound of its squared distance
    to the picks and kept with the chance of its true one beside that: the same law as drawing by the true ones.
    """
    draw = _Draw(pool)
    while len(draw.picked) < min(count, len(draw.rows)):
        draw.add()
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
        self._tried = self._kept = 0
        self._vectors = np.zeros((0, 0), np.float32)
        self._take(int(self.norms.argmax()))
        # |g - g1| <= |g| + |g1|: a bound that costs no second pass
        self._bound_by(np.square(np.sqrt(self.norms) + np.sqrt(self.norms[self.picked[0]])))

    def add(self) -> None:
        """Draw one more pick."""
        for _ in range(_TRIES):
            tried = self._propose()
            if tried is None:
                self._take(int(np.setdiff1d(np.arange(len(self.rows)), self.picked)[0]))
                return
            self._tried += 1
            if self.rng.random() * self.bounds[tried] < self._distance(tried):
                self._kept += 1
                self._take(tried)
                return
            if self._tried >= _TRIES:
                self._look_again()

    def _propose(self) -> int | None:
        total = self._sums[-1]
        if total <= 0:
            return None
        return min(int(np.searchsorted(self._sums, self.rng.random() * total, side="right")), len(self.rows) - 1)

    def _look_again(self) -> None:
        if self._kept < _FEWEST:
            self._bound_by(self._distances())
        self._tried = self._kept = 0

    def _bound_by(self, bounds: NDArray[np.float32]) -> None:
        self.bounds = bounds
        self.bounds[self.picked] = 0
        self._sums = np.cumsum(self.bounds, dtype=np.float64)
        self._tried = self._kept = 0

    def _take(self, which: int) -> None:
        vector = self.space.vectors(self.rows[[which]])
        self._vectors = np.vstack([self._vectors.reshape(-1, vector.shape[1]), vector])
        self.picked.append(which)

    def _distance(self, which: int) -> float:
        """Return the squared distance of a candidate's gradient to the nearest pick's; 0 for a pick."""
        if which in self.picked:
            return 0.0
        along = self._vectors @ self.space.vectors(self.rows[[which]])[0]
        along *= self.residuals[self.picked] @ self.residuals[which]
        return max(0.0, float((self.norms[which] + self.norms[self.picked] - 2 * along).min()))

    def _distances(self) -> NDArray[np.float32]:
        """Return every candidate's squared distance to the nearest pick."""
        found = np.empty(len(self.rows), np.float32)
        residuals, norms = self.residuals[self.picked], self.norms[self.picked]

        def fill(part: slice) -> None:
            along = self.space.vectors(self.rows[part]) @ self._vectors.T
            along *= self.residuals[part] @ residuals.T
            along *= -2
            along += norms
            found[part] = np.maximum(along.min(1) + self.norms[part], 0)

        over_blocks(fill, len(self.rows))
        return found

    def _gradient_norms(self) -> NDArray[np.float32]:
        found = squared_norms(self.residuals)

        def fill(part: slice) -> None:
            found[part] *= squared_norms(self.space.vectors(self.rows[part]))

        over_blocks(fill, len(self.rows))
        return found
