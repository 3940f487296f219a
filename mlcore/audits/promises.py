"""Promises on pre-labels: from which confidence on they may be accepted so that errors stay below a bound.

The audits must be drawn uniformly: an audit and a sample of the pool must be exchangeable. For masks the unit is the
tile: what it adds is the area that is accepted and wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from mlcore.errors import BadFeatures, UnknownName

GRID = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # shares of the pool, declared before any audit is seen
CONFIDENCE = 0.9
_FEWEST_OF_CLASS = 30


@dataclass(frozen=True)
class Promise:
    """What may be accepted unseen, and what is promised of it."""

    kind: str  # "average": of the error over many such decisions; "confidence": of this one, in 90 % of cases
    bound: float  # share of errors among the accepted
    threshold: float  # least confidence that is accepted; infinity: none is
    accepted: int
    expected_errors: float  # as the audits show them
    limit: float  # upper 90 % limit of the share of errors among the accepted
    audits: int
    missing: int  # audits to label until something can be accepted, at the least; 0: something is


def promise(
    kind: str, scores: NDArray[np.floating], wrong: NDArray[np.bool_], pool: NDArray[np.floating], *, bound: float
) -> Promise:
    """Return the lowest threshold that keeps a promise.

    Args:
        kind: "average" or "confidence".
        scores: [m] confidence of each audit's prediction; audits are a uniform sample of the pool.
        wrong: [m] whether it was wrong; for masks, the wrong share of a tile's accepted pixels is a loss: `risk`.
        pool: [N] confidence of each sample that waits.
        bound: share of errors that is allowed, above 0 and below 1.

    Raises:
        UnknownName: no such kind of promise.
        BadFeatures: lengths differ, a score isn't finite or a bound isn't a share.
    """
    rules = {"average": _on_average, "confidence": _with_confidence}
    if kind not in rules:
        raise UnknownName("kind of promise", kind, rules)
    given, errors, waiting = np.asarray(scores, np.float64), np.asarray(wrong, bool), np.asarray(pool, np.float64)
    if (
        given.shape != errors.shape
        or not 0 < bound < 1
        or not (np.isfinite(given).all() and np.isfinite(waiting).all())
    ):
        raise BadFeatures("A promise needs as many scores as verdicts, all finite, and a bound between 0 and 1.")
    threshold = rules[kind](given, errors, waiting, bound) if len(given) and len(waiting) else np.inf
    accepted = int(np.count_nonzero(waiting >= threshold))
    inside = given >= threshold
    seen, missed = int(inside.sum()), int((errors & inside).sum())
    return Promise(
        kind,
        bound,
        float(threshold),
        accepted,
        accepted * (missed / seen if seen else 0.0),
        upper_limit(missed, seen),
        len(given),
        0 if accepted else missing_audits(kind, bound, have=len(given)),
    )


def promise_classes(
    kind: str,
    promised: Promise,
    predicted: NDArray[np.integer],
    scores: NDArray[np.floating],
    wrong: NDArray[np.bool_],
    *,
    classes: int,
) -> list[float | None]:
    """Return the upper 90 % limit of errors among the accepted of each class; None: too few audits, not guaranteed."""
    inside = np.asarray(scores) >= promised.threshold
    found: list[float | None] = []
    for code in range(classes):
        own = inside & (np.asarray(predicted) == code)
        enough = np.count_nonzero(own) >= _FEWEST_OF_CLASS
        found.append(upper_limit(int((np.asarray(wrong)[own]).sum()), int(own.sum())) if enough else None)
    return found


def risk(
    losses: NDArray[np.floating], accepted_share: NDArray[np.floating], thresholds: Sequence[float], *, bound: float
) -> float:
    """Return the lowest threshold at which the wrong part of the accepted area stays below the bound on average.

    Conformal risk control (arXiv 2208.02814): a tile's loss is the area that is accepted and wrong, at most 1, and
    falls as the threshold rises, so (sum of losses + 1) / (m + 1) <= bound x accepted share keeps the promise.

    Args:
        losses: [m, T] of m audited tiles at each threshold: accepted and wrong pixels over all pixels.
        accepted_share: [T] of the pool's area at each threshold.
        thresholds: [T], rising.
        bound: share of errors among what is accepted.
    """
    table = np.asarray(losses, np.float64)
    if table.ndim != 2 or table.shape[1] != len(thresholds) or len(accepted_share) != len(thresholds):
        raise BadFeatures("Risk needs the loss of each tile at each threshold, and the share accepted at each.")
    kept = (table.sum(0) + 1) / (len(table) + 1) <= bound * np.asarray(accepted_share)
    broken = np.flatnonzero(~kept)
    first = int(broken[-1]) + 1 if len(broken) else 0  # all above must keep it too
    return float(thresholds[first]) if first < len(thresholds) else float("inf")


def upper_limit(errors: int, count: int, *, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided upper limit of an error rate (Clopper and Pearson 1934)."""
    return 1.0 if errors >= count else float(betaincinv(errors + 1, count - errors, confidence))


def lower_limit(errors: int, count: int, *, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided lower limit of an error rate (Clopper and Pearson 1934)."""
    return 0.0 if errors <= 0 else float(betaincinv(errors, count - errors + 1, 1 - confidence))


def is_broken(errors: int, count: int, *, bound: float, looks: int = 1) -> bool:
    """Return whether audits of accepted labels show that a promise is broken: the lower limit is above the bound.

    Looking again after every few audits would cry wolf sooner or later: at the n-th look 0.1 / (n (n + 1)) of
    wrongly crying is spent, 0.1 in all.
    """
    return lower_limit(errors, count, confidence=1 - (1 - CONFIDENCE) / (looks * (looks + 1))) > bound


def missing_audits(kind: str, bound: float, *, have: int, accepted_share: float = 0.8, error: float = 0.0) -> int:
    """Return how many more audits a promise needs at the least, if so much could be accepted with such an error rate.

    Without any error among them: 1 / (bound x share) - 1 on average, ln(1 / 0.1) / bound of the accepted for 90 %.
    """
    for needed in range(1, 20_001):
        accepted = int(needed * accepted_share)
        errors = round(accepted * error)
        if kind == "average" and (errors + 1) / (needed + 1) <= bound * accepted_share:
            return max(0, needed - have)
        if kind == "confidence" and accepted and upper_limit(errors, accepted) <= bound:
            return max(0, needed - have)
    return 20_000


def audit_share(missing: int, *, ahead: int, base: float = 0.1, most: float = 0.5) -> float:
    """Return the share of the next labels that should be audits, so that a promise's `missing` ones come in time.

    Args:
        missing: audits that the promise still needs.
        ahead: labels that people are likely to make before the owner wants the promise.
        base: share in quiet times.
        most: share that is never passed: training needs labels too.
    """
    return base if ahead <= 0 or missing <= 0 else float(np.clip(missing / ahead, base, most))


def _on_average(
    scores: NDArray[np.float64], wrong: NDArray[np.bool_], pool: NDArray[np.float64], bound: float
) -> float:
    """Conformal risk control of being accepted and wrong, against the share that is accepted."""
    falling = np.sort(pool)[::-1]
    ends = np.flatnonzero(np.append(falling[1:] < falling[:-1], True))  # the last of each tie
    errors = np.sort(scores[wrong])[::-1]
    above = np.searchsorted(-errors, -falling[ends], side="right")
    kept = (above + 1) / (len(scores) + 1) <= bound * (ends + 1) / len(pool)
    return float(falling[ends[np.flatnonzero(kept)[-1]]]) if kept.any() else float("inf")


def _with_confidence(
    scores: NDArray[np.float64], wrong: NDArray[np.bool_], pool: NDArray[np.float64], bound: float
) -> float:
    """Fixed-sequence testing on the grid, from little accepted to all, up to the first that fails (arXiv 2110.01052).

    Where so few audits lie inside that not even none wrong would do, nothing is tested: that looks at no label.
    """
    found = float("inf")
    for share in GRID:
        threshold = float(np.quantile(pool, 1 - share, method="higher"))
        inside = scores >= threshold
        if upper_limit(0, int(inside.sum())) > bound:
            continue
        if upper_limit(int((wrong & inside).sum()), int(inside.sum())) > bound:
            break
        found = threshold
    return found
