"""Drawn: the shapes that somebody drew into a mask, kept as drawn beside it; the mask stays what models learn from."""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from annotation.errors import BadAnswer
from annotation.models import Project
from annotation.tasks.content import Value, classes_in_use

if TYPE_CHECKING:
    from annotation.arrays.masks import Mask

Drawn = dict[
    str, Any
]  # {"class": code, "polygon": [ring, hole, ...]}, rings [[x, y], ...] in px of the tile, not closed

Rings = list[list[list[float]]]

MOST_SHAPES = 5_000  # of a tile
MOST_POINTS = 100_000  # of all of them
_MOST_CROSSING = 1_000  # corners of shapes that cross themselves: crossings grow with their square
_FARTHEST = 1e6  # px
_DECIMALS = 3  # of a pixel
_ASIDE = 0.01  # px
_SLACK = 2e-3  # px: a pixel whose centre lies this close to an outline is on neither side of it
_SMALLEST = 1e-3  # square px


def read_shapes(project: Project, said: Any, side: int) -> list[Drawn]:
    """Return shapes as they are kept: what crosses itself is made plain, what lies beside the tile is cut off.

    Raises:
        BadAnswer: they are no shapes.
        UnknownClass: one names a class that is not in use.
    """
    if not isinstance(said, Sequence) or isinstance(said, str):
        raise BadAnswer('Send "shapes" as a list of {"class": CODE, "polygon": [[[x, y], ...], hole, ...]}.')
    if len(said) > MOST_SHAPES:
        raise BadAnswer(f"There are {len(said):,} shapes; a tile holds up to {MOST_SHAPES:,}.")
    told = [_parts(each, number) for number, each in enumerate(said, 1)]
    if sum(len(ring) for _, rings in told for ring in rings) > MOST_POINTS:
        raise BadAnswer(f"The shapes have more than {MOST_POINTS:,} corners; draw or simplify them coarser.")
    kept: list[Drawn] = []
    crossing = 0
    for number, (code, rings) in enumerate(told, 1):
        polygon = Polygon(rings[0], rings[1:])
        if not polygon.is_valid:
            crossing += sum(map(len, rings))
        if crossing > _MOST_CROSSING:
            raise BadAnswer(f"Shape {number} crosses itself, and has too many corners to be mended; draw it in parts.")
        kept += ({"class": code, "polygon": plain} for plain in _plain(rings, polygon, side, number))
    classes_in_use(project, {each["class"] for each in kept})
    return kept


def _parts(each: Any, number: int) -> tuple[int, Rings]:
    if not isinstance(each, Mapping) or set(each) != {"class", "polygon"}:
        raise BadAnswer(f'Shape {number} needs "class" and "polygon", and nothing else.')
    code, polygon = each["class"], each["polygon"]
    if not isinstance(code, int) or isinstance(code, bool) or not 0 < code < 256:
        raise BadAnswer(f"Shape {number} names no class by its code, 1 to 255.")
    try:
        rings = [[[_settled(x), _settled(y)] for x, y in ring] for ring in polygon]
    except (TypeError, ValueError, OverflowError):
        raise BadAnswer(f"Shape {number} has a ring that is no list of [x, y] in pixels of the tile.") from None
    if not rings or not all(isfinite(value) for ring in rings for point in ring for value in point):
        raise BadAnswer(f"Shape {number} has no corners, or some that are no numbers.")
    if any(abs(value) > _FARTHEST for ring in rings for point in ring for value in point):
        raise BadAnswer(f"Shape {number} lies far beside the tile: corners are in pixels from its upper left.")
    rings = [ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring for ring in rings]
    if any(len(ring) < 3 for ring in rings):
        raise BadAnswer(f"Shape {number} has a ring of fewer than three corners.")
    return code, rings


def _plain(rings: Rings, polygon: Polygon, side: int, number: int) -> Iterator[Rings]:
    """Yield the rings as they came where they are plain, else those of each part that is made of them."""
    tile = shapely.box(0, 0, side, side)
    if polygon.is_valid and polygon.area > _SMALLEST and tile.covers(polygon):
        yield rings
        return
    parts = [part for part in _polygons(_mended(polygon, tile)) if part.area > _SMALLEST]
    if not parts:
        raise BadAnswer(f"Shape {number} has no area inside the tile, which is {side} x {side} px.")
    for part in parts:
        yield [_ring(ring.coords[:-1]) for ring in (part.exterior, *part.interiors)]


def _mended(polygon: Polygon, tile: Polygon) -> BaseGeometry:
    inside = shapely.intersection(shapely.make_valid(polygon), tile)
    return shapely.set_precision(inside, 10**-_DECIMALS)


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    return [part for part in getattr(geometry, "geoms", [geometry]) if isinstance(part, Polygon)]


def _ring(points: Any) -> list[list[float]]:
    return [[_settled(x), _settled(y)] for x, y in points]


def _settled(value: Any) -> float:
    """Return where a corner is kept: never on the middle of a pixel, which would be on no side of an edge."""
    kept = round(float(value), _DECIMALS)
    return kept + _ASIDE if kept % 1 == 0.5 else kept


def polygon_of(shape: Mapping[str, Any]) -> Polygon:
    """Return a shape in pixels of its tile."""
    outer, *holes = shape["polygon"]
    return Polygon(outer, holes)


def _burnt(polygon: BaseGeometry, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which pixels [H, W] have their centre in a polygon."""
    if polygon.is_empty:
        return np.zeros(shape, np.bool_)
    pixels: NDArray[np.uint8] = rasterize([(polygon, 1)], out_shape=shape, dtype=np.uint8)
    return pixels.astype(np.bool_)


def agreeing(shapes: Sequence[Drawn], mask: "Mask") -> list[Drawn]:
    """Return the shapes that say what the mask says; one that was painted over since is only paint."""
    return [shape for shape in shapes if _agrees(shape, mask)]


def _agrees(shape: Drawn, mask: "Mask") -> bool:
    polygon = polygon_of(shape)
    left, top, right, bottom = (int(edge) for edge in shapely.bounds(polygon))
    part = mask[top : bottom + 1, left : right + 1]
    moved = shapely.transform(polygon.buffer(-_SLACK), lambda points: points - (left, top))
    inside = _burnt(moved, part.shape)
    return bool(inside.any() and (part[inside] == shape["class"]).all())


def painted(shapes: Sequence[Drawn], side: int) -> "Mask":
    """Return the mask [side, side] that shapes make, later ones over earlier ones."""
    areas = [(polygon_of(shape), shape["class"]) for shape in shapes]
    if not areas:
        return np.zeros((side, side), np.uint8)
    mask: Mask = rasterize(areas, out_shape=(side, side), dtype=np.uint8)
    return mask


def polygons_by_class(value: Value, codes: Mapping[int, int]) -> dict[int, list[Polygon]]:
    """Return what was drawn of each class, merged ones as what they count as."""
    drawn: dict[int, list[Polygon]] = {}
    for shape in value.get("shapes", ()):
        drawn.setdefault(codes.get(shape["class"], shape["class"]), []).append(polygon_of(shape))
    return drawn
