"""Objects: shapes of a file as they lie on tiles, unburnt, for kinds of label that name single objects."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from affine import Affine
from rasterio.features import shapes
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from annotation.errors import BadAnswer
from annotation.exports.cells import Cell
from annotation.imports.ground import Ground, Spot
from annotation.imports.images import Images
from annotation.imports.rows import Fate
from annotation.imports.shapes import MOST_TILES, area_size, on_lattice, outline_of, run_length_pixels
from annotation.imports.terms import Item, Unplaced
from annotation.models import Grid

_LEAST = 0.1  # of an object, that must lie on a tile to be named there

Laid = Iterator[tuple[Spot, BaseGeometry]]


class Objects:
    """Lays objects on the tiles of a project."""

    def __init__(self, ground: Ground, images: Images) -> None:
        """Remember where tiles and scenes lie."""
        self._ground, self._images = ground, images

    def shapes(self, item: Item) -> Laid:
        """Yield the parts of a shape in longitude and latitude, each in pixels of its tile."""
        for grid in self._ground.mapped:
            if ends := self._ground.ranges.get(grid.pk):
                spec = grid.spec()
                for part in _singles(on_lattice(item["shape"], spec.affine, spec.crs)):
                    yield from _pieces(part, grid, ends)
        for spot in self._ground.chips_at(item["shape"]):
            cell = self._ground.cell(spot)
            for part in _singles(on_lattice(item["shape"], cell.transform, cell.spec.crs)):
                yield from _inside(spot, part, cell)

    def parts(self, item: Item) -> Laid:
        """Yield areas in the pixels of an image, each in pixels of the tile, or of the tiles of the scene, so called.

        Raises:
            Unplaced: nothing is called so.
            BadAnswer: an area makes no sense.
        """
        if spot := self._ground.named(str(item["file"])):
            cell = self._ground.cell(spot)
            for area in item["areas"]:
                for part in _of_image(area, item.get("size"), cell):
                    yield from _inside(spot, part, cell)
            return
        scene = self._images.named(str(item["file"]))
        if scene is None:
            raise Unplaced(Fate.OUTSIDE, f"No tile or scene of the project is called {str(item['file'])[:120]!r}.")
        for area in item["areas"]:
            for placed in self._images.shapes_of(scene, area, item.get("size")):
                yield from _pieces(placed, scene.grid, self._ground.ranges[scene.grid_id])


def _of_image(area: dict[str, Any], size: Any, cell: Cell) -> Iterator[BaseGeometry]:
    """Yield the objects of an area in pixels of an image as they lie on the tile that the image is."""
    if "counts" in area:
        pixels = run_length_pixels(area)
        whole = [shape(part) for part, _ in shapes(pixels.astype(np.uint8), mask=pixels)]
        height, width = pixels.shape
    else:
        whole, (width, height) = [outline_of(area)], area_size(size)
    for part in whole:
        yield shapely.transform(part, lambda xy: xy * [cell.width / width, cell.height / height])


def _inside(spot: Spot, whole: BaseGeometry, cell: Cell) -> Laid:
    part = _cut(whole, shapely.box(0, 0, cell.width, cell.height))
    if part is not None:
        yield spot, part


def _pieces(whole: BaseGeometry, grid: Grid, ends: tuple[int, int, int, int]) -> Laid:
    """Yield what lies on each tile [first column, first row, last column, last row] of an object on a lattice."""
    side = grid.tile_px
    if whole.is_empty or not np.isfinite(whole.bounds).all():
        return
    left, top, right, bottom = (int(np.floor(np.clip(edge, -(2**31), 2**31) / side)) for edge in whole.bounds)
    left, top, right, bottom = max(left, ends[0]), max(top, ends[1]), min(right, ends[2]), min(bottom, ends[3])
    if left > right or top > bottom:
        return
    if (right - left + 1) * (bottom - top + 1) > MOST_TILES:
        raise BadAnswer("It lies on too many tiles at once; cut it into parts.")
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            part = _cut(whole, shapely.box(column * side, row * side, (column + 1) * side, (row + 1) * side))
            if part is not None:
                corner = Affine.translation(-column * side, -row * side)
                yield Spot(grid.pk, column, row), shapely.affinity.affine_transform(part, corner.to_shapely())


def _cut(whole: BaseGeometry, tile: BaseGeometry) -> BaseGeometry | None:
    """Return what of an object lies on a tile; None where that is next to nothing."""
    if whole.geom_type == "Point":
        return whole if tile.intersects(whole) else None
    part = whole if tile.contains(whole) else whole.intersection(tile)
    return part if whole.area and part.area >= _LEAST * whole.area else None


def _singles(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Return the objects of a geometry: of several points or polygons each is one."""
    return [part for part in getattr(geometry, "geoms", [geometry]) if not part.is_empty]
