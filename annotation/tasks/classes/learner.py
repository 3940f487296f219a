"""The light head for classes: one class a tile, from its vector."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import Kept
from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.arrays.vectors import Vectors
from annotation.arrays.without import Apart
from annotation.tasks.classes.comparing import Answers, answers_without, apart_of
from annotation.tasks.learner import Prediction, VectorLearner, changes_of, spread, vectors_of
from annotation.tasks.scoring import class_report
from mlcore.audits.reliability import calibration_error, reliability
from mlcore.audits.sufficiency import LEAST
from mlcore.heads import LinearHead
from mlcore.query import Pool


@dataclass(frozen=True)
class ClassPrediction(Prediction):
    """The chance of each class."""

    classes: NDArray[np.int64]  # [K] codes
    probabilities: NDArray[np.float32]  # [n, K]
    without: Answers = field(default_factory=dict)  # what heads say that see less, of all rows

    @property
    def is_compared(self) -> bool:
        """Return whether it knows what would be said without a modality or sensor."""
        return bool(self.without)

    @property
    def codes(self) -> NDArray[np.int64]:
        """Return the most probable class of each, [n]."""
        likeliest: NDArray[np.int64] = self.classes[self.probabilities.argmax(axis=1)]
        return likeliest

    def content(
        self, at: int, *, tile_px: int, in_use: Mapping[int, int]
    ) -> tuple[dict[str, Any], int | None, str] | None:
        """Return the most probable class."""
        code = in_use.get(int(self.classes[self.probabilities[at].argmax()]))
        return None if code is None else ({"class": code}, code, "")  # it may have gone out of use since the fit


@dataclass(frozen=True)
class ClassLearner(VectorLearner[ClassPrediction]):
    """One class a tile, from its vector."""

    kind = "classes"
    head: LinearHead

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the class codes [K]."""
        return self.head.classes

    @property
    def held_out_accuracy(self) -> float | None:
        """Return the cross-validated accuracy on its own labels."""
        return self.head.held_out_accuracy

    def predict(self, vectors: Vectors, rows: Rows) -> ClassPrediction:
        """Predict from vectors."""
        probabilities = self.head.predict_proba(vectors_of(vectors, rows))
        return ClassPrediction(rows, probabilities.max(axis=1, initial=0), self.classes, probabilities)

    def look(self, snapshot: Snapshot) -> ClassPrediction:
        """Predict what a refit ranks, without each modality as well where the project compares them."""
        said = super().look(snapshot)
        return replace(said, without=answers_without(snapshot, said.rows))

    def apart(self, prediction: ClassPrediction) -> Apart | None:
        """Return where modalities disagree, if they were compared."""
        if not prediction.without:
            return None
        count = len(next(iter(prediction.without.values())))
        full = spread(prediction.rows, prediction.probabilities, count)
        return apart_of(full, prediction.without, self.classes)

    def hits(self, labels: Labels, prediction: ClassPrediction) -> NDArray[np.float64]:
        """Return 1 where the class is right."""
        return np.equal(prediction.codes, labels.codes).astype(np.float64)

    def kept(self, prediction: ClassPrediction, count: int) -> Kept:
        """Return the chances of all classes."""
        chances = spread(prediction.rows, prediction.probabilities, count)
        return Kept(tuple(self.classes.tolist()), chances.astype(np.float16), chances.max(axis=1, initial=0))

    def asks(self, pool: Pool, snapshot: Snapshot, prediction: ClassPrediction, pending: Rows) -> Pool:
        """Return the pool with chances, and the labels of what is covered."""
        labels = np.searchsorted(self.classes, snapshot.training.codes)
        names = dict(snapshot.project.classes.values_list("code", "name"))
        chances = spread(prediction.rows, prediction.probabilities, len(snapshot.features))
        changed = snapshot.training.codes != snapshot.project.no_change
        return replace(
            pool,
            probabilities=chances,
            changes=changes_of(snapshot, self.classes, chances, changed),
            names=tuple(names[code] for code in self.classes.tolist()),
            labels=np.append(labels, np.full(len(pending), -1)),
            left_out=prediction.without,
        )

    def judge(
        self, audits: Labels, said: ClassPrediction, pool: ClassPrediction, waiting: NDArray[np.bool_]
    ) -> dict[str, Any]:
        """Return F1 and area of each class."""
        return class_report(audits.codes, said.codes, pool.codes[waiting], audits.probabilities)

    def measure(self, audits: Labels, prediction: ClassPrediction) -> dict[str, Any]:
        """Return the expected calibration error, where audits are enough."""
        if len(audits) < LEAST:
            return {}
        targets = np.where(np.isin(audits.codes, self.classes), np.searchsorted(self.classes, audits.codes), -1)
        levels = reliability(prediction.probabilities, targets, audits.probabilities)
        return {"expected_calibration_error": round(calibration_error(levels), 4)}
