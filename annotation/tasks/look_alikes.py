"""Look-alikes: the labelled tiles that look most like one, which speak for another label or do not."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Labels
from annotation.arrays.material import Material

_ALIKE = 5
_SHOWN = 3
_ROWS_A_CHUNK = 5000


class LookAlikes:
    """The labelled tiles, to find those that look most like one of them."""

    def __init__(self, material: Material, labels: Labels) -> None:
        """Read the vectors of the labels, once for all that is asked."""
        self.material, self.labels = material, labels
        self.vectors = material.snapshot.features[labels.rows]  # of half precision; made single some at a time

    def of(self, row: int, speaks: NDArray[np.bool_]) -> dict[str, Any]:
        """Return how many of the nearest labels speak for what is suggested ([n] of the labels), and some of those."""
        gaps = self._gaps(self.material.vectors(np.array([row])))
        gaps[self.labels.rows == row] = np.inf
        near = [at for at in np.argsort(gaps, kind="stable")[:_ALIKE] if np.isfinite(gaps[at])]
        same = [at for at in near if speaks[at]]
        alike = [int(self.material.snapshot.samples[self.labels.rows[at]]) for at in same[:_SHOWN]]
        return {"near": len(near), "near_suggested": len(same), "alike": alike}

    def _gaps(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the squared distance of each labelled tile from a vector [1, d]."""
        starts = range(0, len(self.vectors), _ROWS_A_CHUNK)
        parts = (self.vectors[start : start + _ROWS_A_CHUNK] - vector for start in starts)
        return np.concatenate([np.zeros(0, np.float32), *(np.square(part).sum(1) for part in parts)])
