"""What a query strategy sees and what it answers: a pool of vectors and probabilities in, ordered rows out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures

_SCALE_ROWS = 4096
_CLIP = 5.0
_PLACE_SHARE = 0.1


@dataclass(frozen=True)
class Pool:
    """The samples of a project, row = sample; arrays may be memory maps and are never copied whole."""

    features: NDArray[np.floating]  # [N, d], float16 or float32
    candidates: NDArray[np.integer]  # [M] rows that may be picked
    covered: NDArray[np.integer]  # rows that are labelled or leased: no need to ask for more like them
    probabilities: NDArray[np.float32] | None = None  # [N, K], calibrated; None before the first fit
    xy: NDArray[np.floating] | None = None  # [N, 2] place in any one metric CRS
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse arrays that don't fit each other."""
        for name, array in (("probabilities", self.probabilities), ("xy", self.xy)):
            if array is not None and len(array) != len(self.features):
                raise BadFeatures(f"The pool has {len(self.features)} features but {len(array)} {name}.")
        for name, rows in (("candidates", self.candidates), ("covered", self.covered)):
            if len(rows) and not 0 <= np.min(rows) <= np.max(rows) < len(self.features):
                raise BadFeatures(f"The pool's {name} point outside its {len(self.features)} rows.")

    def rng(self) -> np.random.Generator:
        """Return the pool's source of chance: the same seed gives the same picks."""
        return np.random.default_rng(self.seed)

    def some(self, rows: NDArray[np.integer], most: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return at most `most` of the rows, drawn at random, in rising order."""
        found: NDArray[np.int64] = np.asarray(rows, np.int64)
        return found if len(found) <= most else np.sort(rng.choice(found, most, replace=False, shuffle=False))

    def certainties(self) -> NDArray[np.float32]:
        """Return the probabilities [M, K] of the candidates.

        Raises:
            BadFeatures: no head was fitted yet, or it gave NaN.
        """
        if self.probabilities is None:
            raise BadFeatures("This strategy needs probabilities; before the first fit use max_herding or random.")
        everyone = len(self.candidates) == len(self.features)
        found = self.probabilities if everyone and _is_range(self.candidates) else self.probabilities[self.candidates]
        if not np.isfinite(found).all():
            raise BadFeatures("The probabilities hold NaN or infinity; fit the head again.")
        return np.asarray(found, np.float32)


@dataclass(frozen=True)
class Picks:
    """Rows to ask for, best first, each with its score and why."""

    indices: NDArray[np.int64]  # [b]
    scores: NDArray[np.float32]  # [b], higher = asked for earlier; comparable within one answer only
    reasons: tuple[str, ...]  # [b], short and for people


class Space:
    """Distances between samples: columns of unit spread, outliers clipped, places joined in lightly."""

    def __init__(self, pool: Pool) -> None:
        """Measure the columns on some thousand candidates."""
        self.pool = pool
        rows = pool.some(pool.candidates, _SCALE_ROWS, np.random.default_rng(pool.seed))
        sample = self._raw(rows)
        self.mean, spread = sample.mean(0), sample.std(0)
        self.inverse = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 1e-4)
        places = 0 if pool.xy is None else 2
        used = max(1, int((self.inverse > 0).sum()) - places)
        self.weight = np.full(len(spread), 1 / np.sqrt(used), np.float32)
        self.weight[len(spread) - places :] = np.sqrt(_PLACE_SHARE)

    def vectors(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the rows' coordinates, float32 [n, d or d + 2]; typical squared distances are about 2.

        Raises:
            BadFeatures: a feature isn't finite.
        """
        found: NDArray[np.float32] = np.clip((self._raw(rows) - self.mean) * self.inverse, -_CLIP, _CLIP) * self.weight
        return found

    def _raw(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        found = np.asarray(self.pool.features[rows], np.float32)
        if self.pool.xy is not None:
            found = np.hstack([found, np.asarray(self.pool.xy[rows], np.float64).astype(np.float32)])
        if not np.isfinite(found).all():
            raise BadFeatures("The features hold NaN or infinity; embed these samples again.")
        return found


def squared_distances(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return squared Euclidean distances [n, m]."""
    found: NDArray[np.float32] = first @ second.T
    found *= -2
    found += np.square(first).sum(1)[:, None]
    found += np.square(second).sum(1)[None]
    return np.maximum(found, 0, out=found)


def best_first(scores: NDArray[np.floating], count: int) -> NDArray[np.int64]:
    """Return the positions of the `count` highest scores, highest first, ties in order of position."""
    count = min(count, len(scores))
    if count == 0:
        return np.zeros(0, np.int64)
    threshold = np.partition(scores, len(scores) - count)[len(scores) - count]
    above, ties = np.flatnonzero(scores > threshold), np.flatnonzero(scores == threshold)
    chosen = np.concatenate([above, ties[: count - len(above)]])
    return chosen[np.lexsort((chosen, -scores[chosen]))]


def _is_range(rows: NDArray[np.integer]) -> bool:
    return bool(len(rows) == 0 or (rows[0] == 0 and np.all(np.diff(rows) == 1)))
