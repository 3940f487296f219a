"""Pools with a confidence and errors that follow it, made in code."""

import numpy as np


def make_world(seed, *, count=3000, slope=1.0, base=0.0):
    """Confidences [N] in 0.5..1, and whether each prediction is wrong: chance = base + slope x (1 - confidence)."""
    rng = np.random.default_rng(seed)
    confidence = 1 - 0.5 * rng.beta(0.5, 2.5, count)
    return confidence, rng.random(count) < (base + slope * (1 - confidence)).clip(0, 1)
