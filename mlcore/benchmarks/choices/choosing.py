"""Leave one data set out: a choice is made on the others, and judged on the one that had no part in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Scores = Mapping[str, Mapping[str, float]]  # data set -> candidate -> score, more is better


@dataclass(frozen=True)
class Verdict:
    """One data set, and what it would have got by each way of choosing."""

    dataset: str
    with_it: str  # the candidate chosen on all data sets, this one among them
    without_it: str  # the candidate chosen on the others alone
    scores: Mapping[str, float]  # of every candidate

    @property
    def gain(self) -> float:
        """Return what the choice that never saw this set is worth beside the first candidate, today's."""
        return self.scores[self.without_it] - next(iter(self.scores.values()))

    @property
    def flattery(self) -> float:
        """Return how much better the choice looks that saw this set."""
        return self.scores[self.with_it] - self.scores[self.without_it]


def choose(scores: Scores) -> str:
    """Return the candidate that is best on the mean over data sets; of equals the one that is named first.

    Each set counts once, by the difference to its mean over candidates, so that hard sets and easy ones weigh alike.
    """
    names = list(next(iter(scores.values())))
    table = np.array([[own[name] for name in names] for own in scores.values()])
    return names[int((table - table.mean(1, keepdims=True)).mean(0).argmax())]


def verdicts(scores: Scores) -> list[Verdict]:
    """Return each data set's verdict, in order.

    Raises:
        ValueError: fewer than two data sets: nothing would be left to choose on.
    """
    if len(scores) < 2:
        raise ValueError(
            f"A choice is judged on a set that it was not made on: two sets are needed, got {len(scores)}."
        )
    chosen = choose(scores)
    return [
        Verdict(name, chosen, choose({other: own for other, own in scores.items() if other != name}), scores[name])
        for name in scores
    ]


def mean_ranks(scores: Scores) -> dict[str, float]:
    """Return each candidate's mean rank over data sets; 1 is best, equals share theirs."""
    names = list(next(iter(scores.values())))
    ranks = [_ranks([own[name] for name in names]) for own in scores.values()]
    return dict(zip(names, np.mean(ranks, 0).tolist(), strict=True))


def _ranks(values: Sequence[float]) -> list[float]:
    return [1 + sum(o > value for o in values) + (sum(o == value for o in values) - 1) / 2 for value in values]
