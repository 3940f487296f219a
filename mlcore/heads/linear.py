"""The light head: logistic regression on frozen vectors, refitted in about a second whenever labels arrive."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mlcore.heads.files import read_logistic, write_logistic
from mlcore.heads.logistic import Logistic, fit_logistic

_KIND = "linear"


@dataclass(frozen=True)
class LinearHead:
    """A scene classifier on vectors."""

    logistic: Logistic
    held_out_accuracy: float | None = None  # on its own training labels: optimistic or pessimistic, never a promise

    @classmethod
    def fit(
        cls,
        features: NDArray[np.floating],
        labels: NDArray[np.integer],
        *,
        seed: int = 0,
        pool: NDArray[np.floating] | None = None,
    ) -> Self:
        """Fit on vectors [N, d] and label codes int [N]; two labels of two classes are enough.

        Args:
            features: [N, d], float16 or float32.
            labels: int [N], the classes' codes.
            seed: of the cross-validation that chooses strength and temperature.
            pool: some unlabelled rows [M, d] to standardise by.

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: fewer than two classes.
        """
        logistic, held_out = fit_logistic(features, labels, seed=seed, pool=pool)
        return cls(logistic, None if held_out is None else float((held_out == labels).mean()))

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the label codes [K] in the order of the probabilities' columns."""
        return self.logistic.classes

    def predict_proba(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [N, K] of vectors [N, d]."""
        return self.logistic.predict_proba(features)

    def save(self, path: Path) -> None:
        """Write the head to a safetensors file."""
        write_logistic(self.logistic, path, kind=_KIND)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a head.

        Raises:
            BadCheckpoint: the file is damaged or holds something else.
        """
        return cls(read_logistic(path, kind=_KIND))
