"""Metrics of classes: one label a sample or a pixel."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.metrics.shares import check_same


def confusion(
    truth: NDArray[np.integer],
    predicted: NDArray[np.integer],
    classes: int,
    *,
    weights: NDArray[np.floating] | None = None,
) -> NDArray[Any]:
    """Return counts [classes, classes]: row = truth, column = prediction; labels are positions in 0..classes-1.

    With weights, such as a tile's share for each of its points, they are sums of those instead of whole numbers.
    """
    check_same(truth, predicted)
    pairs = np.asarray(truth, np.int64) * classes + np.asarray(predicted, np.int64)
    shares = None if weights is None else np.asarray(weights, np.float64).ravel()
    return np.bincount(pairs.ravel(), shares, minlength=classes * classes).reshape(classes, classes)


def accuracy(truth: NDArray[np.integer], predicted: NDArray[np.integer]) -> float:
    """Return the share of predictions that are right, 0..1."""
    check_same(truth, predicted)
    return float(np.mean(np.asarray(truth) == np.asarray(predicted)))


def f1_scores(matrix: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return F1 of each class from a confusion matrix; NaN where a class is neither there nor predicted."""
    return _ratio(2 * matrix.diagonal(), matrix.sum(0) + matrix.sum(1))


def macro_f1(truth: NDArray[np.integer], predicted: NDArray[np.integer], classes: int) -> float:
    """Return the mean F1 of the classes that are there or predicted."""
    return float(np.nanmean(f1_scores(confusion(truth, predicted, classes))))


def intersection_over_union(matrix: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return intersection over union of each class; NaN where a class is neither there nor predicted."""
    return _ratio(matrix.diagonal(), matrix.sum(0) + matrix.sum(1) - matrix.diagonal())


def _ratio(part: NDArray[np.integer], whole: NDArray[np.integer]) -> NDArray[np.float64]:
    ratios: NDArray[np.float64] = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return ratios
