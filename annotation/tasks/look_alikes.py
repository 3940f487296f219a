"""Look-alikes: the labelled tiles that look most like one, which speak for another label or do not."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Labels
from annotation.arrays.material import Material

_ALIKE = 5
_SHOWN = 3


class LookAlikes:
    """The labelled tiles, to find those that look most like one of them."""

    def __init__(self, material: Material, labels: Labels) -> None:
        """Read the vectors of the labels, once for all that is asked."""
        self.material, self.labels = material, labels
        self.vectors = material.vectors(labels.rows)

    def of(self, row: int, speaks: NDArray[np.bool_]) -> dict[str, Any]:
        """Return how many of the nearest labels speak for what is suggested ([n] of the labels), and some of those."""
        gaps = np.square(self.vectors - self.material.vectors(np.array([row]))).sum(1)
        gaps[self.labels.rows == row] = np.inf
        near = [at for at in np.argsort(gaps, kind="stable")[:_ALIKE] if np.isfinite(gaps[at])]
        same = [at for at in near if speaks[at]]
        alike = [int(self.material.snapshot.samples[self.labels.rows[at]]) for at in same[:_SHOWN]]
        return {"near": len(near), "near_suggested": len(same), "alike": alike}
