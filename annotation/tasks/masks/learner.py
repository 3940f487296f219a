"""The head for masks: a class for each pixel, from the feature map."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from annotation import storage
from annotation.arrays.fits import Kept, enlarge, live_maps
from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.arrays.vectors import Vectors
from annotation.tasks.learner import Learner, changes_of, population, spread
from annotation.tasks.masks.marking import mark
from annotation.tasks.masks.points import random_pixels
from annotation.tasks.masks.prediction import MaskPrediction
from annotation.tasks.scoring import class_report
from mlcore.audits.estimates import ratio
from mlcore.errors import NotEnoughLabels
from mlcore.heads import Lesson, PixelHead, get_head
from mlcore.metrics import Estimate
from mlcore.query import Pool

_TILES_A_REFIT = 1500  # predicting all the pixels of 10,000 tiles takes too long


@dataclass(frozen=True)
class MaskLearner(Learner[MaskPrediction]):
    """A class for each pixel, from the feature map."""

    kind = "masks"
    head: PixelHead

    @classmethod
    def fit(cls, snapshot: Snapshot) -> Self:
        """Fit on painted pixels."""
        training = snapshot.training
        features_at = [(snapshot.vectors.maps.read(int(row)), at) for at, row in enumerate(training.rows)]
        there = [(features, training.load_mask(at)) for features, at in features_at if features is not None]
        if not there:
            raise NotEnoughLabels("Paint at least two classes first.")
        maps, masks = [features.astype(np.float32) for features, _ in there], [mask for _, mask in there]
        seed, blocks = snapshot.project.seed, snapshot.vectors.map_blocks
        lesson = Lesson(inputs=maps, targets=masks, seed=seed, blocks=blocks)
        return cls(get_head("masks").fit(lesson), len(there))

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the class codes [K]."""
        return self.head.classes

    def choose_rows(self, snapshot: Snapshot) -> Rows:
        """Return the labelled audits, what is on show, and open rows: another part of a large project each time."""
        rng = np.random.default_rng([snapshot.project.seed, len(snapshot.training)])
        some = rng.permutation(snapshot.open)[:_TILES_A_REFIT]
        return np.unique(np.concatenate([some, snapshot.audits.rows, snapshot.on_show]))

    def predict(self, vectors: Vectors, rows: Rows) -> MaskPrediction:
        """Predict from feature maps; a sample without one is left out."""
        maps = ((row, vectors.maps.read_told(int(row))) for row in rows)
        tiles = [(row, self._predict_tile(*told)) for row, told in maps if told is not None]
        count, classes = len(tiles), self.classes
        shares = np.array([tile.share for _, tile in tiles], np.float32).reshape(count, len(classes))
        return MaskPrediction(
            rows=np.array([row for row, _ in tiles], np.int64),
            classes=classes,
            shares=shares,
            margins=np.array([tile.margin for _, tile in tiles], np.float32),
            confidences=np.array([tile.confidence for _, tile in tiles], np.float32),
            maps=[tile.classes for _, tile in tiles],
            doubts=[tile.doubts for _, tile in tiles],
        )

    def hits(self, labels: Labels, prediction: MaskPrediction) -> NDArray[np.float64]:
        """Return the share of each sample's painted pixels that is right."""
        maps = dict(zip(prediction.rows.tolist(), prediction.maps, strict=True))
        return np.array([_agreement(labels.load_mask(at), maps[int(row)]) for at, row in enumerate(labels.rows)])

    def kept(self, prediction: MaskPrediction, count: int) -> Kept:
        """Return the share of each class, and how sure the head is of its pixels."""
        shares = spread(prediction.rows, prediction.shares, count)
        sure = spread(prediction.rows, prediction.confidences, count)
        return Kept(tuple(self.classes.tolist()), shares.astype(np.float16), sure)

    def store(self, snapshot: Snapshot, prediction: MaskPrediction) -> None:
        """Keep the newest class maps for display, but none of audits."""
        live, hidden = live_maps(snapshot.project), set(snapshot.audits.rows.tolist())
        with storage.at_once():
            for row, classes in zip(prediction.rows.tolist(), prediction.maps, strict=True):
                if row not in hidden:
                    live.write(row, classes)

    def asks(self, pool: Pool, snapshot: Snapshot, prediction: MaskPrediction, pending: Rows) -> Pool:
        """Return the pool with the doubt of each tile.

        The mean over the pixels of a mask says which classes a tile holds, not how sure the head is of its pixels. A
        strategy must see the latter: so the mean pixel margin stands between two columns.
        """
        halves = np.stack([1 + prediction.margins, 1 - prediction.margins], axis=1) / 2
        padded = np.pad(halves, ((0, 0), (0, len(self.classes) - 2)))
        names = dict(snapshot.project.classes.values_list("code", "name"))
        shares = spread(prediction.rows, prediction.shares, len(snapshot.features))
        return replace(
            pool,
            probabilities=spread(prediction.rows, padded, len(snapshot.features)),
            changes=changes_of(snapshot, self.classes, shares, _changed(snapshot)),
            names=tuple(names[code] for code in self.classes.tolist()),
        )

    def report(self, snapshot: Snapshot, pool: MaskPrediction) -> tuple[Estimate | None, dict[str, Any]]:
        """Return the share of random painted pixels of audits that is right, and F1 and area of each class."""
        truth, mapped, audits = self._points(snapshot)
        if not len(truth):
            return None, {}
        drawn = snapshot.audits.probabilities[audits]
        right = (truth == mapped).astype(float)
        estimate = ratio(right, np.ones(len(right)), drawn, clusters=audits)
        parts = [classes.ravel() for classes, of in zip(pool.maps, population(snapshot, pool), strict=True) if of]
        everywhere = np.concatenate(parts).astype(np.int64) if parts else mapped
        return estimate, class_report(truth, mapped, everywhere, drawn, clusters=audits)

    def _points(self, snapshot: Snapshot) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return what people and the model say at random painted pixels of audits, and each one's audit."""
        audits = snapshot.audits
        prediction = self.predict(snapshot.vectors, audits.rows)
        maps = dict(zip(prediction.rows.tolist(), prediction.maps, strict=True))
        empty = np.zeros(0, np.int64)
        truth, mapped, of = [empty], [empty], [empty]
        for at, row in enumerate(audits.rows.tolist()):
            mask = audits.load_mask(at)
            some = random_pixels(mask, seed=snapshot.project.seed, row=row)
            if row in maps and len(some):
                said = enlarge(maps[row], max(mask.shape))[: mask.shape[0], : mask.shape[1]]
                truth.append(mask.ravel()[some].astype(np.int64))
                mapped.append(said.ravel()[some].astype(np.int64))
                of.append(np.full(len(some), at))
        return np.concatenate(truth), np.concatenate(mapped), np.concatenate(of)

    @staticmethod
    def marks(snapshot: Snapshot, rows: Rows, prediction: MaskPrediction | None) -> dict[int, dict[str, Any]]:
        """Return the points to ask for inside the tiles that come next."""
        return mark(snapshot, rows, prediction)

    @staticmethod
    def targets(labels: Labels) -> Any:
        """Return the painted masks."""
        masks = np.empty(len(labels), object)
        masks[:] = [labels.load_mask(at) for at in range(len(labels))]
        return masks

    def _predict_tile(self, told: NDArray[np.bool_], features: NDArray[np.float16]) -> "_Tile":
        probabilities = self.head.predict_proba(features, told=told)  # [K, h, w]
        ordered = np.sort(probabilities, axis=0)
        classes = self.classes[probabilities.argmax(axis=0)].astype(np.uint8)
        return _Tile(
            classes=classes,
            doubts=np.rint(255 * (1 - ordered[-1] + ordered[-2])).astype(np.uint8),
            share=probabilities.mean(axis=(1, 2)),
            margin=float((ordered[-1] - ordered[-2]).mean()),
            confidence=float(ordered[-1].mean()),
        )


@dataclass(frozen=True)
class _Tile:
    classes: NDArray[np.uint8]  # [h, w]
    doubts: NDArray[np.uint8]  # [h, w]
    share: NDArray[np.float32]  # [K]
    margin: float
    confidence: float


def _changed(snapshot: Snapshot) -> NDArray[np.bool_]:
    """Return in which training labels something but the class of no change is painted, [n]."""
    nothing, training = snapshot.project.no_change, snapshot.training
    if nothing is None:
        return np.zeros(len(training), bool)
    return np.array(
        [bool(np.setdiff1d(training.load_mask(at), (0, nothing)).size) for at in range(len(training))], bool
    )


def _agreement(mask: NDArray[np.uint8], coarse: NDArray[np.uint8]) -> float:
    painted = mask > 0
    if not painted.any():
        return 0.0
    predicted = enlarge(coarse, max(mask.shape))[: mask.shape[0], : mask.shape[1]]
    return float((predicted == mask)[painted].mean())
