"""The head for tags: for each one a calibrated yes or no, from the tile's vector."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import Kept
from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.arrays.vectors import Vectors
from annotation.tasks.learner import Prediction, VectorLearner, spread, vectors_of
from annotation.tasks.tags.scoring import tag_scores
from annotation.tasks.tags.table import Table, table_of
from mlcore.errors import NotEnoughLabels
from mlcore.heads import Lesson, MultiLabelHead
from mlcore.query import Pool


@dataclass(frozen=True)
class TagPrediction(Prediction):
    """The chance of each tag; the confidence is that of the tag in most doubt."""

    classes: NDArray[np.int64]  # [L] codes
    chances: NDArray[np.float32]  # [n, L]
    given: NDArray[np.bool_]  # [n, L]

    def content(
        self, at: int, *, tile_px: int, in_use: Mapping[int, int]
    ) -> tuple[dict[str, Any], int | None, str] | None:
        """Return the tags that are given, those out of use left out."""
        codes = sorted({in_use[code] for code in self.classes[self.given[at]].tolist() if code in in_use})
        return {"tags": codes, "unsure": []}, codes[0] if codes else None, ""

    def details(self, at: int) -> dict[str, Any]:
        """Return the chance of each tag."""
        pairs = zip(self.classes.tolist(), self.chances[at].tolist(), strict=True)
        return {"chances": {str(code): round(chance, 4) for code, chance in pairs}}


@dataclass(frozen=True)
class TagLearner(VectorLearner[TagPrediction]):
    """Any number of tags a tile, from its vector."""

    kind = "tags"
    head: MultiLabelHead

    @classmethod
    def lesson(cls, snapshot: Snapshot) -> Lesson:
        """Return the table of tags with all that is known of the vectors; NotEnoughLabels without a label."""
        if not len(snapshot.training):
            raise NotEnoughLabels("Say of one tile that it has a tag, and of another that it hasn't.")
        return replace(super().lesson(snapshot), classes=codes_of(snapshot.training))

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the codes of the tags [L]."""
        return self.head.classes

    def predict(self, vectors: Vectors, rows: Rows) -> TagPrediction:
        """Predict from vectors."""
        said = self.head.predict(vectors_of(vectors, rows))
        sure = np.where(said.given, said.probabilities, 1 - said.probabilities).min(axis=1, initial=1)
        return TagPrediction(rows, sure, self.classes, said.probabilities, said.given)

    def hits(self, labels: Labels, prediction: TagPrediction) -> NDArray[np.float64]:
        """Return the share of the tags that either names which is right."""
        table = table_of(labels, prediction.classes)
        both, any_of = ((table > 0) & prediction.given).sum(1), ((table > 0) | (prediction.given & (table == 0))).sum(1)
        return np.where(any_of > 0, both / np.maximum(any_of, 1), 1.0)

    def kept(self, prediction: TagPrediction, count: int) -> Kept:
        """Return the chances of all tags."""
        chances = spread(prediction.rows, prediction.chances, count).astype(np.float16)
        return Kept(tuple(self.classes.tolist()), chances, spread(prediction.rows, prediction.confidences, count))

    def asks(self, pool: Pool, snapshot: Snapshot, prediction: TagPrediction, pending: Rows) -> Pool:
        """Return the pool with the chances of tags."""
        return replace(pool, tags=spread(prediction.rows, prediction.chances, len(snapshot.features)))

    def judge(
        self, audits: Labels, said: TagPrediction, pool: TagPrediction, waiting: NDArray[np.bool_]
    ) -> dict[str, Any]:
        """Return F1 and area of each tag."""
        truth, shares = table_of(audits, self.classes), pool.given[waiting].mean(axis=0)
        scores = tag_scores(truth, said.chances, said.given, audits.probabilities, shares=shares)
        names = ("f1", "area", "mapped")
        pairs = zip(self.classes.tolist(), scores, strict=True)
        return {"classes": [{"code": code, **{name: score[name] for name in names}} for code, score in pairs]}

    @staticmethod
    def strata(labels: Labels) -> NDArray[np.int64]:
        """Return the rarest tag of each, so that folds share out what is scarce; 0 for none."""
        codes = codes_of(labels)
        table = table_of(labels, codes) > 0
        rarity = np.where(table, table.sum(0), len(labels) + 1)
        return np.where(table.any(1), 1 + rarity.argmin(1) if len(codes) else 0, 0).astype(np.int64)

    @staticmethod
    def targets(labels: Labels) -> Table:
        """Return the table of tags."""
        return table_of(labels, codes_of(labels)).astype(np.float32)


def codes_of(labels: Labels) -> NDArray[np.int64]:
    """Return the codes of the tags in use [L]."""
    return np.array(sorted(set(labels.recode.values())), np.int64)
