"""The head for amounts: a number a tile with an interval, from its vector."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import Kept
from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.arrays.vectors import Vectors
from annotation.tasks.amount import quantity_of
from annotation.tasks.amount.quantity import Quantity, amounts_of
from annotation.tasks.amount.scoring import scores
from annotation.tasks.learner import Prediction, VectorLearner, spread, vectors_of
from mlcore.heads import RegressionHead
from mlcore.heads.regression.within import chance_within
from mlcore.query import Pool

COVERAGE = 0.9  # of the intervals
_LEAST_CHANCE = 1e-3  # that something is said at all: 0 stands for nothing
_STRATA = (0.2, 0.4, 0.6, 0.8)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class AmountPrediction(Prediction):
    """What a head says of each sample, within the range; confidences are chances to lie within the tolerance."""

    quantity: Quantity
    values: Floats  # [n]
    low: Floats  # [n], the 90 % interval's ends
    high: Floats
    doubts: Floats  # [n], standard deviation of what the head does not know

    def content(
        self, at: int, *, tile_px: int, in_use: Mapping[int, int]
    ) -> tuple[dict[str, Any], int | None, str] | None:
        """Return the amount."""
        return self.quantity.value(self.quantity.rounded(float(self.values[at]))), None, ""

    def details(self, at: int) -> dict[str, Any]:
        """Return the interval and its width."""
        low, high = (self.quantity.rounded(float(ends[at])) for ends in (self.low, self.high))
        return {"low": low, "high": high, "width": round(high - low, 12)}


@dataclass(frozen=True)
class AmountLearner(VectorLearner[AmountPrediction]):
    """A number a tile, from its vector."""

    kind = "amount"
    head: RegressionHead
    quantity: Quantity = field(kw_only=True)

    @classmethod
    def fit(cls, snapshot: Snapshot) -> Self:
        """Fit on vectors; NotEnoughLabels below five of them, or all of one amount."""
        head = RegressionHead.fit(cls.lesson(snapshot))
        return cls(head, len(snapshot.training), quantity=quantity_of(snapshot.project))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved head, and the quantity beside it."""
        return cls(RegressionHead.load(path), quantity=Quantity(**json.loads(_beside(path).read_text())))

    def save(self, path: Path) -> None:
        """Write the head, and beside it the quantity, for its tolerance is what confidence is told by."""
        super().save(path)
        _beside(path).write_text(json.dumps(self.quantity.to_dict(), ensure_ascii=False))

    def predict(self, vectors: Vectors, rows: Rows) -> AmountPrediction:
        """Predict from vectors."""
        quantity = self.quantity
        said = self.head.predict(vectors_of(vectors, rows), coverage=COVERAGE)
        chances = chance_within(self.head, said, quantity.tolerance, coverage=COVERAGE)
        value, low, high = (ends.clip(quantity.low, quantity.high) for ends in (said.value, said.low, said.high))
        return AmountPrediction(
            rows=rows,
            confidences=chances.clip(_LEAST_CHANCE, 1).astype(np.float32),
            quantity=quantity,
            values=value,
            low=np.minimum(low, value),  # of a skewed quantity the expected value may lie beyond the interval
            high=np.maximum(high, value),
            doubts=said.doubt,
        )

    def hits(self, labels: Labels, prediction: AmountPrediction) -> Floats:
        """Return 1 where the amount lies within the tolerance."""
        pairs = zip(amounts_of(labels.values).tolist(), prediction.values.tolist(), strict=True)
        return np.array([self.quantity.near(truth, said) for truth, said in pairs], np.float64)

    def kept(self, prediction: AmountPrediction, count: int) -> Kept:
        """Return value, low and high in columns 0 to 2; NaN where nothing is said."""
        values = np.full((count, 3), np.nan, np.float32)
        values[prediction.rows] = np.stack([prediction.values, prediction.low, prediction.high], axis=1)
        return Kept((0, 1, 2), values, spread(prediction.rows, prediction.confidences, count))

    def asks(self, pool: Pool, snapshot: Snapshot, prediction: AmountPrediction, pending: Rows) -> Pool:
        """Return the pool with intervals, the head's process, and what stands for the members of an ensemble.

        A strategy goes by the members' spread alone; two of them, one standard deviation of the head's doubt to each
        side, have just that.
        """
        intervals = np.stack([prediction.low, prediction.high], axis=1)
        members = prediction.values[:, None] + prediction.doubts[:, None] * np.array([-1, 1])
        count = len(snapshot.features)
        return replace(
            pool,
            intervals=spread(prediction.rows, intervals, count),
            ensemble=spread(prediction.rows, members, count),
            amounts=self.head.models[0].process,
        )

    def judge(
        self, audits: Labels, said: AmountPrediction, pool: AmountPrediction, waiting: NDArray[np.bool_]
    ) -> dict[str, Any]:
        """Return how far the audits are off."""
        return {"amount": _scores(audits, said)}

    def measure(self, audits: Labels, prediction: AmountPrediction) -> dict[str, Any]:
        """Return RMSE, mean absolute error, bias and coverage."""
        return {name: told["value"] for name, told in _scores(audits, prediction).items() if told}

    @staticmethod
    def strata(labels: Labels) -> NDArray[np.int64]:
        """Return fifths of the amounts."""
        amounts = amounts_of(labels.values)
        if not len(amounts):
            return np.zeros(0, np.int64)
        return np.digitize(amounts, np.unique(np.quantile(amounts, _STRATA))).astype(np.int64)

    @staticmethod
    def targets(labels: Labels) -> Any:
        """Return the amounts."""
        return amounts_of(labels.values)


def _scores(audits: Labels, prediction: AmountPrediction) -> dict[str, Any]:
    said = np.stack([prediction.values, prediction.low, prediction.high], axis=1)
    return scores(amounts_of(audits.values), said, audits.probabilities)


def _beside(path: Path) -> Path:
    return path.with_name("quantity.json")
