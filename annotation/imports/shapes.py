"""Shapes: run lengths, rings and ground geometry as pixels of tiles."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize
from shapely.geometry import Point, Polygon, shape
from shapely.geometry.base import BaseGeometry

from annotation.errors import BadAnswer
from annotation.exports.cells import Cell
from annotation.imports.ground import Spot
from annotation.models import Grid
from mlcore.raster.lonlat import apply, transformer

Pixels = NDArray[np.bool_]

MOST_PIXELS = 100_000_000  # of one run-length area
MOST_TILES = 200_000  # that one shape may lie on
_FEW_PIXELS = 2000  # that are asked for one by one sooner than a rasteriser is made ready
_EDGE = 1e-7  # px by which centres are moved: a border that runs through them gives each to one side alone
_SAME_FORM = 0.02  # relative difference of aspect ratios


def area_pixels(area: dict[str, Any], cell: Cell, size: Any) -> Pixels | None:
    """Return the pixels [side, side] of a tile that an area covers; None where it is the whole tile.

    Raises:
        BadAnswer: the area makes no sense.
    """
    side = cell.spec.tile_px
    if "counts" in area:
        return _padded(_fitted(run_length_pixels(area), cell), side)
    if "lonlat" in area:
        return _burnt(on_lattice(area["lonlat"], cell.transform, cell.spec.crs), side, Affine.identity())
    width, height = area_size(size)
    scale = Affine.scale(cell.width / width, cell.height / height)
    return _padded(_burnt(outline_of(area), side, scale)[: cell.height, : cell.width], side)


def run_length_pixels(area: dict[str, Any]) -> Pixels:
    """Return the pixels [H, W] of run lengths as COCO writes them.

    Raises:
        BadAnswer: they do not add up.
    """
    try:
        height, width = (int(length) for length in area["size"])
        counts = np.asarray(area["counts"], np.int64)
    except (TypeError, ValueError, OverflowError):
        raise BadAnswer("Its run lengths are no list of whole numbers with a size.") from None
    if not (height > 0 and width > 0 and height * width <= MOST_PIXELS):
        raise BadAnswer(f"Its size is {width} x {height} px.")
    if counts.ndim != 1 or (counts < 0).any() or counts.sum() != height * width:
        raise BadAnswer(f"Its run lengths do not add up to {width} x {height} px.")
    inside = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    return inside.reshape((height, width), order="F")


def outline_of(area: dict[str, Any]) -> BaseGeometry:
    """Return the rings, or the point, of an area in pixels of its image.

    Raises:
        BadAnswer: it has neither.
    """
    if "point" not in area:
        return rings_shape(area["rings"])
    point = Point(*area["point"])
    if not np.isfinite(point.bounds).all():
        raise BadAnswer("Its point lies nowhere.")
    return point


def rings_shape(rings: Any) -> BaseGeometry:
    """Return polygons of flat rings [x, y, x, y, ...] in pixels, those that cross themselves mended.

    Raises:
        BadAnswer: they are no rings.
    """
    try:
        parts = [Polygon(np.asarray(ring, np.float64).reshape(-1, 2)) for ring in rings]
        whole = shapely.union_all([shapely.make_valid(part) for part in parts])
    except (TypeError, ValueError, shapely.errors.GEOSException):
        raise BadAnswer("Its outline is no ring of pairs of numbers, three or more.") from None
    if whole.is_empty or not np.isfinite(whole.bounds).all():
        raise BadAnswer("Its outline covers nothing.")
    return whole


def on_lattice(geometry: Any, transform: Affine, crs: str | None) -> BaseGeometry:
    """Return GeoJSON geometry in longitude and latitude as pixels of a lattice; what crosses itself is mended.

    Raises:
        BadAnswer: it is no geometry, or has no place there.
    """
    if crs is None:
        raise BadAnswer("It lies on the map, and the tiles here do not.")
    try:
        lonlat = shapely.force_2d(shape(geometry))
        to_lattice, back = transformer("EPSG:4326", crs), ~transform
        placed = shapely.transform(lonlat, lambda xy: np.column_stack(to_lattice.transform(*xy.T)))
        pixels = shapely.transform(placed, lambda xy: np.column_stack(apply(back, xy[:, 0], xy[:, 1])))
        return pixels if pixels.is_valid else shapely.make_valid(pixels)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, shapely.errors.GEOSException):
        raise BadAnswer("Its geometry cannot be read, or lies nowhere on this lattice.") from None


def burn(pixels: BaseGeometry, grid: Grid, ends: tuple[int, int, int, int]) -> Iterator[tuple[Spot, Pixels | None]]:
    """Yield the tiles [first column, first row, last column, last row] that a shape in lattice pixels covers, and how.

    Raises:
        BadAnswer: it lies on too many.
    """
    side = grid.tile_px
    if pixels.is_empty or not np.isfinite(pixels.bounds).all():
        return
    left, top, right, bottom = (int(np.floor(np.clip(edge, -(2**31), 2**31) / side)) for edge in pixels.bounds)
    left, top, right, bottom = max(left, ends[0]), max(top, ends[1]), min(right, ends[2]), min(bottom, ends[3])
    if left > right or top > bottom:
        return
    if (right - left + 1) * (bottom - top + 1) > MOST_TILES:
        raise BadAnswer("It lies on too many tiles at once; cut it into parts.")
    if (left, top) == (right, bottom):
        burnt = _burnt(pixels, side, Affine.translation(-left * side, -top * side))
        if burnt.any():
            yield Spot(grid.pk, left, top), None if burnt.all() else burnt
        return
    rows, columns = (axis.ravel() for axis in np.mgrid[top : bottom + 1, left : right + 1])
    tiles = shapely.box(columns * side, rows * side, (columns + 1) * side, (rows + 1) * side)
    shapely.prepare(pixels)
    touched, whole = shapely.intersects(pixels, tiles), shapely.covers(pixels, tiles)
    for column, row, full in zip(*(axis[touched].tolist() for axis in (columns, rows, whole)), strict=True):
        corner = Affine.translation(-column * side, -row * side)
        area = None if full else _burnt(pixels, side, corner)
        if area is None or area.any():
            yield Spot(grid.pk, column, row), area


def _burnt(pixels: BaseGeometry, side: int, placed: Affine) -> Pixels:
    """Return which pixels [side, side] have their centre in a shape; a point has the one that it lies in."""
    if pixels.geom_type in ("Polygon", "MultiPolygon") and not pixels.is_empty:
        local = shapely.transform(pixels, lambda xy: np.column_stack(apply(placed, xy[:, 0], xy[:, 1])))
        left, top, right, bottom = (int(edge) for edge in np.clip(np.array(local.bounds) + (0, 0, 1, 1), 0, side))
        if (right - left) * (bottom - top) <= _FEW_PIXELS:
            burnt = np.zeros((side, side), np.bool_)
            shapely.prepare(local)
            y, x = np.mgrid[top:bottom, left:right] + (0.5 + _EDGE)
            burnt[top:bottom, left:right] = shapely.contains_xy(local, x, y)
            return burnt
    # rasterize goes from pixels to coordinates
    areas = [(part, 1) for part in getattr(pixels, "geoms", [pixels]) if not part.is_empty]
    if not areas:
        return np.zeros((side, side), np.bool_)
    drawn: NDArray[np.uint8] = rasterize(areas, out_shape=(side, side), transform=~placed, dtype=np.uint8)
    return drawn.astype(np.bool_)


def _fitted(area: Pixels, cell: Cell) -> Pixels:
    """Return an area in the pixels of the tile, those nearest where it has other ones."""
    height, width = area.shape
    if (height, width) in ((cell.height, cell.width), (cell.spec.tile_px,) * 2):  # with its padding
        return area
    if abs(width * cell.height / (height * cell.width) - 1) > _SAME_FORM:
        raise BadAnswer(f"It has {width} x {height} px, and the tile {cell.width} x {cell.height}.")
    rows = ((np.arange(cell.height) + 0.5) * height / cell.height).astype(int)
    columns = ((np.arange(cell.width) + 0.5) * width / cell.width).astype(int)
    return area[np.ix_(rows, columns)]


def _padded(area: Pixels, side: int) -> Pixels:
    if area.shape == (side, side):
        return area
    padded = np.zeros((side, side), np.bool_)
    padded[: area.shape[0], : area.shape[1]] = area
    return padded


def area_size(size: Any) -> tuple[float, float]:
    """Return the width and height that a file tells of an image.

    Raises:
        BadAnswer: it tells none.
    """
    try:
        width, height = (float(length) for length in size)
    except (TypeError, ValueError):
        raise BadAnswer("It does not say how large its image is.") from None
    if not (0 < width < np.inf and 0 < height < np.inf):
        raise BadAnswer(f"Its image has {width:g} x {height:g} px.")
    return width, height
