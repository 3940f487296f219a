"""The worker's half of a kind of label: a head that is fitted on labels, and what it says of samples.

It may load heavy libraries, so only bodies of jobs ask for it, by `Task.learner`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import Kept
from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.arrays.vectors import Vectors
from annotation.arrays.without import Apart
from annotation.tasks.content import Content
from mlcore.audits.estimates import accuracy
from mlcore.heads import Lesson, get_head
from mlcore.metrics import Estimate
from mlcore.query import Changes, Pool

SCALING_ROWS = 5000  # unlabelled rows that a head standardises by


@dataclass(frozen=True)
class Prediction:
    """What a head says of n samples; a kind adds its own arrays."""

    rows: Rows  # [n]
    confidences: NDArray[np.float32]  # [n] chance that what it says is right; of a mask, the mean over its pixels

    def content(
        self, at: int, *, tile_px: int, in_use: Mapping[int, int]
    ) -> tuple[dict[str, Any], int | None, str] | None:
        """Return the answer of the sample at a position, with its class code and mask; None where it has none.

        It speaks of classes in use, by `Project.codes_in_use`.
        """
        raise NotImplementedError

    @property
    def is_compared(self) -> bool:
        """Return whether it knows what would be said without a modality or sensor."""
        return False

    def details(self, at: int) -> dict[str, Any]:
        """Return what else is told of it, ready for JSON."""
        return {}


Said = TypeVar("Said", bound=Prediction)


@dataclass(frozen=True)
class Learner(Generic[Said]):
    """A fitted head."""

    kind: ClassVar[str]  # of the head, by its name in `mlcore.heads.HEADS`

    head: Any
    labels: int = 0  # samples that it was fitted on

    @classmethod
    def fit(cls, snapshot: Snapshot) -> Self:
        """Fit on the snapshot's training labels.

        Raises:
            NotEnoughLabels: there are too few.
        """
        raise NotImplementedError

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved head."""
        return cls(get_head(cls.kind).load(path))

    def save(self, path: Path) -> None:
        """Write the head."""
        self.head.save(path)

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the class codes [K] that the head knows; none where labels name no class."""
        return np.zeros(0, np.int64)

    @property
    def held_out_accuracy(self) -> float | None:
        """Return the cross-validated accuracy on its own labels, if it knows one."""
        return None

    def choose_rows(self, snapshot: Snapshot) -> Rows:
        """Return the rows that a refit predicts: every one that has a vector."""
        return snapshot.present

    def predict(self, vectors: Vectors, rows: Rows) -> Said:
        """Predict samples; some may be left out."""
        raise NotImplementedError

    def look(self, snapshot: Snapshot) -> Said:
        """Predict what a refit ranks, with all that it asks by."""
        return self.predict(snapshot.vectors, self.choose_rows(snapshot))

    def apart(self, prediction: Said) -> Apart | None:
        """Return where modalities disagree, if they were compared."""
        return None

    def hits(self, labels: Labels, prediction: Said) -> NDArray[np.float64]:
        """Return how right the prediction of exactly these labelled samples is: 1 minus `Task.wrongness` of each."""
        raise NotImplementedError

    def kept(self, prediction: Said, count: int) -> Kept:
        """Return what of a prediction is kept for all rows, for maps and audits to look at."""
        raise NotImplementedError

    def store(self, snapshot: Snapshot, prediction: Said) -> None:
        """Keep what pages show of a refit besides that."""

    def asks(self, pool: Pool, snapshot: Snapshot, prediction: Said, pending: Rows) -> Pool:
        """Return the pool with what query strategies may ask by; `pending` rows count as covered, label unknown."""
        raise NotImplementedError

    def report(self, snapshot: Snapshot, pool: Said) -> tuple[Estimate | None, dict[str, Any]]:
        """Return the accuracy on labelled audits, and what else they say; `pool` is predicted of what waits."""
        raise NotImplementedError

    def measure(self, audits: Labels, prediction: Said) -> dict[str, Any]:
        """Return further metrics of a version on audits, ready for JSON."""
        return {}

    @staticmethod
    def marks(snapshot: Snapshot, rows: Rows, prediction: Said | None) -> dict[int, dict[str, Any]]:
        """Return row -> points to ask for inside the tiles that come next."""
        return {}

    @staticmethod
    def strata(labels: Labels) -> NDArray[np.int64]:
        """Return what folds are balanced by, [n]."""
        return labels.codes

    @staticmethod
    def targets(labels: Labels) -> Any:
        """Return what fine-tuning learns of these labels, to be indexed by position."""
        return labels.codes


@dataclass(frozen=True)
class VectorLearner(Learner[Said]):
    """A head that learns from one vector a tile."""

    @classmethod
    def fit(cls, snapshot: Snapshot) -> Self:
        """Fit on the vectors of the training labels.

        Raises:
            NotEnoughLabels: there are too few.
        """
        return cls(get_head(cls.kind).fit(cls.lesson(snapshot)), len(snapshot.training))

    @classmethod
    def lesson(cls, snapshot: Snapshot) -> Lesson:
        """Return the training labels with all that is known of their vectors."""
        return Lesson(
            inputs=snapshot.features[snapshot.training.rows],
            targets=cls.targets(snapshot.training),
            seed=snapshot.project.seed,
            pool=snapshot.features[unlabelled(snapshot)],
            blocks=snapshot.vectors.blocks,
        )

    def report(self, snapshot: Snapshot, pool: Said) -> tuple[Estimate | None, dict[str, Any]]:
        """Return how right the audits are told, over the pool, and what `judge` says of them."""
        audits, waiting = snapshot.audits, population(snapshot, pool)
        said = self.predict(snapshot.vectors, audits.rows)
        estimate = accuracy(
            self.hits(audits, said),
            audits.probabilities,
            confidence=said.confidences.clip(0, 1),
            pool_confidence=pool.confidences[waiting].clip(0, 1),
        )
        return estimate, self.judge(audits, said, pool, waiting)

    def judge(self, audits: Labels, said: Said, pool: Said, waiting: NDArray[np.bool_]) -> dict[str, Any]:
        """Return what else audits say, ready for JSON; `waiting` are those of the pool that nobody chose to label."""
        raise NotImplementedError


def vectors_of(vectors: Vectors, rows: Rows) -> NDArray[np.float16]:
    """Return the vectors of rows, [n, dim]; of all rows without a copy."""
    features = vectors.read()
    return features if len(rows) == len(features) else features[rows]


def unlabelled(snapshot: Snapshot) -> Rows:
    """Return some rows that a head standardises by, the labelled ones among them."""
    rows = snapshot.open
    if len(rows) > SCALING_ROWS:
        rows = np.random.default_rng(snapshot.project.seed).choice(rows, SCALING_ROWS, replace=False, shuffle=False)
    return np.union1d(rows, snapshot.training.rows)


def changes_of(
    snapshot: Snapshot, classes: NDArray[np.int64], shares: NDArray[np.float32], changed: NDArray[np.bool_]
) -> Changes | None:
    """Return what is asked by where labels compare two epochs: all that is not the class of no change.

    Args:
        snapshot: the project as the fit saw it.
        classes: the codes [K] that the head knows.
        shares: the chance, or the share of the tile, of each class, [N, K] of all rows.
        changed: which of the training labels name some change, [n].
    """
    nothing = snapshot.project.no_change
    if nothing is None:
        return None
    same = shares[:, classes == nothing].sum(axis=1)
    return Changes(np.asarray(1 - same, np.float32), snapshot.training.rows, changed)


def spread(rows: Rows, values: NDArray[np.floating], count: int) -> NDArray[np.float32]:
    """Return values [n, ...] of rows as an array of all `count` rows, zeros elsewhere."""
    if len(rows) == count:
        return np.asarray(values, np.float32)
    whole = np.zeros((count, *values.shape[1:]), np.float32)
    whole[rows] = values
    return whole


def population(snapshot: Snapshot, pool: Prediction) -> NDArray[np.bool_]:
    """Return which predicted rows nobody chose to label: a fit's own training samples would flatter it."""
    waiting = ~np.isin(pool.rows, snapshot.training.rows)
    return waiting if waiting.any() else np.ones(len(pool.rows), bool)


def content_of(
    prediction: Prediction, at: int, *, tile_px: int, in_use: Mapping[int, int], labels: Mapping[int, Any]
) -> Content | None:
    """Return what a prediction would answer, in classes in use; None where it cannot."""
    said = prediction.content(at, tile_px=tile_px, in_use=in_use)
    if said is None:
        return None
    value, code, mask = said
    return Content(value, None if code is None else labels[code], mask)
