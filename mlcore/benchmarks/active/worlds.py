"""Made worlds in which promises are tried, so that the truth of each accepted label is known.

`UNSEEN` had no part in choosing the rule, and the bars speak of them alone. The rule's constants were chosen with the
laws of `CHOSEN` in sight, on other seeds. `HARD` were met then: in them decisions that accept, taken alone, do not keep
the bound; they are rare, and are reported beside the others.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import expit, logit

from mlcore.benchmarks.active.unseen_worlds import UNSEEN, Floats, Pool

World = Callable[[np.random.Generator], Pool]
_POOL, _PLACE, _VISIT = 3000, 50, 5  # tiles; of one place; audited on one visit


def calibrated(errors: float) -> World:
    """Return a world in which so many predictions are wrong, and each as likely as its confidence says."""

    def make(rng: np.random.Generator) -> Pool:
        return _honest(rng, _doubts(rng, errors))

    return make


def overconfident(rng: np.random.Generator) -> Pool:
    """Return a world in which the model says 6 % and about 14 % is wrong, of the surest 1 %."""
    return _erring(rng, 0.01, 2.5)


def clustered(rng: np.random.Generator) -> Pool:
    """Return a world whose places are easier or harder than the model thinks, audited five tiles a place at a time."""
    doubt = _doubts(rng, 0.12).clip(1e-9, 1 - 1e-9)
    places = _POOL // _PLACE
    wrong = rng.random(_POOL) < expit(logit(doubt) + np.repeat(rng.normal(0, 1, places), _PLACE))
    tiles = rng.permuted(np.arange(_POOL).reshape(places, _PLACE), axis=1)
    visits = [tiles[rng.permutation(places), turn : turn + _VISIT].ravel() for turn in range(0, _PLACE, _VISIT)]
    order = np.concatenate(visits)
    return Pool(1 - doubt[order], wrong[order])


CHOSEN: dict[str, World] = {
    "calibrated, 8 % wrong": calibrated(0.08),
    "calibrated, 12 % wrong": calibrated(0.12),
    "calibrated, 20 % wrong": calibrated(0.20),
    "calibrated, 40 % wrong": calibrated(0.40),
    "overconfident": overconfident,
    "audits clustered in place": clustered,
}

HARD: dict[str, World] = {
    "of the surest, 3 % wrong": lambda rng: _erring(rng, 0.03, 2.0),
    "40 % wrong, few sure": lambda rng: _honest(rng, _doubts(rng, 0.4, shape=0.8)),
    "8 % wrong, however sure": lambda rng: _erring(rng, 0.08, 0.0),
}

GROUPS: dict[str, dict[str, World]] = {"unseen": UNSEEN, "chosen with": CHOSEN, "hard": HARD}


def _honest(rng: np.random.Generator, doubt: Floats) -> Pool:
    return Pool(1 - doubt, rng.random(_POOL) < doubt)


def _erring(rng: np.random.Generator, least: float, slope: float) -> Pool:
    """Return a pool in which the model says 6 %, and so much is wrong of the surest, and more as it doubts."""
    doubt = _doubts(rng, 0.06)
    return Pool(1 - doubt, rng.random(_POOL) < least + slope * doubt)


def _doubts(rng: np.random.Generator, mean: float, *, shape: float = 0.5) -> Floats:
    """Return what the model thinks of its errors: hardly any for most, many for some."""
    doubt: Floats = rng.beta(shape, shape * (1 - mean) / mean, _POOL)
    return doubt
