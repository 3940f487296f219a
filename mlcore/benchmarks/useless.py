"""A block that says nothing, added to features: it should cost nothing."""

from collections.abc import Sequence

import numpy as np

from mlcore.benchmarks.learners import Features

USELESS = ("noise", "stranger")


def with_useless(
    features: Features, blocks: Sequence[slice], how: str, seed: int
) -> tuple[Features, tuple[slice, ...]]:
    """Return features [N, 2 d] and blocks with one more, as wide as all others together.

    Args:
        features: [N, d].
        blocks: of their columns.
        how: 'noise' draws numbers; 'stranger' gives each place what was measured at another, as a sensor would that
            looks elsewhere: it has the spread and the ties of real features.
        seed: of the draw.
    """
    rng = np.random.default_rng(seed)
    spread = features.std(0) + 1e-6
    added = (
        rng.normal(features.mean(0), spread, features.shape)
        if how == "noise"
        else features[rng.permutation(len(features))]
    )
    width = features.shape[1]
    return np.concatenate([features, added.astype(np.float32)], 1), (*blocks, slice(width, 2 * width))
