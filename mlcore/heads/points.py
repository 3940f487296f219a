"""The head for points: centres without sizes, found as squares of one size."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.heads.boxes import BoxHead, DrawnBoxes
from mlcore.heads.lesson import Lesson
from mlcore.metrics.boxes import corners

Map = NDArray[np.float32]


@dataclass(frozen=True)
class DrawnPoints:
    """Every point that people set on one tile, or none."""

    points: NDArray[np.floating]  # [n, 2]: x, y in px
    codes: NDArray[np.integer]  # [n], class codes
    radius: float  # px, that a point may be off


@dataclass(frozen=True)
class Spots:
    """What a head sees on one tile, surest first."""

    points: NDArray[np.float64]  # [n, 2]: x, y in px, inside the tile
    scores: NDArray[np.float64]  # [n], calibrated: the chance that a true point lies near
    codes: NDArray[np.int64]  # [n], class codes


@dataclass(frozen=True)
class PointHead:
    """A finder of points: squares around them, of twice the radius, are what the parts of `BoxHead` look for."""

    boxes: BoxHead

    kind: ClassVar[str] = "points"

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the class codes [K]."""
        return self.boxes.classes

    @property
    def radius(self) -> float:
        """Return how far a point may be off, px."""
        return self.boxes.context.size / 2

    @classmethod
    def fit(cls, lesson: Lesson) -> Self:
        """Fit on tiles on which every object has its point: maps [C, h, w] with `DrawnPoints`.

        Raises:
            BadFeatures: shapes don't agree, or a feature or a place isn't finite.
            NotEnoughLabels: fewer than 3 points.
        """
        squares = [_squares(drawn) for drawn in lesson.targets]
        return cls(BoxHead.fit(replace(lesson, targets=squares)))

    def predict(self, features: Map) -> Spots:
        """Return the points on a tile with feature map [C, h, w].

        Raises:
            BadFeatures: the map has other channels than those fitted on, or isn't finite.
        """
        said = self.boxes.predict(features)
        return Spots((said.boxes[:, :2] + said.boxes[:, 2:]) / 2, said.scores, said.codes)

    def save(self, path: Path) -> None:
        """Write the head to a safetensors file."""
        self.boxes.save(path, kind=self.kind)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a head.

        Raises:
            BadCheckpoint: the file is damaged or holds something else.
        """
        return cls(BoxHead.load(path, kind=cls.kind))


def _squares(drawn: DrawnPoints) -> DrawnBoxes:
    points = np.asarray(drawn.points, np.float64).reshape(-1, 2)
    if not drawn.radius > 0:
        raise BadFeatures(f"The radius of points is above 0 px, not {drawn.radius}.")
    sides = np.full((len(points), 2), 2 * drawn.radius)
    whole = corners(np.column_stack([points, sides, np.zeros(len(points))]))
    return DrawnBoxes(np.concatenate([whole[:, 0], whole[:, 2]], 1), drawn.codes)
