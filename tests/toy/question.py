"""Question: whether something holds of a tile, yes or no; no class is named."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import Kept
from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.arrays.vectors import Vectors
from annotation.errors import BadAnswer
from annotation.models import Annotation, Project, Sample
from annotation.tasks.content import Content, Value, only
from annotation.tasks.learner import Learner, Prediction, spread
from annotation.tasks.protocol import Task
from mlcore.audits.estimates import accuracy
from mlcore.heads import Lesson, LinearHead, get_head
from mlcore.metrics import Estimate
from mlcore.query import Pool

NO, YES = 1, 2  # as the head knows them


class Question(Task):
    """One answer a tile: {"yes": true or false}."""

    name = "question"
    title = "Yes or no"
    about = "Each tile gets yes or no."
    fewest_classes = 0
    first_fit = "a yes and a no"
    formats = frozenset({"geojson"})

    def read(self, sample: Sample, value: Value) -> Content:
        """Return what somebody says."""
        only(value, "yes")
        if not isinstance(value["yes"], bool):
            raise BadAnswer("'yes' is true or false.")
        return Content({"yes": value["yes"]})

    def text(self, value: Value, names: Mapping[int, str]) -> str:
        """Return it as a word."""
        return {True: "yes", False: "no"}.get(value.get("yes"), "")

    def is_ready(self, project: Project) -> bool:
        """Return whether there are a yes and a no."""
        labels = Annotation.objects.filter(sample__project=project, current=True, verdict=Annotation.Verdict.LABEL)
        return labels.filter(sample__audit=None).order_by().values("value").distinct().count() == 2

    @property
    def learner(self) -> type[Learner]:
        """Return the head."""
        return QuestionLearner

    def wrongness(self, project: Project, truth: Value, value: Value) -> float | None:
        """Return 1 where the other is right."""
        return None if "yes" not in truth or "yes" not in value else float(truth["yes"] != value["yes"])

    def properties(self, value: Value, codes: Mapping[int, int], names: Mapping[int, str]) -> dict[str, Any]:
        """Return it."""
        return {"yes": value["yes"]}


@dataclass(frozen=True)
class QuestionPrediction(Prediction):
    """The chance of a yes."""

    chances: NDArray[np.float32]  # [n, 2] of no and of yes

    def content(
        self, at: int, *, tile_px: int, in_use: Mapping[int, int]
    ) -> tuple[dict[str, Any], int | None, str] | None:
        """Return the likelier of both."""
        return {"yes": bool(self.chances[at, 1] > self.chances[at, 0])}, None, ""


@dataclass(frozen=True)
class QuestionLearner(Learner):
    """Yes or no, from a tile's vector."""

    head: LinearHead

    @classmethod
    def fit(cls, snapshot: Snapshot) -> Self:
        """Fit on vectors."""
        training = snapshot.training
        lesson = Lesson(
            inputs=snapshot.features[training.rows], targets=cls.strata(training), seed=snapshot.project.seed
        )
        return cls(get_head("classes").fit(lesson), len(training))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved head."""
        return cls(get_head("classes").load(path))

    def predict(self, vectors: Vectors, rows: Rows) -> QuestionPrediction:
        """Predict from vectors."""
        chances = self.head.predict_proba(vectors.read()[rows])
        return QuestionPrediction(rows, chances.max(axis=1, initial=0), chances)

    def hits(self, labels: Labels, prediction: Prediction) -> NDArray[np.float64]:
        """Return 1 where it is right."""
        assert isinstance(prediction, QuestionPrediction)
        return np.equal(self.strata(labels), 1 + prediction.chances.argmax(1)).astype(np.float64)

    def kept(self, prediction: Prediction, count: int) -> Kept:
        """Return both chances."""
        assert isinstance(prediction, QuestionPrediction)
        chances = spread(prediction.rows, prediction.chances, count)
        return Kept((NO, YES), chances, chances.max(axis=1, initial=0))

    def asks(self, pool: Pool, snapshot: Snapshot, prediction: Prediction, pending: Rows) -> Pool:
        """Return the pool with both chances."""
        assert isinstance(prediction, QuestionPrediction)
        said = self.strata(snapshot.training) - 1
        return replace(
            pool,
            probabilities=spread(prediction.rows, prediction.chances, len(snapshot.features)),
            names=("no", "yes"),
            labels=np.append(said, np.full(len(pending), -1)),
        )

    def report(self, snapshot: Snapshot, pool: Prediction) -> tuple[Estimate | None, dict[str, Any]]:
        """Return the accuracy on audits."""
        audits = snapshot.audits
        prediction = self.predict(snapshot.vectors, audits.rows)
        return accuracy(self.hits(audits, prediction), audits.probabilities), {}

    @staticmethod
    def strata(labels: Labels) -> NDArray[np.int64]:
        """Return NO or YES of each."""
        return np.array([YES if value["yes"] else NO for value in labels.values], np.int64)
