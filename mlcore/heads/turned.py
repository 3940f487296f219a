"""The head for turned boxes: upright ones are found first, and what lies inside tells how each is turned."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mlcore.errors import BadFeatures
from mlcore.heads.boxes import BoxHead, DrawnBoxes
from mlcore.heads.lesson import Lesson
from mlcore.heads.pixels import PixelHead
from mlcore.metrics.boxes import corners

_INSIDE, _OUTSIDE = 1, 2  # codes of a pixel
_MOST_TILES = 30  # that teach what lies inside
_AROUND = 0.15  # of an upright box's sides, that is looked at beyond it
_LEAST_CELLS = 4.0  # of an object, from which on its cells tell how it lies
_ROUND = 1.2  # of its sides: what is hardly longer than wide is not turned

Map = NDArray[np.float32]


@dataclass(frozen=True)
class DrawnTurned:
    """Every box that people drew on one tile, or none."""

    boxes: NDArray[np.floating]  # [n, 5]: centre x, y, width, height in px, angle in degrees clockwise
    codes: NDArray[np.integer]  # [n], class codes


@dataclass(frozen=True)
class TurnedDetections:
    """What a head sees on one tile, surest first."""

    boxes: NDArray[np.float64]  # [n, 5], as drawn ones
    scores: NDArray[np.float64]  # [n]: the chance that the upright box overlaps that around a true one by half or more
    codes: NDArray[np.int64]  # [n], class codes


@dataclass(frozen=True)
class TurnedHead:
    """A finder of turned objects.

    How a box lies is told by the second moments of the chance that its cells are inside an object, as of a uniform
    rectangle: its axes are theirs, its sides the root of twelve times their variance.
    """

    boxes: BoxHead
    inside: PixelHead

    kind: ClassVar[str] = "turned"

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the class codes [K]."""
        return self.boxes.classes

    @classmethod
    def fit(cls, lesson: Lesson) -> Self:
        """Fit on tiles on which every object has its box: maps [C, h, w] with `DrawnTurned`.

        Raises:
            BadFeatures: shapes don't agree, a feature isn't finite, or a box has no area.
            NotEnoughLabels: fewer than 3 boxes.
        """
        drawn = [np.asarray(own.boxes, np.float64).reshape(-1, 5) for own in lesson.targets]
        around = [_upright(own) for own in drawn]
        hulls = [DrawnBoxes(own, each.codes) for own, each in zip(around, lesson.targets, strict=True)]
        boxes = BoxHead.fit(replace(lesson, targets=hulls))
        side = lesson.inputs[0].shape[1] * lesson.stride
        fullest = sorted(range(len(drawn)), key=lambda at: -len(drawn[at]))[:_MOST_TILES]
        masks = [_burnt(drawn[at], side) for at in fullest]
        taught = replace(lesson, inputs=[np.asarray(lesson.inputs[at], np.float32) for at in fullest], targets=masks)
        return cls(boxes, PixelHead.fit(taught))

    def predict(self, features: Map) -> TurnedDetections:
        """Return the boxes on a tile with feature map [C, h, w].

        Raises:
            BadFeatures: the map has other channels than those fitted on, or isn't finite.
        """
        said = self.boxes.predict(features)
        chances = self.inside.predict_proba(features)[np.flatnonzero(self.inside.classes == _INSIDE)[0]]
        turned = np.array([_turned(chances, box, self.boxes.stride) for box in said.boxes]).reshape(-1, 5)
        return TurnedDetections(turned, said.scores, said.codes)

    def save(self, path: Path) -> None:
        """Write the head to two safetensors files, one beside the other."""
        self.boxes.save(path, kind=self.kind)
        self.inside.save(_beside(path))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a head.

        Raises:
            BadCheckpoint: a file is damaged or holds something else.
        """
        return cls(BoxHead.load(path, kind=cls.kind), PixelHead.load(_beside(path)))


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}-inside.safetensors")


def _upright(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the upright boxes [n, 4] around turned ones [n, 5]."""
    if not (np.isfinite(boxes).all() and (boxes[:, 2:4] > 0).all()):
        raise BadFeatures("A box has no area: its sides must be above 0.")
    ends = corners(boxes)
    return np.concatenate([ends.min(1), ends.max(1)], 1).reshape(-1, 4)


def _burnt(boxes: NDArray[np.float64], side: int) -> NDArray[np.uint8]:
    """Return which pixels [side, side] lie inside a box."""
    image = Image.new("L", (side, side), _OUTSIDE)
    draw = ImageDraw.Draw(image)
    for box in corners(boxes):
        draw.polygon([(float(x), float(y)) for x, y in box - 0.5], fill=_INSIDE)
    return np.asarray(image, np.uint8)


def _turned(chances: NDArray[np.float32], box: NDArray[np.float64], stride: int) -> NDArray[np.float64]:
    """Return how an object in an upright box [4] lies, [5]; upright where its cells do not tell."""
    x0, y0, x1, y1 = box
    upright = np.array([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0, 0.0])
    margin = _AROUND * np.array([x1 - x0, y1 - y0])
    height, width = chances.shape
    left, right = (int(np.clip(edge / stride, 0, width)) for edge in (x0 - margin[0], x1 + margin[0] + stride))
    top, bottom = (int(np.clip(edge / stride, 0, height)) for edge in (y0 - margin[1], y1 + margin[1] + stride))
    weights = np.where(chances[top:bottom, left:right] > 0.5, chances[top:bottom, left:right], 0).astype(np.float64)
    if weights.sum() < _LEAST_CELLS:
        return upright
    weights /= weights.sum()
    across = (np.arange(left, right) + 0.5) * stride
    down = (np.arange(top, bottom) + 0.5) * stride
    x, y = float(weights.sum(0) @ across), float(weights.sum(1) @ down)
    dx, dy = across - x, down - y
    mixed = float(dy @ weights @ dx)
    spread = np.array([[weights.sum(0) @ dx**2, mixed], [mixed, weights.sum(1) @ dy**2]])
    strength, axes = np.linalg.eigh(spread)
    short, long = np.sqrt(12 * strength.clip(1e-6))
    if long < _ROUND * short:
        return upright
    angle = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
    return np.array([x, y, long, short, (angle + 90) % 180 - 90])
