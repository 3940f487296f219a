"""Estimates from audits, for the whole pool and with intervals that hold for few audits too."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from mlcore.errors import BadFeatures
from mlcore.metrics import Estimate, wilson_interval

_PRIOR = 3.0  # observed errors that weigh as much as the variance that theory expects
_COMMON = 0.25  # of an expected error rate is the same for sure and unsure samples: confidences may lie
_LEVEL = 0.95

Values = NDArray[np.floating]
Rate = TypeVar("Rate", float, Values)


def accuracy(
    correct: Values | NDArray[np.bool_],
    chances: Values,
    *,
    confidence: Values | None = None,
    pool_confidence: Values | None = None,
) -> Estimate:
    """Return the pool's accuracy with its 95 % interval, from audits drawn with known chances.

    With confidences, errors are regressed on 1 - confidence and the pool's mean closes the gap that chance left
    (the generalised regression estimator, Saerndal et al. 1992). The interval is Wilson's with the effective
    sample size that the estimated variance implies; while few errors are seen, that variance leans on what the
    error rate and the confidences make one expect.

    Args:
        correct: [n] 0 or 1.
        chances: [n] with which each was drawn, above 0 and at most 1.
        confidence: [n] of the audits' predictions.
        pool_confidence: [N] of the whole pool's predictions.

    Raises:
        BadFeatures: no audit, lengths differ, or a chance is impossible.
    """
    errors, weights, share = 1 - np.asarray(correct, np.float64), *weights_of(chances, len(correct))
    level = float(weights @ errors)
    residuals: Values = errors - level
    expected, spent = np.full(len(errors), level), 1
    if confidence is not None and pool_confidence is not None and len(errors) > 2:
        doubt, pool = 1 - np.asarray(confidence, np.float64), 1 - np.asarray(pool_confidence, np.float64)
        fit = _regressed(errors, doubt, weights)
        residuals, spent = errors - fit[0] - fit[1] * doubt, 2
        level = float(np.clip(fit[0] + fit[1] * pool.mean(), 0, 1))
        expected = expected_errors(doubt, level, of=float(weights @ doubt))
    variance = leaning(
        len(errors) / max(1, len(errors) - spent) * float(share @ np.square(weights * residuals)),
        float(share @ (np.square(weights) * smoothed(expected, len(errors)))),
        seen=float(min(errors.sum(), len(errors) - errors.sum())),
    )
    wrong = interval(level, variance, len(errors) - 1, len(errors))
    return Estimate(1 - wrong.value, 1 - wrong.high, 1 - wrong.low)


def ratio(
    parts: Values,
    wholes: Values,
    chances: Values,
    *,
    clusters: NDArray[np.integer] | None = None,
) -> Estimate:
    """Return sum(parts) / sum(wholes) over the pool with its 95 % interval, from audits drawn with known chances.

    The ratio estimator with its linearised variance (Cochran 1977, 6.3), of totals of clusters where audits come
    in clusters, such as points in tiles: then the cluster is the statistical unit.

    Args:
        parts: [n], 0 <= part <= whole.
        wholes: [n].
        chances: [n] with which each was drawn.
        clusters: int [n], such as the tile of each point; None: each audit is its own.

    Raises:
        BadFeatures: no audit, lengths differ, or a chance is impossible.
    """
    weights, share = weights_of(chances, len(parts))
    part, whole = np.asarray(parts, np.float64), np.asarray(wholes, np.float64)
    total = float(weights @ whole)
    if not total:
        return Estimate(float("nan"), 0.0, 1.0)
    level = float(weights @ part) / total
    pulls = weights * (part - level * whole) / total
    sizes = weights * whole / total
    right, wrong = part > 0, part < whole
    if clusters is None:
        units, pulls = int(np.count_nonzero(whole)), pulls * np.sqrt(share)
    else:
        _, member = np.unique(clusters, return_inverse=True)
        pulls, sizes = np.bincount(member, pulls).astype(float), np.bincount(member, sizes).astype(float)
        right, wrong = np.bincount(member, right) > 0, np.bincount(member, wrong) > 0  # a tile's errors are one event
        units = int(np.count_nonzero(sizes))
    plain = units * float(np.square(sizes).sum())  # 1 where all units weigh alike
    variance = leaning(
        units / max(1, units - 1) * float(np.square(pulls).sum()),
        smoothed(level, units) * plain / units,
        seen=float(min(np.count_nonzero(right), np.count_nonzero(wrong))),
    )
    return interval(level, variance, units - 1, units)


def f1_scores(
    truth: NDArray[np.integer],
    predicted: NDArray[np.integer],
    chances: Values,
    *,
    classes: int,
    clusters: NDArray[np.integer] | None = None,
) -> list[Estimate]:
    """Return each class's F1 over the pool with its 95 % interval; NaN where audits hold nothing of a class.

    F1 = 2 TP / (2 TP + FP + FN) is a ratio of two totals.
    """
    return _overlaps(truth, predicted, chances, classes, clusters, shared=2)


def iou_scores(
    truth: NDArray[np.integer],
    predicted: NDArray[np.integer],
    chances: Values,
    *,
    classes: int,
    clusters: NDArray[np.integer] | None = None,
) -> list[Estimate]:
    """Return each class's intersection over union over the pool with its 95 % interval, as `f1_scores` does."""
    return _overlaps(truth, predicted, chances, classes, clusters, shared=1)


def _overlaps(
    truth: NDArray[np.integer],
    predicted: NDArray[np.integer],
    chances: Values,
    classes: int,
    clusters: NDArray[np.integer] | None,
    *,
    shared: int,
) -> list[Estimate]:
    """Return what is of a class and named so, counted `shared` times, by all that is either, counted alike."""
    estimates = []
    for code in range(classes):
        is_it, said = np.asarray(truth) == code, np.asarray(predicted) == code
        kept = is_it | said
        if not kept.any():
            estimates.append(Estimate(float("nan"), 0.0, 1.0))
            continue
        both = shared * (is_it & said)[kept].astype(float)
        of = None if clusters is None else np.asarray(clusters)[kept]
        estimates.append(ratio(both, np.maximum(both, 1.0), np.asarray(chances)[kept], clusters=of))
    return estimates


def weights_of(chances: Values, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights that sum to 1, and how much of each audit's variance is left: what is drawn for sure has none."""
    drawn = np.asarray(chances, np.float64)
    if not count or drawn.shape != (count,):
        raise BadFeatures(f"An estimate needs audits and the chance of each, got {count} and {drawn.shape}.")
    if not ((drawn > 0) & (drawn <= 1)).all():
        raise BadFeatures("The chance of an audit must be above 0 and at most 1.")
    weights: NDArray[np.float64] = (1 / drawn) / (1 / drawn).sum()
    return weights, 1 - drawn


def _regressed(errors: Values, doubt: Values, weights: Values) -> NDArray[np.float64]:
    """Return intercept and slope of the weighted regression of errors on doubt."""
    design = np.stack([np.ones(len(doubt)), doubt], 1)
    pulled = (design * weights[:, None]).T
    return np.asarray(np.linalg.solve(pulled @ design + np.diag([0, 1e-8]), pulled @ errors), np.float64)


def expected_errors(doubt: Values, level: float, *, of: float) -> Values:
    """Return the error rate expected of each sample: for a quarter the common one, else in proportion to its doubt.

    Args:
        doubt: [n], 1 - confidence.
        level: the error rate.
        of: the doubt that has this rate: its mean.
    """
    rates: Values = _COMMON * level + (1 - _COMMON) * doubt * level / max(of, 1e-9)
    return rates.clip(0, 1)


def smoothed(level: Rate, count: float) -> Rate:
    """Return the variance of a share, never 0: one success and one failure are added (Laplace)."""
    rate = (level * count + 1) / (count + 2)
    return rate * (1 - rate)


def leaning(observed: float, expected: float, *, seen: float) -> float:
    """Return a variance between the observed and the expected one: near the latter while few errors are `seen`."""
    return (seen * observed + _PRIOR * expected) / (seen + _PRIOR)


def interval(level: float, variance: float, freedom: int, count: float) -> Estimate:
    """Return a share with Wilson's 95 % interval for a sample of the size that would have this variance."""
    if variance <= 0:
        return Estimate(level, level, level)  # all were drawn: nothing is left to chance
    effective = max(1.0, smoothed(level, count) / variance)
    wilson = wilson_interval(level * effective, effective, z=float(stdtrit(max(1, freedom), (1 + _LEVEL) / 2)))
    return Estimate(level, wilson.low, wilson.high)
