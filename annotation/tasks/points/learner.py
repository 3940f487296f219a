"""The head for points."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotation.arrays.labels import Snapshot
from annotation.tasks.objects.learner import ObjectLearner
from annotation.tasks.points import Points
from annotation.tasks.thing import Thing, codes_of, shapes_of
from mlcore.heads import DrawnPoints, PointHead, Spots


@dataclass(frozen=True)
class PointLearner(ObjectLearner):
    """A finder of points."""

    kind = "points"
    task = Points()
    head: PointHead

    @classmethod
    def drawn(cls, snapshot: Snapshot, things: Sequence[Sequence[Thing]]) -> list[Any]:
        """Return the points of tiles."""
        radius = cls.task.radius(snapshot.project)
        return [DrawnPoints(shapes_of(own)[:, :2], codes_of(own), radius) for own in things]

    @property
    def reach(self) -> float:
        """Return how far a point may be off, px."""
        return self.head.radius

    def things_of(self, said: Spots) -> list[Thing]:
        """Return the points that the head finds."""
        return [
            Thing(int(code), float(np.float64(x)), float(y), score=float(score))
            for (x, y), code, score in zip(said.points, said.codes, said.scores, strict=True)
        ]
