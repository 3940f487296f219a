"""Chances that an estimate lies near the truth, by how far off the head was on rows that a fold hadn't seen."""

import numpy as np
from numpy.typing import NDArray

from mlcore.heads.regression.head import Estimates, RegressionHead

Floats = NDArray[np.float64]
_LEAST_SIDE = 0.05  # of the interval's width: a mean in units of the targets may lie at the edge of a skewed one


def chance_within(head: RegressionHead, said: Estimates, distance: float | Floats, *, coverage: float = 0.9) -> Floats:
    """Return the chance [N], 0..1, that each truth lies within a distance of the estimate.

    An interval is a quantile of the held-out errors, in units of the error that is expected of the row; so the
    interval tells that unit, and the held-out errors tell how many of them stay within the distance (split conformal
    prediction read the other way round: Vovk et al. 2020, conformal predictive distributions). Above and below the
    estimate the unit may differ.

    Args:
        head: that made the estimates.
        said: its estimates of N rows.
        distance: in units of the targets, one for all or [N].
        coverage: of the intervals in `said`.
    """
    sizes = np.sort(head.models[0].scores.sizes)
    unit = max(float(sizes[min(int(np.ceil(coverage * (len(sizes) + 1))), len(sizes)) - 1]), 1e-12)
    least = np.maximum(_LEAST_SIDE * (said.high - said.low), 1e-12)
    sides = [np.maximum(side, least) / unit for side in (said.high - said.value, said.value - said.low)]
    chances: Floats = np.mean([_share_below(np.asarray(distance) / side, sizes) for side in sides], axis=0)
    return chances


def _share_below(values: Floats, sizes: Floats) -> Floats:
    """Return the share of held-out errors below each value: rising everywhere, so that rows keep an order."""
    count = len(sizes)
    steps = np.arange(count + 1) / (count + 1)
    inside = np.interp(values, np.concatenate([[0.0], sizes]), steps)
    beyond = 1 - float(sizes[-1]) / np.maximum(values, 1e-12) / (count + 1)
    shares: Floats = np.where(values > sizes[-1], beyond, inside)
    return shares
