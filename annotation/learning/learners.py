"""Learners: a light head for each kind of task, with what it says of a project's samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import enlarge, live_maps
from annotation.arrays.vectors import Vectors
from annotation.learning.snapshot import Labels, Rows, Snapshot
from annotation.models.projects import TaskKind
from mlcore.errors import NotEnoughLabels
from mlcore.heads import Lesson, LinearHead, PixelHead, get_head

_SCALING_ROWS = 5000  # unlabelled rows that a head standardises by
_TILES_A_REFIT = 1500  # of a segmentation project: predicting all the pixels of 10,000 tiles takes too long


@dataclass(frozen=True)
class Prediction:
    """What a head says of n samples."""

    rows: Rows  # [n]
    classes: NDArray[np.int64]  # [K] codes
    probabilities: NDArray[np.float32]  # [n, K]; of a mask, the mean over its pixels
    margins: NDArray[np.float32]  # [n] best minus second best; of a mask, the mean over its pixels
    codes: NDArray[np.int64]  # [n] most probable class; of a mask, the most frequent one
    confidences: NDArray[np.float32]  # [n] of that class; of a mask, the mean over its pixels of each one's best
    maps: list[NDArray[np.uint8]] | None = None  # [n] class codes at the encoder's stride
    doubts: list[NDArray[np.uint8]] | None = None  # [n] of each cell of the maps: 1 minus the margin, times 255


class Learner(Protocol):
    """A fitted head."""

    @classmethod
    def fit(cls, snapshot: Snapshot) -> Self:
        """Fit on the snapshot's training labels; NotEnoughLabels below two classes."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved head."""

    def save(self, path: Path) -> None:
        """Write the head."""

    @property
    def labels(self) -> int:
        """Return how many samples it was fitted on."""

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the class codes [K]."""

    @property
    def held_out_accuracy(self) -> float | None:
        """Return the cross-validated accuracy on its own labels, if it knows one."""

    def choose_rows(self, snapshot: Snapshot) -> Rows:
        """Return the rows that a refit predicts."""

    def predict(self, vectors: Vectors, rows: Rows) -> Prediction:
        """Predict samples."""

    def hits(self, labels: Labels, prediction: Prediction) -> NDArray[np.float64]:
        """Return how right the prediction of exactly these labelled samples is, 0..1 each."""


@dataclass(frozen=True)
class SceneLearner:
    """One class a tile, from its vector."""

    head: LinearHead
    labels: int = 0

    @classmethod
    def fit(cls, snapshot: Snapshot) -> Self:
        """Fit on vectors."""
        training, seed = snapshot.training, snapshot.project.seed
        some = np.union1d(_some(snapshot.open, seed), training.rows)
        pool, blocks = snapshot.features[some], snapshot.vectors.blocks
        vectors = snapshot.features[training.rows]
        lesson = Lesson(inputs=vectors, targets=training.codes, seed=seed, pool=pool, blocks=blocks)
        return cls(get_head("classes").fit(lesson), len(training))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved head."""
        return cls(get_head("classes").load(path))

    def save(self, path: Path) -> None:
        """Write the head."""
        self.head.save(path)

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the class codes [K]."""
        return self.head.classes

    @property
    def held_out_accuracy(self) -> float | None:
        """Return the cross-validated accuracy on its own labels."""
        return self.head.held_out_accuracy

    def choose_rows(self, snapshot: Snapshot) -> Rows:
        """Return every row that has a vector."""
        return snapshot.present

    def predict(self, vectors: Vectors, rows: Rows) -> Prediction:
        """Predict from vectors."""
        features = vectors.read()
        probabilities = self.head.predict_proba(features if len(rows) == len(features) else features[rows])
        ordered = np.sort(probabilities, axis=1)
        return Prediction(
            rows=rows,
            classes=self.classes,
            probabilities=probabilities,
            margins=ordered[:, -1] - ordered[:, -2],
            codes=self.classes[probabilities.argmax(axis=1)],
            confidences=ordered[:, -1],
        )

    def hits(self, labels: Labels, prediction: Prediction) -> NDArray[np.float64]:
        """Return 1 where the class is right."""
        return np.equal(prediction.codes, labels.codes).astype(np.float64)


@dataclass(frozen=True)
class PixelLearner:
    """A class for each pixel, from the feature map."""

    head: PixelHead
    labels: int = 0

    @classmethod
    def fit(cls, snapshot: Snapshot) -> Self:
        """Fit on painted pixels."""
        training = snapshot.training
        read = ((snapshot.vectors.maps.read(int(row)), at) for at, row in enumerate(training.rows))
        there = [(features, training.load_mask(at)) for features, at in read if features is not None]
        if not there:
            raise NotEnoughLabels("Paint at least two classes first.")
        maps, masks = [features.astype(np.float32) for features, _ in there], [mask for _, mask in there]
        seed, blocks = snapshot.project.seed, snapshot.vectors.map_blocks
        lesson = Lesson(inputs=maps, targets=masks, seed=seed, blocks=blocks)
        return cls(get_head("masks").fit(lesson), len(there))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved head."""
        return cls(get_head("masks").load(path))

    def save(self, path: Path) -> None:
        """Write the head."""
        self.head.save(path)

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the class codes [K]."""
        return self.head.classes

    @property
    def held_out_accuracy(self) -> float | None:
        """Return None: pixels of one tile are too alike to be held out one by one."""
        return None

    def choose_rows(self, snapshot: Snapshot) -> Rows:
        """Return the labelled audits, what is on show, and open rows: another part of a large project each time."""
        rng = np.random.default_rng([snapshot.project.seed, len(snapshot.training)])
        some = rng.permutation(snapshot.open)[:_TILES_A_REFIT]
        return np.unique(np.concatenate([some, snapshot.audits.rows, snapshot.on_show]))

    def predict(self, vectors: Vectors, rows: Rows) -> Prediction:
        """Predict from feature maps; a sample without one is left out."""
        found = ((row, vectors.maps.read_told(int(row))) for row in rows)
        tiles = [(row, self._predict_tile(*told)) for row, told in found if told is not None]
        count, classes = len(tiles), self.classes
        shares = np.array([tile.share for _, tile in tiles], np.float32).reshape(count, len(classes))
        return Prediction(
            rows=np.array([row for row, _ in tiles], np.int64),
            classes=classes,
            probabilities=shares,
            margins=np.array([tile.margin for _, tile in tiles], np.float32),
            codes=np.array([tile.code for _, tile in tiles], np.int64),
            confidences=np.array([tile.confidence for _, tile in tiles], np.float32),
            maps=[tile.classes for _, tile in tiles],
            doubts=[tile.doubts for _, tile in tiles],
        )

    def hits(self, labels: Labels, prediction: Prediction) -> NDArray[np.float64]:
        """Return the share of each sample's painted pixels that is right."""
        maps = dict(zip(prediction.rows.tolist(), prediction.maps or [], strict=True))
        return np.array([_agreement(labels.load_mask(at), maps[int(row)]) for at, row in enumerate(labels.rows)])

    def _predict_tile(self, told: NDArray[np.bool_], features: NDArray[np.float16]) -> "_Tile":
        probabilities = self.head.predict_proba(features, told=told)  # [K, h, w]
        ordered = np.sort(probabilities, axis=0)
        classes = self.classes[probabilities.argmax(axis=0)].astype(np.uint8)
        return _Tile(
            classes=classes,
            doubts=np.rint(255 * (1 - ordered[-1] + ordered[-2])).astype(np.uint8),
            share=probabilities.mean(axis=(1, 2)),
            margin=float((ordered[-1] - ordered[-2]).mean()),
            code=int(np.bincount(classes.ravel()).argmax()),
            confidence=float(ordered[-1].mean()),
        )


@dataclass(frozen=True)
class _Tile:
    classes: NDArray[np.uint8]  # [h, w]
    doubts: NDArray[np.uint8]  # [h, w]
    share: NDArray[np.float32]  # [K]
    margin: float
    code: int
    confidence: float


LEARNERS: dict[str, type[Learner]] = {
    TaskKind.CLASSIFICATION: SceneLearner,
    TaskKind.SEGMENTATION: PixelLearner,
}


def store_live_maps(snapshot: Snapshot, prediction: Prediction, audits: Sequence[int]) -> None:
    """Keep the newest class maps for display, but none of audits."""
    if prediction.maps is None:
        return
    live, hidden = live_maps(snapshot.project), set(audits)
    for row, classes in zip(prediction.rows.tolist(), prediction.maps, strict=True):
        if row not in hidden:
            live.write(row, classes)


def _some(rows: Rows, seed: int) -> Rows:
    """Return at most so many rows as a head standardises by."""
    if len(rows) <= _SCALING_ROWS:
        return rows
    return np.random.default_rng(seed).choice(rows, _SCALING_ROWS, replace=False, shuffle=False)


def _agreement(mask: NDArray[np.uint8], coarse: NDArray[np.uint8]) -> float:
    painted = mask > 0
    if not painted.any():
        return 0.0
    predicted = enlarge(coarse, max(mask.shape))[: mask.shape[0], : mask.shape[1]]
    return float((predicted == mask)[painted].mean())
