"""Advice on when to stop: is the model still changing, is it still getting better, what would 50 more labels buy?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from mlcore.errors import BadFeatures
from mlcore.metrics import confusion

_STABLE = 0.98  # mean kappa of successive models (Bloodgood and Vijay-Shanker, arXiv 1409.5165)
_ROUNDS = 3
_WORTHWHILE = 0.005  # points of accuracy a round, below which labels are better spent elsewhere
_LABELS_OF_CLASS = 20


@dataclass(frozen=True)
class Advice:
    """Whether to stop, and why, in sentences for people; never an order."""

    stop: bool
    reasons: tuple[str, ...]
    gain: float | None  # accuracy that 50 more labels are likely to add, 0..1; None: too early to say


@dataclass(frozen=True)
class Words:
    """What the sentences say of what is counted: classes, or whatever else labels name; '' where they name nothing."""

    scarce: str = "{scarce} of {all} classes have fewer than {least} labels."
    enough: str = "every class has labels"


@dataclass(frozen=True)
class Point:
    """One round of the learning curve."""

    labels: int
    accuracy: float  # as the audits estimate it
    low: float
    high: float


def kappa(first: NDArray[np.integer], second: NDArray[np.integer]) -> float:
    """Return Cohen's kappa of two models' predictions on the same samples: 1 = no answer changed."""
    classes = int(max(np.max(first, initial=0), np.max(second, initial=0))) + 1
    table = confusion(first, second, classes)
    total = table.sum()
    agreed, by_chance = table.trace() / total, float(table.sum(0) @ table.sum(1)) / total**2
    return 1.0 if by_chance >= 1 else float((agreed - by_chance) / (1 - by_chance))


def expected_gain(curve: Sequence[Point], *, more: int = 50) -> float | None:
    """Return the accuracy that `more` labels are likely to add, by a power law a - b n^-c through the curve.

    Points weigh by one over their variance; None with fewer than three different numbers of labels.
    """
    labels = np.array([point.labels for point in curve], float)
    if len(np.unique(labels[labels > 0])) < 3:
        return None
    level = np.array([point.accuracy for point in curve])
    trust = 1 / np.square(np.maximum([point.high - point.low for point in curve], 1e-3))
    kept = labels > 0
    labels, level, trust = labels[kept], level[kept], trust[kept]

    def fitted(power: float) -> tuple[float, NDArray[np.float64]]:
        design = np.stack([np.ones(len(labels)), -(labels**-power)], 1) * np.sqrt(trust)[:, None]
        solved = np.linalg.lstsq(design, level * np.sqrt(trust), rcond=None)[0]
        return float(np.square(design @ solved - level * np.sqrt(trust)).sum()), solved

    power = float(minimize_scalar(lambda c: fitted(c)[0], bounds=(0.1, 2.0), method="bounded").x)
    slope = fitted(power)[1][1]
    last = labels.max()
    most = 1 - float(level[np.argmax(labels)])  # nothing can be right on more than all
    return float(np.clip(slope * (last**-power - (last + more) ** -power), 0, most))


def advise(kappas: Sequence[float], curve: Sequence[Point], counts: Sequence[int], words: Words = Words()) -> Advice:
    """Return whether to stop: models agree, the curve is flat, and each class has its labels.

    Args:
        kappas: of successive models on a fixed set, oldest first.
        curve: the audited learning curve, oldest first.
        counts: labels of each class.
        words: what such a count is called.

    Raises:
        BadFeatures: a kappa or an accuracy isn't finite.
    """
    numbers = [*kappas, *(point.accuracy for point in curve)]
    if not np.isfinite(numbers).all():
        raise BadFeatures("Advice needs finite kappas and accuracies.")
    gain = expected_gain(curve)
    open_points = []
    if len(kappas) < _ROUNDS or np.mean(kappas[-_ROUNDS:]) < _STABLE:
        open_points.append("The model still changes its mind from round to round.")
    if gain is None:
        open_points.append("There are too few audited rounds to see a trend.")
    elif gain > _WORTHWHILE:
        open_points.append(f"50 more labels are likely to add {100 * gain:.1f} points of accuracy.")
    scarce = sum(count < _LABELS_OF_CLASS for count in counts)
    if scarce:
        open_points.append(words.scarce.format(scarce=scarce, all=len(counts), least=_LABELS_OF_CLASS))
    if open_points:
        return Advice(False, tuple(open_points), gain)
    both = "Successive models agree{} the audited accuracy is flat"
    sentence = f"{both.format(',')}, and {words.enough}." if words.enough else f"{both.format(' and')}."
    return Advice(True, (sentence,), gain)
