"""Between: what the pixels of two dates of one sensor say of change, before any encoder."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.samples import Chip

_LEVELS = (0.1, 0.5, 0.9, 0.98)
BETWEEN = 2 * len(_LEVELS) + 3
_FEWEST = 16  # pixels that both dates show
_TINY = 1e-6


def pixels_between(earlier: Sequence[Chip], later: Sequence[Chip]) -> NDArray[np.float32]:
    """Return how far the pixels of two dates are apart, float32 [BETWEEN]; zeros where no sensor shows both.

    Lengths of the change vectors (Malila 1980) in units of each band's spread, how unlike they are, correlation of
    the bands, and angles between the spectra (Kruse 1993). None depends on how many bands there are.
    """
    for one in earlier:
        for other in later:
            if one.sensor.code == other.sensor.code and one.pixels.shape == other.pixels.shape:
                seen = one.mask & other.mask
                if seen.sum() >= _FEWEST:
                    return _apart(one.pixels[:, seen].astype(np.float64), other.pixels[:, seen].astype(np.float64))
    return np.zeros(BETWEEN, np.float32)


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the figures of pixels [bands, n] of two dates."""
    spread = np.concatenate([one, other], axis=1).std(axis=1, keepdims=True)
    told = spread[:, 0] > _TINY
    if not told.any():
        return np.zeros(BETWEEN, np.float32)
    lengths = np.sqrt(np.square((other - one)[told] / spread[told]).mean(axis=0))
    alike = _correlations(one[told], other[told])
    norms = np.sqrt(np.square(one).sum(0) * np.square(other).sum(0))
    angles = np.arccos(np.clip((one * other).sum(0) / np.maximum(norms, _TINY), -1, 1))
    logs = np.log1p([*np.quantile(lengths, _LEVELS), lengths.std()])
    return np.array([*logs, alike.mean(), alike.min(), *np.quantile(angles, _LEVELS)], np.float32)


def _correlations(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the correlation of each band; 0 where a date is of one value."""
    first, second = (values - values.mean(axis=1, keepdims=True) for values in (one, other))
    norms = np.sqrt(np.square(first).sum(1) * np.square(second).sum(1))
    return np.where(norms > _TINY, (first * second).sum(1) / np.maximum(norms, _TINY), 0.0)
