"""Evidence: two encoders on the same labelled samples, with intervals of each and of their difference."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from mlcore.audits.estimates import accuracy
from mlcore.metrics import Estimate

Hits = NDArray[np.float64]  # [n] how right each prediction is, 0..1


@dataclass(frozen=True)
class Evidence:
    """How right a head is before and after, on the same samples."""

    before: Estimate
    after: Estimate
    difference: Estimate  # after - before, -1..1
    count: int  # samples

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        told = {name: _told(getattr(self, name)) for name in ("before", "after", "difference")}
        return {**told, "count": self.count}


@dataclass(frozen=True)
class Comparison:
    """The present encoder beside another one: on labels held out of training, and on audits; none where too few."""

    held_out: Evidence | None
    audits: Evidence | None
    folds: int = 0
    grouping: str = ""  # what stays together in a fold, in plain words

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "held_out": self.held_out.to_dict() if self.held_out else None,
            "audits": self.audits.to_dict() if self.audits else None,
            "folds": self.folds,
            "grouping": self.grouping,
        }


def weigh(before: Hits, after: Hits, probabilities: NDArray[np.float64], groups: NDArray[np.int64]) -> Evidence:
    """Return the evidence of paired hits [n] on samples drawn with `probabilities`; those of one group are alike.

    The estimator is that of the rounds' accuracy, without what a whole pool's confidences would add: a candidate has
    no vectors of the whole pool yet, and before, after and difference must add up.
    """
    return Evidence(
        before=accuracy(before, probabilities),
        after=accuracy(after, probabilities),
        difference=paired_difference(before, after, 1 / probabilities, groups),
        count=len(before),
    )


def paired_difference(before: Hits, after: Hits, weights: NDArray[np.float64], groups: NDArray[np.int64]) -> Estimate:
    """Return the weighted mean of after - before with its 95 % interval.

    The variance is the linearised one of a ratio over clusters (Cochran 1977, section 9.3). Half a pseudo-sample in
    each cell of the paired table (Agresti and Min 2005) keeps the interval honest where hardly a pair differs.
    """
    weight = weights.mean()
    changes = np.concatenate([after - before, [0.0, 0.0, 1.0, -1.0]])
    scales = np.concatenate([weights, np.full(4, weight / 2)])
    _, clusters = np.unique(groups, return_inverse=True)
    clusters = np.concatenate([clusters, clusters.max() + 1 + np.arange(4)])
    centre = float((scales * changes).sum() / scales.sum())
    sums = np.bincount(clusters, scales * (changes - centre))
    count = len(sums)
    spread = np.sqrt(count / (count - 1) * np.square(sums).sum()) / scales.sum()
    half = float(student.ppf(0.975, count - 1) * spread)
    value = float((weights * (after - before)).sum() / weights.sum())
    return Estimate(value, max(-1.0, min(value, centre - half)), min(1.0, max(value, centre + half)))


def _told(estimate: Estimate) -> dict[str, float]:
    return {
        "value": round(float(estimate.value), 4),
        "low": round(float(estimate.low), 4),
        "high": round(float(estimate.high), 4),
    }
