"""The light head for classes: one class a tile, from its vector."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import Kept
from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.arrays.vectors import Vectors
from annotation.tasks.learner import Learner, Prediction, population, spread, unlabelled
from annotation.tasks.scoring import class_report
from mlcore.audits.estimates import accuracy
from mlcore.audits.reliability import LEAST, calibration_error, reliability
from mlcore.heads import Lesson, LinearHead, get_head
from mlcore.metrics import Estimate
from mlcore.query import Pool


@dataclass(frozen=True)
class ClassPrediction(Prediction):
    """The chance of each class."""

    classes: NDArray[np.int64]  # [K] codes
    probabilities: NDArray[np.float32]  # [n, K]

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
class ClassLearner(Learner):
    """One class a tile, from its vector."""

    head: LinearHead

    @classmethod
    def fit(cls, snapshot: Snapshot) -> Self:
        """Fit on vectors; NotEnoughLabels below two classes."""
        training, rows = snapshot.training, unlabelled(snapshot)
        pool, blocks = snapshot.features[rows], snapshot.vectors.blocks
        seed = snapshot.project.seed
        vectors = snapshot.features[training.rows]
        lesson = Lesson(inputs=vectors, targets=training.codes, seed=seed, pool=pool, blocks=blocks)
        return cls(get_head("classes").fit(lesson), len(training))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved head."""
        return cls(get_head("classes").load(path))

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
        features = vectors.read()
        probabilities = self.head.predict_proba(features if len(rows) == len(features) else features[rows])
        return ClassPrediction(rows, probabilities.max(axis=1, initial=0), self.classes, probabilities)

    def hits(self, labels: Labels, prediction: Prediction) -> NDArray[np.float64]:
        """Return 1 where the class is right."""
        assert isinstance(prediction, ClassPrediction)  # noqa: S101 (of its own making)
        return np.equal(prediction.codes, labels.codes).astype(np.float64)

    def kept(self, prediction: Prediction, count: int) -> Kept:
        """Return the chances of all classes."""
        assert isinstance(prediction, ClassPrediction)  # noqa: S101
        chances = spread(prediction.rows, prediction.probabilities, count)
        return Kept(tuple(self.classes.tolist()), chances.astype(np.float16), chances.max(axis=1, initial=0))

    def asks(self, pool: Pool, snapshot: Snapshot, prediction: Prediction, pending: Rows) -> Pool:
        """Return the pool with chances, and the labels of what is covered."""
        assert isinstance(prediction, ClassPrediction)  # noqa: S101
        labels = np.searchsorted(self.classes, snapshot.training.codes)
        names = dict(snapshot.project.classes.values_list("code", "name"))
        return replace(
            pool,
            probabilities=spread(prediction.rows, prediction.probabilities, len(snapshot.features)),
            names=tuple(names[code] for code in self.classes.tolist()),
            labels=np.append(labels, np.full(len(pending), -1)),
        )

    def report(self, snapshot: Snapshot, pool: Prediction) -> tuple[Estimate | None, dict[str, Any]]:
        """Return the accuracy on audits, and F1 and area of each class."""
        assert isinstance(pool, ClassPrediction)  # noqa: S101
        audits = snapshot.audits
        prediction, waiting = self.predict(snapshot.vectors, audits.rows), population(snapshot, pool)
        estimate = accuracy(
            self.hits(audits, prediction),
            audits.probabilities,
            confidence=prediction.confidences.clip(0, 1),
            pool_confidence=pool.confidences[waiting].clip(0, 1),
        )
        return estimate, class_report(audits.codes, prediction.codes, pool.codes[waiting], audits.probabilities)

    def measure(self, audits: Labels, prediction: Prediction) -> dict[str, Any]:
        """Return the expected calibration error, where audits are enough."""
        assert isinstance(prediction, ClassPrediction)  # noqa: S101
        if len(audits) < LEAST:
            return {}
        targets = np.where(np.isin(audits.codes, self.classes), np.searchsorted(self.classes, audits.codes), -1)
        levels = reliability(prediction.probabilities, targets, audits.probabilities)
        return {"expected_calibration_error": round(calibration_error(levels), 4)}
