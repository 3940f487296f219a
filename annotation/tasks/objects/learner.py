"""The head for objects: where they are and how sure that is, from the feature map."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import Kept
from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.arrays.vectors import Vectors
from annotation.errors import JobFailed
from annotation.models import Project
from annotation.tasks.learner import Learner, population, spread
from annotation.tasks.objects import Objects
from annotation.tasks.objects.matching import apart
from annotation.tasks.objects.prediction import LEAST_SCORE, ObjectPrediction, confidence_of
from annotation.tasks.objects.scoring import Audited, object_scores
from annotation.tasks.thing import Thing, codes_of, in_use
from mlcore.audits.estimates import accuracy
from mlcore.errors import NotEnoughLabels
from mlcore.heads import Lesson, get_head
from mlcore.metrics import Estimate
from mlcore.query import Detections as Doubtful
from mlcore.query import Pool

_TILES_A_REFIT = 200  # of some 15 ms each; all of a large project would take too long
_MOST_TAUGHT = 300  # newest labels that a head is fitted on
_MOST_NUMBERS = 150_000_000  # of their maps, which are 300 MB


@dataclass(frozen=True)
class ObjectLearner(Learner[ObjectPrediction]):
    """A finder of objects; a kind says what it draws and how it reads what the head finds."""

    task: ClassVar[Objects]

    threshold: float = field(kw_only=True)

    @classmethod
    def fit(cls, snapshot: Snapshot) -> Self:
        """Fit on the newest labels; tiles without an object teach, too.

        Raises:
            NotEnoughLabels: there are fewer than three objects.
        """
        training, maps, drawn = snapshot.training, list[NDArray[np.float16]](), list[list[Thing]]()
        left = _MOST_NUMBERS
        for at in reversed(range(len(training))[-_MOST_TAUGHT:]):
            features = snapshot.vectors.maps.read(int(training.rows[at]))
            if features is not None and left >= 0:
                left -= features.size
                maps.append(features)
                drawn.append(in_use(cls.task.objects(training.values[at]), training.recode))
        if sum(map(len, drawn)) < 3:
            raise NotEnoughLabels("Mark at least three objects first.")
        project = snapshot.project
        stride = -(-project.tile_px // maps[0].shape[1])
        lesson = Lesson(inputs=maps, targets=cls.drawn(snapshot, drawn), seed=project.seed, stride=stride)
        threshold = cls.task.option(project, "threshold")
        return cls(get_head(cls.kind_for(project)).fit(lesson), len(training), threshold=threshold)

    @classmethod
    def kind_for(cls, project: Project) -> str:
        """Return which head finds the objects of a project."""
        return cls.kind

    @staticmethod
    def targets(labels: Labels) -> Any:
        """Refuse to fine-tune: an encoder learns from classes, tags, amounts and paint."""
        raise JobFailed("Encoders cannot be fine-tuned on objects yet; compare encoders and take the best of them.")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved head, and beside it from which score on an object counts."""
        told = json.loads(_beside(path).read_text())
        return cls(get_head(told["head"]).load(path), threshold=float(told["threshold"]))

    def save(self, path: Path) -> None:
        """Write the head, and beside it which one it is, and the threshold."""
        super().save(path)
        _beside(path).write_text(json.dumps({"head": self.head.kind, "threshold": self.threshold}))

    @classmethod
    def drawn(cls, snapshot: Snapshot, things: Sequence[Sequence[Thing]]) -> list[Any]:
        """Return the objects of tiles as the head is taught them."""
        raise NotImplementedError

    def things_of(self, said: Any) -> list[Thing]:
        """Return what the head finds on a tile, with scores."""
        raise NotImplementedError

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the class codes [K]."""
        return np.asarray(self.head.classes, np.int64)

    def choose_rows(self, snapshot: Snapshot) -> Rows:
        """Return the labelled audits, what is on show, and open rows: another part of a large project each time."""
        rng = np.random.default_rng([snapshot.project.seed, len(snapshot.training)])
        some = rng.permutation(snapshot.open)[:_TILES_A_REFIT]
        return np.unique(np.concatenate([some, snapshot.audits.rows, snapshot.on_show]))

    def predict(self, vectors: Vectors, rows: Rows) -> ObjectPrediction:
        """Find objects on feature maps; a sample without one is left out."""
        kept, things = list[int](), list[list[Thing]]()
        for row in rows.tolist():
            features = vectors.maps.read(row)
            if features is not None:
                said = self.things_of(self.head.predict(features.astype(np.float32)))
                kept.append(row)
                things.append([thing for thing in said if (thing.score or 0) >= LEAST_SCORE])
        sure = [confidence_of(each, self.threshold) for each in things]
        return ObjectPrediction(
            rows=np.array(kept, np.int64),
            confidences=np.array(sure, np.float32),
            things=things,
            entry=self.task.name,
            boxed=self.task.boxed,
            threshold=self.threshold,
        )

    def hits(self, labels: Labels, prediction: ObjectPrediction) -> NDArray[np.float64]:
        """Return the share of each sample's objects that is told right."""
        said, radius = prediction.of_rows(), self.reach
        return np.array(
            [
                1 - apart(self._given(labels, at), list(filter(prediction.counts, said[int(row)])), radius=radius)
                for at, row in enumerate(labels.rows)
            ]
        )

    @property
    def reach(self) -> float | None:
        """Return how far a point may be off, px; None of boxes."""
        return None

    def _given(self, labels: Labels, at: int) -> list[Thing]:
        return in_use(self.task.objects(labels.values[at]), labels.recode)

    def kept(self, prediction: ObjectPrediction, count: int) -> Kept:
        """Return how many objects of each class are expected, and how sure the head is of its tile."""
        expected = np.zeros((len(prediction.rows), len(self.classes)), np.float32)
        for at, things in enumerate(prediction.things):
            for code, thing in zip(codes_of(things).tolist(), things, strict=True):
                expected[at, self.classes == code] += thing.score or 0
        sure = spread(prediction.rows, prediction.confidences, count)
        return Kept(tuple(self.classes.tolist()), spread(prediction.rows, expected, count).astype(np.float16), sure)

    def asks(self, pool: Pool, snapshot: Snapshot, prediction: ObjectPrediction, pending: Rows) -> Pool:
        """Return the pool with the objects that are in doubt."""
        rows = np.repeat(prediction.rows, [len(things) for things in prediction.things])
        scores = np.array([thing.score or 0 for things in prediction.things for thing in things], np.float32)
        return replace(pool, detections=Doubtful(rows, scores))

    def report(self, snapshot: Snapshot, pool: ObjectPrediction) -> tuple[Estimate | None, dict[str, Any]]:
        """Return how right the audits are told, over the pool."""
        audits, waiting = snapshot.audits, population(snapshot, pool)
        said = self.predict(snapshot.vectors, audits.rows)
        audits = audits.subset(np.isin(audits.rows, said.rows))
        if not len(audits):
            return None, {}
        estimate = accuracy(
            self.hits(audits, said),
            audits.probabilities,
            confidence=said.confidences.clip(0, 1),
            pool_confidence=pool.confidences[waiting].clip(0, 1),
        )
        audited = Audited(
            [self._given(audits, at) for at in range(len(audits))],
            said.things,
            audits.probabilities,
            self.reach,
            self.threshold,
        )
        return estimate, {"objects": object_scores(audited, self.classes.tolist())}

    def measure(self, audits: Labels, prediction: ObjectPrediction) -> dict[str, Any]:
        """Return average precision, precision and recall of a version on audits."""
        said = prediction.of_rows()
        audits = audits.subset(np.isin(audits.rows, list(said)))
        if not len(audits):
            return {}
        truth = [self._given(audits, at) for at in range(len(audits))]
        found = [said[row] for row in audits.rows.tolist()]
        scores = object_scores(Audited(truth, found, audits.probabilities, self.reach, self.threshold), [])
        return {name: told["value"] for name, told in scores.items() if isinstance(told, dict)}


def _beside(path: Path) -> Path:
    return path.with_name("objects.json")
