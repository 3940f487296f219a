"""Metrics of multi-label predictions; what nobody told of a sample counts neither way."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlcore.metrics.shares import check_same


class LabelScores(NamedTuple):
    """Scores over labels, each 0..1; NaN where no label has a known positive."""

    macro_f1: float  # mean over the labels that are there or predicted
    micro_f1: float  # of all entries together
    mean_average_precision: float  # over the labels that are there


def average_precision(truth: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Return the area under precision over recall, in steps, without interpolation; NaN without a positive.

    Equal scores are one step, so that their order doesn't matter.

    Args:
        truth: bool [N].
        scores: [N], larger = surer.
    """
    check_same(truth, scores)
    if not truth.any():
        return float("nan")
    order = np.argsort(-np.asarray(scores, np.float64), kind="stable")
    hits, sure = np.cumsum(truth[order]), np.asarray(scores)[order]
    last = np.append(np.flatnonzero(np.diff(sure)), len(sure) - 1)  # of each run of equal scores
    new_hits = np.diff(hits[last], prepend=0)
    return float((new_hits * hits[last] / (last + 1)).sum() / truth.sum())


def label_scores(
    truth: NDArray[np.number], probabilities: NDArray[np.floating], *, thresholds: NDArray[np.floating] | float = 0.5
) -> LabelScores:
    """Score probabilities [N, L] against what is known.

    Args:
        truth: [N, L], 1 = has the label, 0 = hasn't, negative or NaN = not known.
        probabilities: [N, L].
        thresholds: [L] or one number, from which on a label is given.
    """
    check_same(truth, probabilities)
    known, has = np.asarray(truth) >= 0, np.asarray(truth) > 0
    given = (probabilities >= thresholds) & known
    hits = (given & has).sum(0)
    named = given.sum(0) + (has & known).sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = 2 * hits / named
        micro = 2 * hits.sum() / named.sum()
    areas = [
        average_precision(has[rows, label], probabilities[rows, label])
        for label, rows in enumerate(known.T)
        if (has[:, label] & rows).any()
    ]
    return LabelScores(
        float(np.nanmean(f1)) if (named > 0).any() else float("nan"),
        float(micro),
        float(np.mean(areas)) if areas else float("nan"),
    )
