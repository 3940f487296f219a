"""The light head: logistic regression on frozen vectors, refitted in about a second whenever labels arrive."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from mlcore.heads.chances import Chances
from mlcore.heads.classifier import LogisticHead
from mlcore.heads.lesson import Lesson
from mlcore.heads.logistic import fit_logistic


@dataclass(frozen=True)
class LinearHead(LogisticHead):
    """A scene classifier on vectors."""

    kind: ClassVar[str] = "linear"
    held_out_accuracy: float | None = None  # on its own training labels: optimistic or pessimistic, never a promise

    @classmethod
    def fit(cls, lesson: Lesson) -> Self:
        """Fit on vectors [N, d] and label codes int [N]; two labels of two classes are enough.

        Strength and temperature are chosen by cross-validation.

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: fewer than two classes.
        """
        logistic, held_out = fit_logistic(
            lesson.inputs,
            lesson.targets,
            seed=lesson.seed,
            groups=lesson.groups,
            pool=lesson.pool,
            blocks=lesson.blocks,
        )
        return cls(logistic, None if held_out is None else hit_rate(logistic.classes, held_out, lesson.targets))

    def predict_proba(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [N, K] of vectors [N, d]."""
        return self.logistic.predict_proba(features)

    def predict(self, features: NDArray[np.floating]) -> Chances:
        """Return calibrated probabilities [N, K] of vectors [N, d], float16 or float32, with their classes."""
        return Chances(self.classes, self.predict_proba(features))


def hit_rate(classes: NDArray[np.int64], chances: NDArray[np.floating], codes: NDArray[np.integer]) -> float:
    """Return in what share of rows the likeliest class is the one that their codes [N] name."""
    return float((classes[chances.argmax(1)] == codes).mean())
