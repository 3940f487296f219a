"""Betting on losses: what audits prove of a mean loss, however often one looks at them.

Whoever doubts that a mean loss is at least b bets against it: each loss x, between 0 and 1, multiplies their money by
1 + stake x (b - x). If the doubt is wrong the money hardly ever grows: to 1 / c times what it was, at any time, with a
chance of c at the most (Ville 1939). So enough money is evidence, and looking again and again costs nothing
(Waudby-Smith and Ramdas 2024, arXiv 2010.09686; Howard et al. 2021, Annals of Statistics 49(2)). The money is shared
out among a few stakes that stay the same: then it follows from which losses there are, not from their order.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from mlcore.errors import BadFeatures

CONFIDENCE = 0.9
Floats = NDArray[np.float64]

STAKES = np.array([0.4, 0.75, 0.95])  # of the largest stake that can't ruin: for mean losses well below the bound
PARTS = np.array([0.25, 0.3, 0.45])  # of the money on each
_HIGH_STAKES = np.array([0.03, 0.07, 0.15, 0.35, 0.7])  # for mean losses above it, from twice to nearly all
_HIGH_PARTS = np.full(5, 0.2)
_EDGE = 1e-9


def growth(losses: NDArray[np.floating], bound: float, *, stakes: Floats = STAKES) -> Floats:
    """Return by which log factor each of the losses [m] multiplies the money on each stake [S]: [m, S].

    Raises:
        BadFeatures: a loss lies outside 0..1, or the bound does.
    """
    values = np.asarray(losses, np.float64)
    if not ((values >= 0) & (values <= 1)).all() or not 0 < bound < 1:
        raise BadFeatures("A loss lies between 0 and 1, and so does a bound on its mean.")
    grown: Floats = np.log1p(stakes / (1 - bound) * (bound - values[:, None]))
    return grown


def money(grown: Floats, *, parts: Floats = PARTS) -> Floats:
    """Return the log of the money [...] from the summed log factors of each stake [..., S]."""
    most = grown.max(axis=-1, keepdims=True)
    total: Floats = np.log(np.exp(grown - most) @ parts) + most[..., 0]
    return total


def upper_limit(losses: NDArray[np.floating], *, confidence: float = CONFIDENCE) -> float:
    """Return the limit that the mean loss stays below with this confidence, at all looks together."""
    return _limit(losses, STAKES, PARTS, confidence)


def lower_limit(losses: NDArray[np.floating], *, confidence: float = CONFIDENCE) -> float:
    """Return the limit that the mean loss stays above with this confidence, at all looks together."""
    return 1 - _limit(1 - np.asarray(losses, np.float64), _HIGH_STAKES, _HIGH_PARTS, confidence)


def is_broken(losses: NDArray[np.floating], *, bound: float) -> bool:
    """Return whether audits of accepted labels show that more than the bound is wrong, in one of ten cases by mistake.

    Looking again after every few audits doesn't cry wolf more often: the tenth is for all looks together.
    """
    return lower_limit(losses) > bound


def fewest_right(bound: float, *, chance: float = 1 - CONFIDENCE) -> int:
    """Return how many audits without any error prove that the mean loss is below a bound, but for a small chance."""
    at = np.arange(1, int(np.ceil(10 / bound * (1 - np.log(chance)))))
    proven = money(at[:, None] * growth(np.zeros(1), bound)) >= -np.log(chance)
    return int(at[np.argmax(proven)])


def _limit(losses: NDArray[np.floating], stakes: Floats, parts: Floats, confidence: float) -> float:
    """Return the least bound that the losses are proven to lie below; 1 without any."""
    needed = float(-np.log(1 - confidence))

    def lacking(bound: float) -> float:
        return float(money(growth(losses, bound, stakes=stakes).sum(0), parts=parts) - needed)

    if not len(losses) or lacking(1 - _EDGE) < 0:
        return 1.0
    limit: float = brentq(lacking, _EDGE, 1 - _EDGE) if lacking(_EDGE) < 0 else 0.0
    return limit
