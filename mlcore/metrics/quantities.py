"""Metrics of quantities: how far off, how much is explained, and how often an interval holds the truth."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlcore.metrics.shares import check_same


class QuantityScores(NamedTuple):
    """Errors in the units of the quantity."""

    rmse: float
    mean_absolute_error: float
    explained: float  # R²: 1 is perfect, 0 is the mean of the truth


def quantity_scores(truth: NDArray[np.floating], said: NDArray[np.floating]) -> QuantityScores:
    """Score predictions [N] of a quantity [N]; R² is NaN where the truth never varies."""
    check_same(truth, said)
    errors = np.asarray(said, np.float64) - truth
    varies = float(np.var(truth))
    explained = 1 - float(np.mean(errors**2)) / varies if varies > 0 else float("nan")
    return QuantityScores(float(np.sqrt(np.mean(errors**2))), float(np.abs(errors).mean()), explained)
