"""Agreement between people, beyond what chance would give."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.metrics import Estimate

_RESAMPLES = 1000
_LEVEL = 0.95
_NOBODY_TWICE = "Nobody has answered the same sample twice yet; ask for double labels first."


def krippendorff_alpha(labels: NDArray[np.integer]) -> float:
    """Return Krippendorff's alpha for classes: 1 = always agree, 0 = as by chance, below = less than that.

    Computing Krippendorff's Alpha-Reliability (Krippendorff 2011), nominal, with missing answers.

    Args:
        labels: int [people, samples], -1 where somebody said nothing.

    Raises:
        NotEnoughLabels: no sample has two answers.
    """
    classes = int(np.asarray(labels).max(initial=0)) + 1
    table, samples = _coincidences(labels, classes)
    if not samples:
        raise NotEnoughLabels(_NOBODY_TWICE)
    return float(_alphas(table))


def coincidence_tables(units: Sequence[NDArray[np.integer]], *, classes: int) -> NDArray[np.float64]:
    """Return how often which answers meet in each unit, [T, K, K]; units without a double answer are left out.

    A unit is what answers are drawn by: a sample, or a tile with its pixels, which weigh as much as one sample.

    Args:
        units: of each, int [people, samples], -1 where somebody said nothing.
        classes: K.
    """
    pairs = [_coincidences(unit, classes) for unit in units]
    tables = [table / samples for table, samples in pairs if samples]
    return np.stack(tables) if tables else np.zeros((0, classes, classes))


def alpha(tables: NDArray[np.float64], *, seed: int = 0) -> Estimate:
    """Return Krippendorff's alpha of coincidences [T, K, K] with its 95 % interval, the unit drawn anew.

    Units are resampled (Hayes and Krippendorff 2007); for the lower end with one more among them that agrees as by
    chance: a handful of units without a difference must not prove that there are none.

    Raises:
        NotEnoughLabels: no unit has two answers.
    """
    if not len(tables):
        raise NotEnoughLabels(_NOBODY_TWICE)
    total = tables.sum(0)
    level, shares = float(_alphas(total)), total.sum(1) / total.sum()
    by_chance = np.outer(shares, shares) * total.sum() / len(tables)
    low = np.quantile(_resampled(np.concatenate([tables, by_chance[None]]), seed), (1 - _LEVEL) / 2)
    high = np.quantile(_resampled(tables, seed), (1 + _LEVEL) / 2)
    return Estimate(level, min(level, float(low)), max(level, float(high)))


def _resampled(tables: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return alpha of as many units drawn with replacement, again and again."""
    count = len(tables)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), _RESAMPLES)
    return _alphas((drawn @ tables.reshape(count, -1)).reshape(-1, *tables.shape[1:]))


def alphas_of_classes(tables: NDArray[np.float64], *, seed: int = 0) -> list[Estimate]:
    """Return alpha of each class against the rest; NaN for a class that nobody said."""
    estimates = []
    for code in range(tables.shape[1]):
        own, said = tables[:, code, code], tables[:, code].sum(1)
        rest = tables.sum((1, 2)) - 2 * said + own
        binary = np.stack([own, said - own, said - own, rest], 1).reshape(-1, 2, 2)
        estimates.append(alpha(binary, seed=seed) if said.any() else Estimate(float("nan"), -1.0, 1.0))
    return estimates


def _alphas(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return alpha of each table of coincidences [..., K, K]; 1 where one class alone was ever said."""
    totals = tables.sum(-1)
    pairs = totals.sum(-1)
    by_chance = pairs**2 - np.square(totals).sum(-1)
    apart = (pairs - 1).clip(0) * (pairs - np.trace(tables, axis1=-2, axis2=-1))
    varied = by_chance > 1e-9 * pairs**2
    alphas: NDArray[np.float64] = np.where(varied, 1 - apart / np.where(varied, by_chance, 1), 1.0)
    return alphas


def _coincidences(labels: NDArray[np.integer], classes: int) -> tuple[NDArray[np.float64], int]:
    """Return coincidences [K, K], and of how many samples with two answers or more."""
    answers = np.asarray(labels)
    if answers.ndim != 2 or answers.max(initial=-1) >= classes:
        raise BadFeatures(f"Agreement needs answers [people, samples] below {classes}, got {answers.shape}.")
    counts = np.stack([(answers == code).sum(0) for code in range(classes)], 1).astype(float)  # [samples, K]
    said = counts.sum(1)
    counts, said = counts[said >= 2], said[said >= 2]
    scaled = counts / (said - 1)[:, None]
    table: NDArray[np.float64] = scaled.T @ counts - np.diag(scaled.sum(0))
    return table, len(counts)
