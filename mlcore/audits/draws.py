"""Drawing audits: with which chance each sample is taken, and the draw itself."""

import numpy as np
from numpy.typing import NDArray

from mlcore.audits.estimates import expected_errors, smoothed
from mlcore.errors import BadFeatures

Chances = NDArray[np.float64]  # [N], 0..1; their sum is the number of samples drawn


def uniform_chances(count: int, size: int) -> Chances:
    """Return the same chance for each of `count` samples, `size` of which are drawn."""
    _check(count, size)
    return np.full(count, size / count if count else 0.0)


def weighted_chances(confidence: NDArray[np.floating], size: int, *, audits: int = 0) -> Chances:
    """Return chances that are higher where the model is less sure.

    They are in proportion to the standard deviation with which the estimate of accuracy will reckon for each sample
    (Neyman 1934; active testing, arXiv 2103.05331), so that weighting doesn't widen its interval where there is
    hardly an error to find. A confidence that lies can at worst about double the variance.

    Args:
        confidence: [N], the calibrated probability of the predicted class.
        size: how many are drawn.
        audits: how many there are already, on which the estimate will rest as well.
    """
    _check(len(confidence), size)
    doubt = 1 - np.asarray(confidence, np.float64)
    if not ((doubt >= 0) & (doubt <= 1)).all():
        raise BadFeatures("A confidence must lie between 0 and 1.")
    if not len(doubt):
        return uniform_chances(0, size)
    level = float(doubt.mean())
    return _summing_to(np.sqrt(smoothed(expected_errors(doubt, level, of=level), audits + size)), size)


def stratified_chances(strata: NDArray[np.integer], size: int, *, fewest: int = 0) -> Chances:
    """Return chances in proportion to the strata's sizes, but with `fewest` draws from each that has so many.

    Args:
        strata: int [N], the stratum of each sample: a scene, a region, a predicted class.
        size: how many are drawn.
        fewest: from each stratum, where the size allows.
    """
    _check(len(strata), size)
    _, member, counts = np.unique(strata, return_inverse=True, return_counts=True)
    floor = np.minimum(counts, min(fewest, size // max(1, len(counts))))
    rest = counts - floor
    wanted = floor + (size - floor.sum()) * rest / max(1, rest.sum())
    chances: Chances = (wanted / counts)[member]
    return chances


def draw(chances: Chances, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return distinct rows, each drawn with exactly its chance: systematic sampling in random order (Madow 1949)."""
    order = rng.permutation(len(chances))
    sums = np.cumsum(chances[order])
    size = round(float(sums[-1])) if len(sums) else 0
    steps = (rng.random() + np.arange(size)) * (sums[-1] / size if size else 1)
    rows: NDArray[np.int64] = np.sort(order[np.searchsorted(sums, steps, side="right").clip(0, len(order) - 1)])
    return rows


def _summing_to(weights: NDArray[np.float64], size: int) -> Chances:
    """Return chances in proportion to the weights, those that would exceed 1 set to 1."""
    sure = np.zeros(len(weights), bool)
    while True:
        rest = weights[~sure].sum()
        chances = np.where(sure, 1.0, weights * ((size - sure.sum()) / rest if rest else 0))
        if not (chances[~sure] > 1).any():
            return np.minimum(chances, 1.0)
        sure |= chances > 1


def _check(count: int, size: int) -> None:
    if not 0 <= size <= count:
        raise BadFeatures(f"Cannot draw {size} audits from {count} samples; draw {count} at most.")
