"""Reliability: whether what a model says of its certainty comes true, told by audits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.audits.estimates import Values, ratio
from mlcore.errors import BadFeatures
from mlcore.metrics import Estimate


@dataclass(frozen=True)
class Level:
    """Predictions of like confidence: what the model said and what came true."""

    confidence: float  # mean
    right: Estimate  # share of them
    weight: float  # share of the pool, 0..1
    count: float  # audits; of points in tiles, so many tiles' worth
    clusters: int  # audits, or tiles, that have any


def reliability(
    probabilities: NDArray[np.floating],
    truth: NDArray[np.integer],
    chances: Values,
    *,
    clusters: NDArray[np.integer] | None = None,
    bins: int = 10,
) -> list[Level]:
    """Return the filled bins of equal width of the top probability, lowest first, each with a 95 % interval.

    Args:
        probabilities: [n, K].
        truth: int [n], positions in 0..K-1; -1 for a class that the model does not know.
        chances: [n] with which each audit was drawn.
        clusters: int [n], the tile of each point, equally many in each; None: each audit is its own.
        bins: how many bins divide 0..1.

    Raises:
        BadFeatures: no audit, or lengths differ.
    """
    if probabilities.ndim != 2 or len(probabilities) != len(truth) or not len(truth):
        raise BadFeatures(f"Reliability needs chances [n, K] and n truths, got {probabilities.shape}, {len(truth)}.")
    sure, right = probabilities.max(1), probabilities.argmax(1) == truth
    place = np.minimum((sure * bins).astype(int), bins - 1)
    tiles = np.arange(len(truth)) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    worth = 1 / np.bincount(tiles)[tiles]
    weights = 1 / np.asarray(chances, np.float64)
    levels = []
    for number in np.unique(place):
        here = place == number
        levels.append(
            Level(
                confidence=float(np.average(sure[here], weights=weights[here])),
                right=ratio(
                    right[here].astype(float),
                    np.ones(int(here.sum())),
                    np.asarray(chances)[here],
                    clusters=None if clusters is None else tiles[here],
                ),
                weight=float(weights[here].sum() / weights.sum()),
                count=float(worth[here].sum()),
                clusters=len(np.unique(tiles[here])),
            )
        )
    return levels


def calibration_error(levels: Sequence[Level]) -> float:
    """Return the mean gap between confidence and what came true, 0..1, weighted by the bins' share of the pool."""
    return sum(level.weight * abs(level.confidence - level.right.value) for level in levels)
