"""Shares with their intervals, from a random sample or from one drawn with known probabilities."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures

_Z95 = 1.959964


class Estimate(NamedTuple):
    """A share, 0..1, with its 95 % interval."""

    value: float
    low: float
    high: float


def wilson_interval(successes: float, count: float, *, z: float = _Z95) -> Estimate:
    """Return a share with its Wilson interval (Wilson 1927), which holds for few and for extreme shares.

    Args:
        successes: 0..count; may be fractional for weighted samples.
        count: sample size, or effective sample size.
        z: standard normal quantile; 1.96 gives 95 %.
    """
    if count <= 0:
        return Estimate(float("nan"), 0.0, 1.0)
    share = successes / count
    scale = 1 + z * z / count
    centre = (share + z * z / (2 * count)) / scale
    half = z / scale * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    # The interval of an all-or-none sample touches its share, which rounding may miss.
    return Estimate(share, float(min(share, max(0.0, centre - half))), float(max(share, min(1.0, centre + half))))


def check_same(first: NDArray[np.generic], second: NDArray[np.generic]) -> None:
    """Refuse arrays of different shapes, and empty ones.

    Raises:
        BadFeatures: they are.
    """
    if np.shape(first) != np.shape(second) or not np.size(first):
        raise BadFeatures(
            f"Need two arrays of one length that aren't empty, got {np.shape(first)} and {np.shape(second)}."
        )
