"""The light head: logistic regression on frozen vectors, refitted in about a second whenever labels arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from mlcore.heads.classifier import LogisticHead
from mlcore.heads.logistic import fit_logistic


@dataclass(frozen=True)
class LinearHead(LogisticHead):
    """A scene classifier on vectors."""

    kind: ClassVar[str] = "linear"
    held_out_accuracy: float | None = None  # on its own training labels: optimistic or pessimistic, never a promise

    @classmethod
    def fit(
        cls,
        features: NDArray[np.floating],
        labels: NDArray[np.integer],
        *,
        seed: int = 0,
        pool: NDArray[np.floating] | None = None,
        blocks: Sequence[slice] = (),
    ) -> Self:
        """Fit on vectors [N, d] and label codes int [N]; two labels of two classes are enough.

        Args:
            features: [N, d], float16 or float32.
            labels: int [N], the classes' codes.
            seed: of the cross-validation that chooses strength and temperature.
            pool: some unlabelled rows [M, d] to standardise by.
            blocks: columns of one meaning (`Encoder.blocks`): those that tell the classes apart count more.

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: fewer than two classes.
        """
        logistic, held_out = fit_logistic(features, labels, seed=seed, pool=pool, blocks=blocks)
        return cls(logistic, None if held_out is None else float((held_out == labels).mean()))

    def predict_proba(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [N, K] of vectors [N, d]."""
        return self.logistic.predict_proba(features)
