"""What a head says of the objects on tiles."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.tasks.learner import Prediction
from annotation.tasks.thing import Thing, in_use

LEAST_SCORE = 0.05  # below which an object is not even a guess


@dataclass(frozen=True)
class ObjectPrediction(Prediction):
    """The objects of each tile, surest first."""

    things: list[list[Thing]]  # [n]
    entry: str  # of a value
    boxed: bool
    threshold: float  # of scores, from which on an object counts

    def content(
        self, at: int, *, tile_px: int, in_use: Mapping[int, int]
    ) -> tuple[dict[str, Any], int | None, str] | None:
        """Return all objects with their scores, and the commonest class of those that count."""
        things = _of_classes(self.things[at], in_use)
        commonest = Counter(thing.code for thing in things if self.counts(thing)).most_common(1)
        value = {self.entry: [thing.rounded().to_dict(boxed=self.boxed) for thing in things]}
        return value, commonest[0][0] if commonest else None, ""

    def counts(self, thing: Thing) -> bool:
        """Return whether an object counts."""
        return thing.score is None or thing.score >= self.threshold

    def details(self, at: int) -> dict[str, Any]:
        """Return how many objects count, and how many are to be expected."""
        scores = scores_of(self.things[at])
        return {"objects": int((scores >= self.threshold).sum()), "expected": round(float(scores.sum()), 2)}

    def of_rows(self) -> dict[int, list[Thing]]:
        """Return the objects of each row."""
        return dict(zip(self.rows.tolist(), self.things, strict=True))


def scores_of(things: Sequence[Thing]) -> NDArray[np.float64]:
    """Return the scores of objects, [n]."""
    return np.array([1.0 if thing.score is None else thing.score for thing in things], np.float64)


def confidence_of(things: Sequence[Thing], threshold: float) -> float:
    """Return the share of the objects of a tile that is expected to be told right, one more counted as right.

    What counts is right as often as its scores say; what does not count is overlooked as often.
    """
    scores = scores_of(things)
    sure = scores >= threshold
    return float((scores[sure].sum() + 1) / (sure.sum() + scores[~sure].sum() + 1))


def _of_classes(things: Sequence[Thing], codes: Mapping[int, int]) -> list[Thing]:
    return in_use(things, codes)


def with_scores(things: Sequence[Thing], scores: NDArray[np.floating]) -> list[Thing]:
    """Return objects with these scores."""
    return [replace(thing, score=float(score)) for thing, score in zip(things, scores, strict=True)]
