"""One answer out of several people's, who are not equally good (Dawid and Skene 1979)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures, NotEnoughLabels

_PRIOR_RIGHT, _PRIOR_WRONG = 2.0, 0.5  # answers that nobody gave: a newcomer is more often right than not
_ITERATIONS = 100
_STILL = 1e-6


@dataclass(frozen=True)
class Fusion:
    """What several people's answers say together."""

    probabilities: NDArray[np.float64]  # [samples, K]
    confusions: NDArray[np.float64]  # [people, K truth, K answer], rows sum to 1
    shares: NDArray[np.float64]  # [K] of the classes


def fuse(labels: NDArray[np.integer], *, classes: int, gold: NDArray[np.integer] | None = None) -> Fusion:
    """Return the likely class of each sample and how each person confuses classes, by expectation-maximisation.

    Args:
        labels: int [people, samples], -1 where somebody said nothing.
        classes: K.
        gold: int [samples], the class of adjudicated samples, -1 elsewhere.

    Raises:
        NotEnoughLabels: nobody said anything.
        BadFeatures: a label is K or more.
    """
    answers = np.asarray(labels)
    if answers.ndim != 2 or answers.max(initial=-1) >= classes:
        raise BadFeatures(f"Fusion needs answers [people, samples] below {classes}.")
    if (answers < 0).all():
        raise NotEnoughLabels("Nobody has answered yet.")
    said = np.stack([answers == code for code in range(classes)], -1).astype(float)  # [people, samples, K]
    beliefs = _with_gold(_shares_of(said.sum(0) + 1 / classes), gold)
    for _ in range(_ITERATIONS):
        confusions = np.einsum("sk,psa->pka", beliefs, said) + _prior(classes)
        confusions /= confusions.sum(-1, keepdims=True)
        shares = (beliefs.sum(0) + 1) / (len(beliefs) + classes)
        logs = np.log(shares) + np.einsum("psa,pka->sk", said, np.log(confusions))
        newer = _with_gold(_shares_of(np.exp(logs - logs.max(1, keepdims=True))), gold)
        moved = float(np.abs(newer - beliefs).max())
        beliefs = newer
        if moved < _STILL:
            break
    return Fusion(beliefs, confusions, shares)


def _prior(classes: int) -> NDArray[np.float64]:
    return np.full((classes, classes), _PRIOR_WRONG) + np.eye(classes) * (_PRIOR_RIGHT - _PRIOR_WRONG)


def _shares_of(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = weights / weights.sum(1, keepdims=True)
    return shares


def _with_gold(beliefs: NDArray[np.float64], gold: NDArray[np.integer] | None) -> NDArray[np.float64]:
    if gold is None:
        return beliefs
    known = np.asarray(gold) >= 0
    beliefs[known] = np.eye(beliefs.shape[1])[np.asarray(gold)[known]]
    return beliefs
