"""Promises on pre-labels: from which confidence on they may be accepted so that errors stay below a bound.

The surest share of the pool is tested first, then more and more of it, up to the first share whose audits show more
errors than the bound (fixed-sequence testing, arXiv 2110.01052; risk control at any time: arXiv 2406.10490). The walk
may begin at a few shares that were declared beforehand, each with its part of the allowed chance of a wrong step; what
a passed share had is handed on to the next (the fallback procedure, Wiens 2003). Each test is a bet that stays fair
however often one looks (`betting`), and asks for the order of confidences only: it need not be honest.

The audits must be drawn uniformly: an audit and a sample of the pool must be exchangeable. A loss between 0 and 1 says
how wrong a prediction is, whatever kind of label it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.audits.betting import PARTS, STAKES, Floats, fewest_right, growth, money, upper_limit
from mlcore.errors import BadFeatures, UnknownName

SHARES = np.arange(4, 21) / 20  # of the pool, the surest first; declared before any audit is seen
STARTS = {0.2: 0.35, 0.4: 0.35, 0.8: 0.3}  # where the walk may begin, with the part of the chance that is spent there
FEWEST = 20  # audits inside what is accepted
_FEWEST_OF_CLASS = 30
_MOST = 2000  # audits ahead that are foreseen
_PARTS_OF_STARTS = np.array([STARTS.get(round(float(share), 2), 0.0) for share in SHARES])


@dataclass(frozen=True)
class Rule:
    """How strict the tests behind a promise are."""

    chance: float  # that the walk goes too far, over all looks together
    tightness: float  # of the bound, that is tested: the rest is for the cases in which it goes too far


RULES = {"average": Rule(0.3, 0.85), "confidence": Rule(0.1, 1.0)}


@dataclass(frozen=True)
class Promise:
    """What may be accepted unseen, and what is promised of it."""

    kind: str  # "average": of the share of errors over all decisions; "confidence": of each, in 90 % of them
    bound: float  # share of errors among the accepted
    threshold: float  # least confidence that is accepted; infinity: none is
    accepted: int
    expected_errors: float  # as the audits inside what is accepted show them
    limit: float  # upper 90 % limit of the share of errors among the accepted
    audits: int
    missing: int  # audits to label until something can be accepted, if they come out as those so far; 0: something is
    inside: int = 0  # audits inside what is accepted
    lost: float = 0.0  # the sum of their losses


def promise(
    kind: str,
    scores: NDArray[np.floating],
    losses: NDArray[np.floating] | NDArray[np.bool_],
    pool: NDArray[np.floating],
    *,
    bound: float,
) -> Promise:
    """Return the lowest threshold that keeps a promise.

    Args:
        kind: "average" or "confidence".
        scores: [m] confidence of each audit's prediction; audits are a uniform sample of the pool.
        losses: [m] how wrong it was, 0 to 1.
        pool: [N] confidence of each sample that waits.
        bound: share of errors that is allowed, above 0 and below 1.

    Raises:
        UnknownName: no such kind of promise.
        BadFeatures: lengths differ, a score isn't finite, a loss or a bound isn't a share.
    """
    _rule(kind)
    given, errors, waiting = (np.asarray(values, np.float64) for values in (scores, losses, pool))
    if given.shape != errors.shape or not np.isfinite(given).all() or not np.isfinite(waiting).all():
        raise BadFeatures("A promise needs as many scores as losses, all finite.")
    levels = levels_of(waiting)
    last = (
        int(furthest(kind, given, errors, levels, bound=bound, every=len(given))[0])
        if len(given) and len(levels)
        else -1
    )
    threshold = float(levels[last]) if last >= 0 else float("inf")
    accepted, inside = int(np.count_nonzero(waiting >= threshold)), given >= threshold
    seen, lost = int(inside.sum()), float(errors[inside].sum())
    limit = upper_limit(errors[inside])
    missing = 0 if accepted else _missing(kind, given, errors, levels, bound)
    expected = accepted * lost / seen if seen else 0.0
    return Promise(kind, bound, threshold, accepted, expected, limit, len(given), missing, seen, lost)


def constants() -> list[list[float]]:
    """Return the numbers that make the rule: figures of another rule are not this one's."""
    rules = [number for rule in RULES.values() for number in (rule.chance, rule.tightness)]
    starts = [number for start in STARTS.items() for number in start]
    return [SHARES.tolist(), starts, rules, [FEWEST], STAKES.tolist(), PARTS.tolist()]


def levels_of(pool: NDArray[np.floating]) -> Floats:
    """Return the least confidence of each share of a pool [N] that is tested; none of an empty pool."""
    return np.quantile(np.asarray(pool, np.float64), 1 - SHARES, method="higher") if len(pool) else np.zeros(0)


def furthest(
    kind: str, scores: Floats, losses: Floats, levels: Floats, *, bound: float, every: int = 1
) -> NDArray[np.int64]:
    """Return up to which of the levels one may accept, -1: none, after each `every` audits of those given in order."""
    rule, looks = _rule(kind), slice(every - 1, None, every)
    inside = (scores[:, None] >= levels).astype(np.float64)
    stakes = growth(losses, bound * rule.tightness).T
    grown = np.stack([(inside * each[:, None]).cumsum(0)[looks] for each in stakes], axis=-1)
    return _walk(rule, grown, inside.cumsum(0)[looks], (inside * losses[:, None]).cumsum(0)[looks], bound)


def _rule(kind: str) -> Rule:
    if kind not in RULES:
        raise UnknownName("kind of promise", kind, RULES)
    return RULES[kind]


def _walk(rule: Rule, grown: Floats, seen: Floats, lost: Floats, bound: float) -> NDArray[np.int64]:
    """Return the last share that is reached [...]: money on stakes [..., shares, S], audits and losses inside each."""
    evidence = money(grown)
    failing = (seen >= FEWEST) & (lost > bound * seen)
    chance, last = np.zeros(evidence.shape[:-1]), np.full(evidence.shape[:-1], -1)
    walking = np.ones(evidence.shape[:-1], bool)
    for at, part in enumerate(_PARTS_OF_STARTS):
        walking &= ~failing[..., at]
        chance = chance + rule.chance * part
        with np.errstate(divide="ignore"):
            proven = evidence[..., at] >= -np.log(chance)
        passed = walking & proven & (seen[..., at] >= FEWEST)
        last[passed] = at
        chance = np.where(passed, chance, 0.0)
    return last


def promise_classes(
    promised: Promise,
    predicted: NDArray[np.integer],
    scores: NDArray[np.floating],
    losses: NDArray[np.floating],
    *,
    classes: int,
) -> list[float | None]:
    """Return the upper 90 % limit of errors among the accepted of each class; None: too few audits, not guaranteed."""
    inside = np.asarray(scores) >= promised.threshold
    limits: list[float | None] = []
    for code in range(classes):
        own = np.asarray(losses, np.float64)[inside & (np.asarray(predicted) == code)]
        limits.append(upper_limit(own) if len(own) >= _FEWEST_OF_CLASS else None)
    return limits


def least_audits(kind: str, bound: float) -> int:
    """Return with how many audits a promise can be given at the least: none is wrong, and nearly all is accepted."""
    rule = _rule(kind)
    return min(
        int(np.ceil(max(FEWEST, fewest_right(bound * rule.tightness, chance=rule.chance * part)) / share))
        for share, part in STARTS.items()
    )


def missing_audits(kind: str, bound: float, *, have: int) -> int:
    """Return how many more audits a promise needs at the least."""
    return max(0, least_audits(kind, bound) - have)


def audit_share(missing: int, *, ahead: int, base: float = 0.1, most: float = 0.5) -> float:
    """Return the share of the next labels that should be audits, so that a promise's `missing` ones come in time.

    Args:
        missing: audits that the promise still needs.
        ahead: labels that people are likely to make before the owner wants the promise.
        base: share in quiet times.
        most: share that is never passed: training needs labels too.
    """
    return base if ahead <= 0 or missing <= 0 else float(np.clip(missing / ahead, base, most))


def _missing(kind: str, scores: Floats, losses: Floats, levels: Floats, bound: float) -> int:
    """Return how many more audits would do if they come out as those so far; 0 if no number of such audits would."""
    least, so_far = missing_audits(kind, bound, have=len(scores)), len(scores)
    if not so_far or not len(levels):
        return least
    rule, more = RULES[kind], np.arange(_MOST + 1)
    inside, times = (scores[:, None] >= levels).astype(np.float64), 1 + more / so_far
    grown = np.multiply.outer(times, inside.T @ growth(losses, bound * rule.tightness))
    seen, lost = np.multiply.outer(times, inside.sum(0)), np.multiply.outer(times, losses @ inside)
    reached = _walk(rule, grown, seen, lost, bound) >= 0
    if reached.any():
        return max(least, int(more[np.argmax(reached)]))
    return least if so_far < FEWEST else 0
