"""k-center greedy, exact and lazy: the sample farthest from all that is known, one after the other."""

import numpy as np
from numpy.typing import NDArray

from mlcore.query.blocks import over_blocks
from mlcore.query.pool import Picks, Pool, best_first
from mlcore.query.space import Space, squared_distances, squared_norms

_SHORTLIST = 1024
_REACH = 4096  # candidates measured again when the shortlist decides nothing; then twice as many each time
_ROWS = 1024
_MIDDLE_OF = 4096


def k_center(pool: Pool, count: int) -> Picks:
    """Pick, one after the other, the sample farthest from all covered and picked ones (CoreSet, arXiv 1708.00489).

    Exact: distances only fall, so an old distance is a bound, and only samples whose bound could still be the
    farthest are measured again. Finds oddities; as the main strategy it is worse than chance.
    """
    rows = np.asarray(pool.candidates, np.int64)
    count = min(count, len(rows))
    walk = _Walk(Space(pool), rows)
    centres = np.asarray(pool.covered, np.int64)
    walk.approach(centres if len(centres) else _middle(walk.space, pool))
    while len(walk.picked) < count:
        walk.advance(count)
    scores = np.array(walk.distances, np.float32)
    reasons = tuple(f"unlike anything seen, distance {np.sqrt(score):.2f}" for score in scores)
    return Picks(rows[walk.picked], scores, reasons)


def _middle(space: Space, pool: Pool) -> NDArray[np.int64]:
    """Return the most central of some candidates, to start from when nothing is covered."""
    some = pool.some(pool.candidates, _MIDDLE_OF, pool.rng())
    return some[[int(squared_norms(space.vectors(some)).argmin())]]


class _Walk:
    """The picks so far, and for each candidate an upper bound of its squared distance to what is known."""

    def __init__(self, space: Space, rows: NDArray[np.int64]) -> None:
        self.space, self.rows = space, rows
        self.bounds = np.full(len(rows), np.inf, np.float32)
        self.picked: list[int] = []  # positions among the candidates
        self.distances: list[float] = []
        self._known = np.zeros(len(rows), np.int32)  # how many of the picks each bound knows of
        self._reach = _REACH

    def approach(self, centres: NDArray[np.int64]) -> None:
        """Lower every bound to the distance to the nearest centre."""
        for start in range(0, len(centres), _SHORTLIST):
            points = self.space.vectors(centres[start : start + _SHORTLIST])

            def lower(part: slice, points: NDArray[np.float32] = points) -> None:
                near = squared_distances(self.space.vectors(self.rows[part]), points).min(1)
                np.minimum(self.bounds[part], near, out=self.bounds[part])

            over_blocks(lower, len(self.rows))

    def advance(self, count: int) -> None:
        """Pick what is certainly farthest; where nothing is certain, measure more candidates again."""
        shortlist = best_first(self.bounds, _SHORTLIST + 1)
        rest = float(self.bounds[shortlist[-1]]) if len(shortlist) > _SHORTLIST else -np.inf
        shortlist = shortlist[:_SHORTLIST]
        self._measure(shortlist)
        if self._pick(shortlist, rest, count):
            self._reach = _REACH
        else:
            self._measure(best_first(self.bounds, self._reach))
            self._reach *= 2

    def _measure(self, which: NDArray[np.int64]) -> None:
        """Lower the bounds of some candidates to their distances, where picks have been made since."""
        old = np.sort(which[self._known[which] < len(self.picked)])
        points = self.space.vectors(self.rows[self.picked])

        def lower(part: slice) -> None:
            near = squared_distances(self.space.vectors(self.rows[old[part]]), points).min(1)
            self.bounds[old[part]] = np.minimum(self.bounds[old[part]], near)

        if len(old):
            over_blocks(lower, len(old), rows=_ROWS)
            self._known[old] = len(self.picked)

    def _pick(self, shortlist: NDArray[np.int64], rest: float, count: int) -> bool:
        """Pick while the farthest of the shortlist lies beyond the `rest`; return whether one did."""
        vectors, left = self.space.vectors(self.rows[shortlist]), self.bounds[shortlist]
        norms, before = squared_norms(vectors), len(self.picked)
        while len(self.picked) < count and left.max() >= max(rest, 0):
            best = int(left.argmax())
            self.picked.append(int(shortlist[best]))
            self.distances.append(float(left[best]))
            near = norms + norms[best] - 2 * (vectors @ vectors[best])
            np.minimum(left, np.maximum(near, 0), out=left)
            left[best] = -1  # lower than any distance, so it stays
        self.bounds[shortlist] = left
        self._known[shortlist] = len(self.picked)
        return len(self.picked) > before
