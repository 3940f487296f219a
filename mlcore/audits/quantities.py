"""How far a model is off on a quantity, as audits tell, and how far people agree on one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit
from scipy.stats import f as fisher

from mlcore.audits.estimates import Values, ratio, weights_of
from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.metrics import Estimate

_LEVEL = 0.95
_NOTHING = Estimate(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Errors:
    """Errors over the whole pool, in units of the quantity, each with its 95 % interval."""

    rmse: Estimate
    mae: Estimate  # mean absolute error
    bias: Estimate  # above 0: the model says too much
    coverage: Estimate  # share of truths that lie inside the model's intervals, 0..1


def quantity_errors(truth: Values, said: Values, low: Values, high: Values, chances: Values) -> Errors:
    """Return how far predictions are off, from audits drawn with known chances.

    Means weigh each audit by one over its chance, with their linearised variance (Saerndal et al. 1992, 5.7) and
    Student's t. Those of squares and of absolute errors are above 0 and skewed: theirs is taken of the logarithm.
    With one audit no interval can be told, so all but the coverage are NaN.

    Args:
        truth: [n], what people say.
        said: [n], what the model says.
        low: [n], lower ends of its intervals.
        high: [n], upper ends.
        chances: [n] with which each was drawn, above 0 and at most 1.

    Raises:
        BadFeatures: no audit, lengths differ, something isn't finite, or a chance is impossible.
    """
    arrays = [np.asarray(each, np.float64) for each in (truth, said, low, high)]
    if len({each.shape for each in arrays}) > 1 or not all(np.isfinite(each).all() for each in arrays):
        raise BadFeatures("Errors need as many finite truths, predictions and interval ends.")
    errors = arrays[1] - arrays[0]
    inside = (arrays[2] <= arrays[0]) & (arrays[0] <= arrays[3])
    squares = _positive(np.square(errors), chances)
    return Errors(
        rmse=Estimate(*(float(np.sqrt(each)) for each in squares)),
        mae=_positive(np.abs(errors), chances),
        bias=_mean(errors, chances),
        coverage=ratio(inside.astype(float), np.ones(len(inside)), chances),
    )


def intraclass_correlation(answers: Sequence[NDArray[np.floating]], *, step: float = 0.0) -> Estimate:
    """Return how far people agree on a quantity, with its 95 % interval: 1 = always the same, 0 = as by chance.

    ICC(1) of the one-way random model, for each sample may have been answered by other people (Shrout and Fleiss
    1979, table 4); with unequal numbers of answers by the mean group size k0 (Donner 1986, section 2.1). What lies
    closer together than a `step` can't be told apart, so the variance within a sample is at least that of rounding.

    Args:
        answers: of each sample what people said, two at the least.
        step: of the scale, in units of the quantity.

    Raises:
        NotEnoughLabels: fewer than two samples were answered twice.
        BadFeatures: an answer isn't finite.
    """
    groups = [np.asarray(each, np.float64) for each in answers if len(each) > 1]
    if len(groups) < 2:
        raise NotEnoughLabels("Two samples must be answered by two people before their agreement can be told.")
    if not all(np.isfinite(each).all() for each in groups):
        raise BadFeatures("Agreement needs finite answers.")
    sizes, means = np.array([len(each) for each in groups]), np.array([each.mean() for each in groups])
    total, freedom = int(sizes.sum()), len(groups) - 1
    usual = (total - np.square(sizes).sum() / total) / freedom
    between = float(sizes @ np.square(means - np.concatenate(groups).mean())) / freedom
    within = sum(float(np.square(each - each.mean()).sum()) for each in groups) / (total - len(groups))
    within = max(within, step**2 / 12)
    if within == 0:
        return Estimate(1.0, 1.0, 1.0) if between > 0 else _NOTHING
    quotient, rest, tail = between / within, total - len(groups), (1 + _LEVEL) / 2
    low, high = quotient / fisher.ppf(tail, freedom, rest), quotient * fisher.ppf(tail, rest, freedom)
    return Estimate(*(float((each - 1) / (each + usual - 1)) for each in (quotient, low, high)))


def _mean(values: Values, chances: Values) -> Estimate:
    level, reach = _level_and_reach(values, chances)
    return Estimate(level, level - reach, level + reach)


def _positive(values: Values, chances: Values) -> Estimate:
    """Return the mean of values that are never below 0."""
    level, reach = _level_and_reach(values, chances)
    if level <= 0:
        return Estimate(level, level, level)
    factor = float(np.exp(reach / level))
    return Estimate(level, level / factor, level * factor)


def _level_and_reach(values: Values, chances: Values) -> tuple[float, float]:
    """Return the weighted mean, and how far its interval reaches."""
    weights, share = weights_of(chances, len(values))
    if len(values) < 2:
        return float("nan"), float("nan")
    level = float(weights @ values)
    variance = len(values) / (len(values) - 1) * float(share @ np.square(weights * (values - level)))
    return level, float(stdtrit(len(values) - 1, (1 + _LEVEL) / 2)) * float(np.sqrt(variance))
