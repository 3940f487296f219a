"""Lassos: what somebody drew around the returns of a tile, from above or in a profile, and the class they got by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Place = tuple[float, float]


@dataclass(frozen=True)
class Strip:
    """Where a profile was looked at: the points near a line."""

    line: tuple[Place, Place]  # px of the tile
    width: float  # m, in all
    metres: tuple[float, float]  # how wide and high a pixel is

    def along(self, x: Floats, y: Floats) -> Floats:
        """Return how far along the line points in px lie, in m; NaN beside the strip."""
        (left, top), (right, bottom) = self.line
        dx, dy = (right - left) * self.metres[0], (bottom - top) * self.metres[1]
        length = float(np.hypot(dx, dy))
        px, py = (x - left) * self.metres[0], (y - top) * self.metres[1]
        far, off = (px * dx + py * dy) / length, np.abs(px * dy - py * dx) / length
        return np.where((far >= 0) & (far <= length) & (off <= self.width / 2), far, np.nan)


@dataclass(frozen=True)
class Lasso:
    """A ring around points; one that crosses itself has them inside by turns (even-odd)."""

    code: int  # the class that they get; 0: none of their own any more
    ring: tuple[Place, ...]  # px of the tile; of a strip m along its line, and height in m
    strip: Strip | None = None
    keeps: frozenset[int] = frozenset()  # classes that points were not to lose

    @cached_property
    def area(self) -> BaseGeometry:
        """Return what lies inside."""
        ring = np.array([*self.ring, self.ring[0]])
        faces = shapely.get_parts(shapely.polygonize([shapely.node(shapely.LineString(ring))]))
        area = shapely.union_all([face for face in faces if _is_odd(ring, face.representative_point())])
        shapely.prepare(area)
        return area

    def holds(self, x: Floats, y: Floats, z: Floats) -> Bools:
        """Return which points [N] lie inside: x and y in px of the tile, z in m."""
        across, down = (x, y) if self.strip is None else (self.strip.along(x, y), z)
        left, top, right, bottom = shapely.bounds(self.area)
        inside: Bools = (across >= left) & (across <= right) & (down >= top) & (down <= bottom)
        near = np.flatnonzero(inside)
        inside[near] = shapely.contains_xy(self.area, across[near], down[near])
        return inside


def _is_odd(ring: Floats, point: shapely.Point) -> bool:
    """Return whether a closed ring [N, 2] has a point inside by turns."""
    (ax, ay), (bx, by) = ring[:-1].T, ring[1:].T
    crossing = (ay <= point.y) != (by <= point.y)
    with np.errstate(divide="ignore", invalid="ignore"):
        places = ax + (point.y - ay) / (by - ay) * (bx - ax)
    return bool(np.count_nonzero(crossing & (point.x < places)) % 2)


def codes_by(lassos: Iterable[Lasso], x: Floats, y: Floats, z: Floats) -> NDArray[np.uint8]:
    """Return the class [N] that lassos, the later ones over the earlier, gave points; 0 where none did."""
    codes = np.zeros(len(x), np.uint8)
    for lasso in lassos:
        inside = lasso.holds(x, y, z)
        if lasso.keeps:
            inside &= ~np.isin(codes, list(lasso.keeps))
        codes[inside] = lasso.code
    return codes
