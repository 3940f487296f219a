"""The head for tags: for each one a calibrated yes or no, from the tile's vector."""

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
from annotation.tasks.tags.scoring import tag_scores
from annotation.tasks.tags.table import Table, table_of
from mlcore.audits.estimates import accuracy
from mlcore.errors import NotEnoughLabels
from mlcore.heads import Lesson, MultiLabelHead, get_head
from mlcore.metrics import Estimate
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
class TagLearner(Learner):
    """Any number of tags a tile, from its vector."""

    head: MultiLabelHead

    @classmethod
    def fit(cls, snapshot: Snapshot) -> Self:
        """Fit on vectors; NotEnoughLabels where no tag is on one tile and not on another."""
        training, rows = snapshot.training, unlabelled(snapshot)
        codes = codes_of(training)
        if not len(training):
            raise NotEnoughLabels("Say of one tile that it has a tag, and of another that it hasn't.")
        lesson = Lesson(
            inputs=snapshot.features[training.rows],
            targets=table_of(training, codes),
            classes=codes,
            seed=snapshot.project.seed,
            pool=snapshot.features[rows],
        )
        return cls(get_head("tags").fit(lesson), len(training))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved head."""
        return cls(get_head("tags").load(path))

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the codes of the tags [L]."""
        return self.head.classes

    def predict(self, vectors: Vectors, rows: Rows) -> TagPrediction:
        """Predict from vectors."""
        features = vectors.read()
        said = self.head.predict(features if len(rows) == len(features) else features[rows])
        sure = np.where(said.given, said.probabilities, 1 - said.probabilities).min(axis=1, initial=1)
        return TagPrediction(rows, sure, self.classes, said.probabilities, said.given)

    def hits(self, labels: Labels, prediction: Prediction) -> NDArray[np.float64]:
        """Return the share of the tags that either names which is right."""
        assert isinstance(prediction, TagPrediction)  # noqa: S101 (of its own making)
        table = table_of(labels, prediction.classes)
        both, any_of = ((table > 0) & prediction.given).sum(1), ((table > 0) | (prediction.given & (table == 0))).sum(1)
        return np.where(any_of > 0, both / np.maximum(any_of, 1), 1.0)

    def kept(self, prediction: Prediction, count: int) -> Kept:
        """Return the chances of all tags."""
        assert isinstance(prediction, TagPrediction)  # noqa: S101
        chances = spread(prediction.rows, prediction.chances, count).astype(np.float16)
        return Kept(tuple(self.classes.tolist()), chances, spread(prediction.rows, prediction.confidences, count))

    def asks(self, pool: Pool, snapshot: Snapshot, prediction: Prediction, pending: Rows) -> Pool:
        """Return the pool with the chances of tags."""
        assert isinstance(prediction, TagPrediction)  # noqa: S101
        return replace(pool, tags=spread(prediction.rows, prediction.chances, len(snapshot.features)))

    def report(self, snapshot: Snapshot, pool: Prediction) -> tuple[Estimate | None, dict[str, Any]]:
        """Return how right the tags of audits are, and F1 and area of each tag."""
        assert isinstance(pool, TagPrediction)  # noqa: S101
        audits = snapshot.audits
        prediction, waiting = self.predict(snapshot.vectors, audits.rows), population(snapshot, pool)
        estimate = accuracy(
            self.hits(audits, prediction),
            audits.probabilities,
            confidence=prediction.confidences.clip(0, 1),
            pool_confidence=pool.confidences[waiting].clip(0, 1),
        )
        shares = pool.given[waiting].mean(axis=0)
        scores = tag_scores(
            table_of(audits, self.classes), prediction.chances, prediction.given, audits.probabilities, shares=shares
        )
        names = ("f1", "area", "mapped")
        pairs = zip(self.classes.tolist(), scores, strict=True)
        return estimate, {"classes": [{"code": code, **{n: score[n] for n in names}} for code, score in pairs]}

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
