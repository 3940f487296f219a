"""Strategies for classes of which there are few: a fair share of the batch each."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mlcore.query.doubt import candidate_certainties, certainties
from mlcore.query.pool import Picks, Pool

_FEW = 0.5  # of the labels that each class would have if all had as many

Leads = NDArray[np.float32]  # [n], a class's probability minus the largest other: above 0 it is predicted


def rare_class(pool: Pool, count: int) -> Picks:
    """Pick at the border of each class, most from those with fewest labels (after DIRECT, arXiv 2312.09196).

    A class's border is the lead over all others that parts its labels from the rest with fewest errors: with few
    labels of it far from 0. Without `labels` in the pool it is 0, and classes share alike.
    """
    probabilities = candidate_certainties(pool)
    counts = label_counts(pool)
    queues = []
    for column in range(probabilities.shape[1]):
        leads = _leads(probabilities, column)
        queues.append(np.argsort(np.abs(leads - _border(pool, column)), kind="stable"))
    return _in_turn(pool, queues, 1 / (1 + counts), count)


def with_rare(strategy: Callable[[Pool, int], Picks], share: float) -> Callable[[Pool, int], Picks]:
    """Return a strategy that gives a share of its picks to classes with few labels, evenly among the others.

    It is the strategy itself where no class is rare: without probabilities and labels, or while each class has half
    as many labels as its even share. A part of a pick is left to chance, so that small batches keep the share, too.
    """

    def mixed(pool: Pool, count: int) -> Picks:
        wanted = min(count, len(pool.candidates))
        quota = int(share * wanted + pool.rng().random()) if has_rare(pool) else 0
        if not quota:
            return strategy(pool, count)
        sought = rare_class(pool, quota)
        labels = None if pool.labels is None else np.append(pool.labels, np.full(quota, -1))
        left = np.setdiff1d(pool.candidates, sought.indices)
        rest = replace(pool, candidates=left, covered=np.append(pool.covered, sought.indices), labels=labels)
        return _spread(sought, strategy(rest, wanted - quota)) if wanted > quota else sought

    return mixed


def has_rare(pool: Pool) -> bool:
    """Return whether some class has fewer than half the labels of an even share."""
    if pool.labels is None or pool.probabilities is None:
        return False
    counts = label_counts(pool)
    return len(counts) > 1 and bool(counts.min() < _FEW * counts.sum() / len(counts))


def label_counts(pool: Pool) -> NDArray[np.int64]:
    """Return how many labels each class has, [K]; zeros where the pool doesn't say."""
    classes = certainties(pool).shape[1]
    if pool.labels is None:
        return np.zeros(classes, np.int64)
    known = np.asarray(pool.labels)[np.asarray(pool.labels) >= 0]
    return np.bincount(known, minlength=classes)[:classes]


def _leads(probabilities: NDArray[np.float32], column: int) -> Leads:
    others = np.delete(probabilities, column, axis=1).max(1, initial=0.0)
    leads: Leads = probabilities[:, column] - others
    return leads


def _border(pool: Pool, column: int) -> float:
    """Return the lead that parts the labels of a class from the rest with fewest errors; the middle of the best."""
    if pool.labels is None:
        return 0.0
    labels = np.asarray(pool.labels)
    known = labels >= 0
    if not (labels == column).any() or (labels[known] == column).all():
        return 0.0
    leads = _leads(np.asarray(certainties(pool)[pool.covered[known]], np.float32), column)
    return parting(leads, labels[known] == column)


def parting(leads: Leads, own: NDArray[np.bool_]) -> float:
    """Return the lead that parts labels of a class from the rest with fewest errors; the middle of the best."""
    order = np.argsort(leads, kind="stable")
    own = own[order]
    missed, wrong = np.concatenate([[0], np.cumsum(own)]), np.concatenate([[0], np.cumsum(~own)])
    errors = missed + wrong[-1] - wrong  # with the border below the i-th lead
    best = np.flatnonzero(errors == errors.min())
    middle = int(best[len(best) // 2])
    ends = np.concatenate([[-1.0], leads[order], [1.0]])
    return float((ends[middle] + ends[middle + 1]) / 2)


def _spread(some: Picks, others: Picks) -> Picks:
    """Return one order with `some` evenly among the others; scores are lowered to fall."""
    places = np.concatenate([(np.arange(len(part.indices)) + 0.5) / len(part.indices) for part in (some, others)])
    order = np.argsort(places, kind="stable")
    reasons = some.reasons + others.reasons
    scores = np.concatenate([some.scores, others.scores])[order]
    return Picks(
        np.concatenate([some.indices, others.indices])[order],
        np.minimum.accumulate(scores),
        tuple(reasons[place] for place in order),
        others.note or some.note,
    )


def _in_turn(pool: Pool, queues: list[NDArray[np.int64]], shares: NDArray[np.float64], count: int) -> Picks:
    """Return picks from each class's queue [M]; next comes the class that has least of its share."""
    rows = np.asarray(pool.candidates, np.int64)
    taken, next_in = np.zeros(len(rows), bool), np.zeros(len(queues), np.int64)
    given = np.zeros(len(queues))
    chosen: list[int] = []
    reasons: list[str] = []
    while len(chosen) < min(count, len(rows)):
        column = int(((given + 1) / shares).argmin())
        while taken[queues[column][next_in[column]]]:
            next_in[column] += 1
        place = int(queues[column][next_in[column]])
        taken[place] = True
        given[column] += 1
        chosen.append(place)
        name = pool.names[column] if pool.names else f"class {column + 1}"
        reasons.append(f"at the border of {name}, which has few labels")
    scores = np.linspace(1, 0, len(chosen), endpoint=False, dtype=np.float32)
    return Picks(rows[chosen], scores, tuple(reasons))
