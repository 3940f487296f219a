"""The multi-label head: for each label one calibrated yes or no on frozen vectors."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mlcore.calibration import sigmoid
from mlcore.errors import BadCheckpoint, BadFeatures, NotEnoughLabels
from mlcore.heads.chances import TagChances
from mlcore.heads.columns import standardisation
from mlcore.heads.files import expect, read_head, write_head
from mlcore.heads.lesson import Lesson
from mlcore.heads.logistic import STRENGTHS, by_block, check_rows, row_span
from mlcore.heads.yes_no import YesNo, fit_yes_no

_TUNED_LABELS = 6

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MultiLabelHead:
    """Any number of labels a sample; weights take raw features."""

    classes: NDArray[np.int64]  # [L], label codes in the order of the columns
    weights: NDArray[np.float32]  # [d, L]
    bias: NDArray[np.float32]  # [L]
    thresholds: NDArray[np.float32]  # [L], from which probability on a label is given
    learned: NDArray[np.bool_]  # [L], False where only yes, only no, or nothing was told: the share is all that's known

    kind: ClassVar[str] = "multi_label"

    @classmethod
    def fit(cls, lesson: Lesson) -> Self:
        """Fit on vectors [N, d] and a table [N, L]: 1 = has the label, 0 = hasn't, negative or NaN = not told.

        Strength, calibration and thresholds are chosen by cross-validation.

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: no label has both a yes and a no.
        """
        rows, told = np.asarray(lesson.inputs, np.float32), np.asarray(lesson.targets, np.float64)
        check_rows(rows, told)
        codes = np.arange(told.shape[-1]) if lesson.classes is None else np.asarray(lesson.classes, np.int64)
        if told.ndim != 2 or codes.shape != told.shape[1:]:
            raise BadFeatures(f"Labels are a table [N, L] with L codes, got {told.shape} and {codes.shape}.")
        if not _told_both(told).any():
            raise NotEnoughLabels("For at least one label, tell of one sample that has it and of one that hasn't.")
        seen = rows if lesson.pool is None else np.asarray(lesson.pool, np.float32)
        mean, scale = standardisation(seen, few=lesson.pool is None)
        used = scale > 0
        inputs = (rows[:, used] - mean[used]) / scale[used]
        span = row_span(inputs)
        with threadpool_limits(1):
            fitted = _fit_labels(inputs @ span.T, told, lesson.seed, lesson.groups)
        folded = np.zeros((rows.shape[1], len(codes)))
        folded[used] = span.T @ np.stack([label.weights for label in fitted], 1) / scale[used, None]
        bias = np.array([label.bias for label in fitted]) - mean @ folded
        return cls(
            codes,
            folded.astype(np.float32),
            bias.astype(np.float32),
            np.array([label.threshold for label in fitted], np.float32),
            _told_both(told),
        )

    def predict_proba(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [N, L] of vectors [N, d]; rows don't sum to one.

        Raises:
            BadFeatures: the vectors have another length than those fitted on.
        """
        probabilities = np.empty((len(features), len(self.classes)), np.float32)

        def keep(part: slice, logits: NDArray[np.float32]) -> None:
            probabilities[part] = sigmoid(logits)

        by_block(features, self.weights, self.bias, keep)
        return probabilities

    def predict(self, features: NDArray[np.floating]) -> TagChances:
        """Return calibrated probabilities [N, L] of vectors [N, d], with the tags' codes and thresholds."""
        return TagChances(self.classes, self.predict_proba(features), self.thresholds)

    def save(self, path: Path) -> None:
        """Write the head to a safetensors file."""
        write_head(path, kind=self.kind, arrays=vars(self))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a head.

        Raises:
            BadCheckpoint: the file is damaged or holds something else.
        """
        try:
            head = cls(**read_head(path, kind=cls.kind)[0])
        except TypeError as error:
            raise BadCheckpoint(f"{path} doesn't hold a whole head: {error}.") from error
        count = len(head.classes)
        expect(head.weights.ndim == 2 and head.weights.shape[1] == count, path)
        expect(all(len(array) == count for array in (head.bias, head.thresholds, head.learned)), path)
        return head


def _fit_labels(inputs: Floats, told: Floats, seed: int, groups: NDArray[np.generic] | None) -> list[YesNo]:
    """Fit each label; the strength is chosen on the most balanced ones and shared by the rest."""
    known = told >= 0
    rarer = np.minimum((known & (told > 0)).sum(0), (known & (told == 0)).sum(0))
    fitted: dict[int, YesNo] = {}
    strengths: tuple[float, ...] = STRENGTHS
    for place, label in enumerate(np.argsort(-rarer, kind="stable").tolist()):
        if place == _TUNED_LABELS:
            strengths = (float(np.median([answer.strength for answer in fitted.values()])),)
        rows = known[:, label]
        some = None if groups is None else np.asarray(groups)[rows]
        fitted[label] = fit_yes_no(inputs[rows], told[rows, label] > 0, seed=seed, groups=some, strengths=strengths)
    return [fitted[label] for label in range(told.shape[1])]


def _told_both(told: Floats) -> NDArray[np.bool_]:
    both: NDArray[np.bool_] = (told > 0).any(0) & (told == 0).any(0)
    return both
