"""Speckle: the grain of radar, smoothed where nothing but grain is (Lee 1980)."""

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

REACH = 2  # px around one that are looked at
_WINDOW = 2 * REACH + 1
_EVEN = 40  # per cent of windows, in which there is nothing but grain


def lee(power: Plane, mask: NDArray[np.bool_]) -> Plane:
    """Return linear power [H, W] without most of its grain; edges and bright points stay.

    How strong the grain is, is taken from the picture: the windows that vary least hold nothing else.
    """
    from scipy.ndimage import uniform_filter  # slow to load, and few pictures need it

    weight = uniform_filter(mask.astype(np.float32), _WINDOW, mode="nearest")
    inside = np.where(mask, power, 0).astype(np.float64)
    share = np.maximum(weight, 1e-6)
    mean = uniform_filter(inside, _WINDOW, mode="nearest") / share
    variance = np.maximum(uniform_filter(inside**2, _WINDOW, mode="nearest") / share - mean**2, 0)
    relative = variance / np.maximum(mean, 1e-20) ** 2
    grain = float(np.percentile(relative[mask], _EVEN)) if mask.any() else 0.0
    kept = np.clip(1 - grain / np.maximum(relative, 1e-20), 0, 1)
    return np.where(mask, mean + kept * (inside - mean), 0).astype(np.float32)
