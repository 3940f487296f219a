"""Material: what insights are worked out from, read once: labels, vectors, the newest fit, and who may not be told."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import Fit
from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.models import Project, Round


@dataclass(frozen=True)
class Material:
    """A project at one moment, as insights see it; audits that wait are in none of its parts."""

    project: Project
    snapshot: Snapshot
    round: Round
    fit: Fit | None
    codes: NDArray[np.int64]  # [C] of the classes in use
    rows: Rows  # with a sound vector, waiting audits left out
    broken: int  # rows whose vector is not finite

    def sound(self, labels: Labels) -> Labels:
        """Return those labels whose vector is finite."""
        return labels.subset(np.isin(labels.rows, self.rows))

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        """Return the vectors of rows, [n, d]."""
        return self.snapshot.features[rows].astype(np.float32)
