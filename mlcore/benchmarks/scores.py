"""Scores of predictions, as plain numbers by name; shares are 0..1."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from mlcore import metrics
from mlcore.benchmarks.datasets.dataset import Task


def scored(task: Task, truth: NDArray[Any], predicted: NDArray[Any]) -> dict[str, float]:
    """Return the scores of predictions for a task, by name.

    Classes and change: accuracy, macro_f1, balanced (mean recall; chance is one by the number of classes), chance.
    Labels: mean_ap over the labels that the test has, and its chance. Amounts: rmse, mae, and rmse of the mean.
    """
    match task:
        case Task.CLASSES | Task.CHANGE:
            return _single(truth, predicted)
        case Task.TAGS:
            there = truth.any(0) & ~truth.all(0)
            return {
                "mean_ap": float(average_precision_score(truth[:, there], predicted[:, there], average="macro")),
                "chance": float(truth[:, there].mean()),
            }
        case Task.AMOUNT:
            off = predicted - truth
            return {
                "rmse": float(np.sqrt(np.mean(off**2))),
                "mae": float(np.abs(off).mean()),
                "chance": float(truth.std()),
            }


def _single(truth: NDArray[Any], predicted: NDArray[Any]) -> dict[str, float]:
    classes, codes = np.unique(np.concatenate([truth, predicted]), return_inverse=True)
    known, told = codes[: len(truth)], codes[len(truth) :]
    counts = metrics.confusion(known, told, len(classes))
    there = counts.sum(1) > 0
    return {
        "accuracy": metrics.accuracy(known, told),
        "macro_f1": metrics.macro_f1(known, told, len(classes)),
        "balanced": float((counts.diagonal()[there] / counts.sum(1)[there]).mean()),
        "chance": float(1 / there.sum()),
    }


def better_is_higher(metric: str) -> bool:
    """Return whether more of a score is better."""
    return metric not in ("rmse", "mae")
