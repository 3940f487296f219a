"""Hearing: what a file says of a tile, as objects of the kind that the project names."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import shapes as outlines
from shapely.geometry import shape as polygon
from shapely.geometry.base import BaseGeometry

from annotation.errors import BadAnswer
from annotation.tasks.thing import Thing
from annotation.tasks.told import Told

Shape = tuple[int, BaseGeometry, float | None]  # class code, where it lies in px of the tile, and its score

_TURNED = 1.0  # degrees from upright, below which a box is


def heard_things(told: Told, *, boxed: bool, rotated: bool) -> list[Thing]:
    """Return the objects in shapes and areas: of points their place, of areas the box around each or its middle.

    Raises:
        BadAnswer: it names none, and does not say that there is none.
    """
    painted = areas_of(told.mask()) if told.areas else []
    shapes = [*((code, shape, score) for code, shape, score in told.shapes if code), *painted]
    if not shapes and not told.none:
        raise BadAnswer("It names no objects, and does not say that there are none.")
    if boxed and any(shape.geom_type == "Point" for _, shape, _ in shapes):
        raise BadAnswer("A point has no sides, and boxes are wanted here; make a project of points for it.")
    return [_on_tile(thing, told.side) for thing in things_in(shapes, boxed=boxed, rotated=rotated)]


def things_in(shapes: Iterable[Shape], *, boxed: bool, rotated: bool) -> list[Thing]:
    """Return an object for each shape: the box around it, turned where it may be, or its middle."""
    made = ((_boxed(code, shape, rotated) if boxed else _middle(code, shape), score) for code, shape, score in shapes)
    return [replace(thing, score=score) for thing, score in made]


def areas_of(mask: NDArray[np.uint8]) -> list[Shape]:
    """Return the connected areas of a mask of class codes [H, W], 0 where nothing is said."""
    return [(int(code), polygon(area), None) for area, code in outlines(mask, mask=mask > 0)]


def _on_tile(thing: Thing, side: int) -> Thing:
    """Return an object whose centre lies on the tile, where rounding has moved it beside."""
    return replace(thing, x=float(np.clip(thing.x, 0, side)), y=float(np.clip(thing.y, 0, side)))


def _middle(code: int, shape: BaseGeometry) -> Thing:
    middle = shape.centroid
    return Thing(code, float(middle.x), float(middle.y))


def _boxed(code: int, shape: BaseGeometry, rotated: bool) -> Thing:
    left, top, right, bottom = shape.bounds
    upright = Thing(code, (left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
    if not rotated:
        return upright
    corners = shapely.get_coordinates(shape.minimum_rotated_rectangle)[:4]
    if len(corners) < 4:
        return upright
    along, down = corners[1] - corners[0], corners[3] - corners[0]
    angle = float(np.degrees(np.arctan2(along[1], along[0])))
    width, height = float(np.hypot(*along)), float(np.hypot(*down))
    if not -45 < (angle := (angle + 90) % 180 - 90) <= 45:  # the side that lies flattest is the width
        angle, width, height = angle - 90 if angle > 0 else angle + 90, height, width
    if abs(angle) < _TURNED and abs(upright.width * upright.height - shape.area) < 0.02 * shape.area:
        return upright
    x, y = corners.mean(0).tolist()
    return Thing(code, x, y, width, height, angle).rounded()
