"""Thing: one object that a label names, a box or a point, in px of its tile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from annotation.tasks.content import Value

DECIMALS = 2  # of a px
_SCORE_DECIMALS = 3

Shapes = NDArray[np.float64]  # [n, 5]: x and y of the centre, width, height, angle


@dataclass(frozen=True)
class Thing:
    """An object on a tile; x goes right and y down from the tile's north-west corner."""

    code: int
    x: float  # px, of the centre
    y: float
    width: float = 0.0  # px; 0 of a point
    height: float = 0.0
    angle: float = 0.0  # degrees clockwise on the picture, in (-90, 90]
    score: float | None = None  # how likely it is there, where a model said so

    @property
    def shape(self) -> tuple[float, float, float, float, float]:
        """Return where it lies."""
        return self.x, self.y, self.width, self.height, self.angle

    def to_dict(self, *, boxed: bool) -> dict[str, Any]:
        """Return it ready for JSON; sides are a box's alone, an angle of 0 is left out."""
        told: dict[str, Any] = {"class": self.code, "x": self.x, "y": self.y}
        if boxed:
            told |= {"width": self.width, "height": self.height} | ({"angle": self.angle} if self.angle else {})
        return told if self.score is None else {**told, "score": self.score}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Return what `to_dict` wrote."""
        x, y, width, height, angle = (float(told.get(name, 0.0)) for name in ("x", "y", "width", "height", "angle"))
        score = told.get("score")
        return cls(int(told["class"]), x, y, width, height, angle, None if score is None else float(score))

    def rounded(self) -> Self:
        """Return it in hundredths of a px, its angle in (-90, 90]."""
        x, y, width, height, angle = (round(number, DECIMALS) + 0.0 for number in self.shape)
        score = None if self.score is None else round(self.score, _SCORE_DECIMALS)
        return replace(self, x=x, y=y, width=width, height=height, angle=half_turn(angle), score=score)

    def corners(self) -> NDArray[np.float64]:
        """Return the four corners [4, 2] of a box, clockwise on the picture from its north-west one."""
        turn = np.radians(self.angle)
        cosine, sine = np.cos(turn), np.sin(turn)
        half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [self.width / 2, self.height / 2]
        return np.asarray(half @ np.array([[cosine, sine], [-sine, cosine]]) + [self.x, self.y], np.float64)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of what it covers; a point covers nothing."""
        corners = self.corners()
        (left, top), (right, bottom) = corners.min(0).tolist(), corners.max(0).tolist()
        return left, top, right, bottom


def half_turn(angle: float) -> float:
    """Return an angle as the one in (-90, 90] that turns a box alike."""
    turned = round((angle + 90) % 180 - 90, DECIMALS)
    return 90.0 if turned <= -90 else turned + 0.0


def things_of(value: Value, entry: str) -> list[Thing]:
    """Return the objects that a value names."""
    return [Thing.of(each) for each in value.get(entry, [])]


def shapes_of(things: Sequence[Thing]) -> Shapes:
    """Return where objects lie, [n, 5]."""
    return np.array([thing.shape for thing in things], np.float64).reshape(-1, 5)


def codes_of(things: Sequence[Thing]) -> NDArray[np.int64]:
    """Return the class codes of objects, [n]."""
    return np.array([thing.code for thing in things], np.int64)


def in_use(things: Sequence[Thing], codes: Mapping[int, int]) -> list[Thing]:
    """Return the objects whose class is in use, merged ones as what they count as."""
    return [replace(thing, code=codes[thing.code]) for thing in things if thing.code in codes]
