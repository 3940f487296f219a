"""What a query strategy sees and what it answers: a pool of vectors and probabilities in, ordered rows out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures

_MOST_PRICE = np.float32(3)


class Detections(NamedTuple):
    """Boxes that a detector found, one entry a box."""

    rows: NDArray[np.integer]  # [D] the pool's row that each lies in
    scores: NDArray[np.float32]  # [D] how likely each is an object, 0..1


class Changes(NamedTuple):
    """What is rare and looked for, such as any change between two dates."""

    chances: NDArray[np.floating]  # [N] that a row holds some, or the share of it that does, 0..1
    rows: NDArray[np.integer]  # [n] that are labelled
    changed: NDArray[np.bool_]  # [n] which of these hold some


class Amounts(Protocol):
    """What a model holds of a quantity before anybody tells it: how alike the amounts of two samples are."""

    @property
    def noise(self) -> float:
        """Return the variance of a label around the amount."""

    def covariance(self, first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the covariance [n, m] of the amounts of features [n, d] and [m, d]."""


@dataclass(frozen=True)
class Pool:
    """The samples of a project, row = sample; arrays may be memory maps and are never copied whole."""

    features: NDArray[np.floating]  # [N, d], float16 or float32
    candidates: NDArray[np.integer]  # [M] rows that may be picked
    covered: NDArray[np.integer]  # rows that are labelled or leased: no need to ask for more like them
    probabilities: NDArray[np.float32] | None = None  # [N, K], calibrated; None before the first fit
    xy: NDArray[np.floating] | None = None  # [N, 2] place in any one metric CRS
    seed: int = 0
    labels: NDArray[np.integer] | None = None  # [len(covered)] column of `probabilities`; -1: leased, or another class
    names: tuple[str, ...] = ()  # [K] of the classes, for the reasons; () calls them class 1, class 2...
    seconds: NDArray[np.floating] | None = None  # [N] that a label is likely to take
    doubts: NDArray[np.floating] | None = None  # [N] how unsure, 0..1, said by whoever knows better than the below
    tags: NDArray[np.float32] | None = None  # [N, L] of several labels that don't exclude each other
    ensemble: NDArray[np.floating] | None = None  # [N, T] a quantity, as each of T members predicts it
    intervals: NDArray[np.floating] | None = None  # [N, 2] a quantity's conformal interval
    amounts: Amounts | None = None  # a quantity, as a process sees it
    detections: Detections | None = None
    changes: Changes | None = None
    left_out: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)  # sensor: [N, K] predicted without it

    def __post_init__(self) -> None:
        """Refuse arrays that don't fit each other."""
        for name in ("probabilities", "xy", "seconds", "doubts", "tags", "ensemble", "intervals"):
            array = getattr(self, name)
            if array is not None and len(array) != len(self.features):
                raise BadFeatures(f"The pool has {len(self.features)} features but {len(array)} {name}.")
        if self.labels is not None and len(self.labels) != len(self.covered):
            raise BadFeatures(f"The pool has {len(self.covered)} covered rows but {len(self.labels)} labels.")
        for name, rows in (("candidates", self.candidates), ("covered", self.covered)):
            if len(rows) and not 0 <= np.min(rows) <= np.max(rows) < len(self.features):
                raise BadFeatures(f"The pool's {name} point outside its {len(self.features)} rows.")

    def rng(self) -> np.random.Generator:
        """Return the pool's source of chance: the same seed gives the same picks."""
        return np.random.default_rng(self.seed)

    def some(self, rows: NDArray[np.integer], most: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return at most `most` of the rows, drawn at random, in rising order."""
        chosen: NDArray[np.int64] = np.asarray(rows, np.int64)
        return chosen if len(chosen) <= most else np.sort(rng.choice(chosen, most, replace=False, shuffle=False))

    def prices(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return what each row costs beside a typical one, [n]: 1 without `seconds`.

        Never below a third or above three: a cheap sample that teaches nothing must not win.
        """
        if self.seconds is None:
            return np.ones(len(rows), np.float32)
        seconds = np.asarray(self.seconds, np.float32)[rows]
        if not (np.isfinite(seconds) & (seconds > 0)).all():
            raise BadFeatures("The seconds of a label must be above 0 and finite; predict them again.")
        typical = float(np.median(np.asarray(self.seconds)[self.candidates]))
        prices: NDArray[np.float32] = np.clip(seconds / np.float32(typical), 1 / _MOST_PRICE, _MOST_PRICE)
        return prices


@dataclass(frozen=True)
class Picks:
    """Rows to ask for, best first, each with its score and why."""

    indices: NDArray[np.int64]  # [b]
    scores: NDArray[np.float32]  # [b], higher = asked for earlier; comparable within one answer only
    reasons: tuple[str, ...]  # [b], short and for people
    note: str = ""  # what the strategy left out to be fast; '' where it is exact


def best_first(scores: NDArray[np.floating], count: int) -> NDArray[np.int64]:
    """Return the positions of the `count` highest scores, highest first, ties in order of position."""
    count = min(count, len(scores))
    if count == 0:
        return np.zeros(0, np.int64)
    threshold = np.partition(scores, len(scores) - count)[len(scores) - count]
    above, ties = np.flatnonzero(scores > threshold), np.flatnonzero(scores == threshold)
    chosen = np.concatenate([above, ties[: count - len(above)]])
    return chosen[np.lexsort((chosen, -scores[chosen]))]
