"""What classifying heads say: a probability for each class, or for each tag."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float32]


@dataclass(frozen=True)
class Chances:
    """Calibrated probabilities of classes that exclude each other: of N samples, or of the cells of one map."""

    classes: NDArray[np.int64]  # [K], codes
    probabilities: Probabilities  # [N, K], or [K, h, w]; they sum to one over K
    favoured: int = 1  # of two classes, the position of the one with a threshold
    threshold: float | None = None  # from which probability on the favoured one is chosen; None: the likeliest is

    @property
    def codes(self) -> NDArray[np.int64]:
        """Return the chosen class codes, [N] or [h, w]."""
        axis = 1 if self.probabilities.ndim == 2 else 0
        places = self.probabilities.argmax(axis)
        if self.threshold is not None and len(self.classes) == 2:
            sure = self.probabilities.take(self.favoured, axis) >= self.threshold
            places = np.where(sure, self.favoured, 1 - self.favoured)
        return np.asarray(self.classes[places], np.int64)


@dataclass(frozen=True)
class TagChances:
    """Calibrated probabilities of tags, any number of which a sample may have."""

    classes: NDArray[np.int64]  # [L], codes
    probabilities: Probabilities  # [N, L]; rows don't sum to one
    thresholds: Probabilities  # [L], from which probability on a tag is given

    @property
    def given(self) -> NDArray[np.bool_]:
        """Return which tags are given, bool [N, L]: each by the threshold that is best for its F1."""
        return np.asarray(self.probabilities >= self.thresholds)
