"""Ground: the tiles of a project, found by place, by name or by cell, with what is said of them already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.db import connection
from django.db.models import Max, Min
from shapely.geometry import shape

from annotation.errors import BadAnswer
from annotation.exports.cells import Cell, cell_of_chip, cell_of_tile
from annotation.ingest.naming import without_ending
from annotation.models import Grid, Project, Scene, Tile
from mlcore.raster.lonlat import transformer

_ALIKE = 2e-2  # of a tile's side, by which the bounds of one tile may differ in two files
_SAMPLES = """
    SELECT t.grid_id, t."column", t."row", s.epoch_id, s.later_epoch_id,
           s.id, s.state, s.answer_id, a.value::text, d.id IS NOT NULL
    FROM unnest(%s::bigint[], %s::int[], %s::int[]) c (grid, col, line)
    JOIN annotation_tile t ON t.grid_id = c.grid AND t."column" = c.col AND t."row" = c.line
    JOIN annotation_sample s ON s.tile_id = t.id AND s.project_id = %s
    LEFT JOIN annotation_annotation a ON a.id = s.answer_id
    LEFT JOIN annotation_auditdraw d ON d.sample_id = s.id
"""

Epochs = tuple[int | None, int | None]
Bounds = tuple[float, float, float, float]


class Spot(NamedTuple):
    """A cell of a lattice of the project."""

    grid: int
    column: int
    row: int


class Place(NamedTuple):
    """A sample, and what is said of it."""

    sample: int
    state: str
    answer: int | None
    value: str | None  # of the answer, JSON
    is_audit: bool


class Ground:
    """The tiles of a project."""

    def __init__(self, project: Project) -> None:
        """Remember the project; its tiles are read when they are asked for."""
        self.project = project
        self.grids: dict[int, Grid] = {grid.pk: grid for grid in project.grids.all()}
        self._cells: dict[Spot, Cell] = {}  # of ready-made tiles

    @cached_property
    def mapped(self) -> list[Grid]:
        """Return the lattices that lie on the map."""
        return [grid for grid in self.grids.values() if grid.crs and not grid.ready_made]

    @cached_property
    def ranges(self) -> dict[int, tuple[int, int, int, int]]:
        """Return first column, first row, last column and last row of the tiles of each grid."""
        ends = {"c0": Min("column"), "r0": Min("row"), "c1": Max("column"), "r1": Max("row")}
        rows = Tile.objects.filter(grid__in=self.grids).order_by().values_list("grid").annotate(**ends)
        return {grid: (c0, r0, c1, r1) for grid, c0, r0, c1, r1 in rows}

    def lattices(self) -> list[dict[str, Any]]:
        """Return what whoever reads a file is told of the project's ground."""
        return [
            {"id": grid.pk, "crs": grid.crs, "transform": grid.transform, "tile_px": grid.tile_px, "range": ends}
            for grid in self.mapped
            if (ends := self.ranges.get(grid.pk))
        ]

    @cached_property
    def _names(self) -> dict[str, list[Spot]]:
        """Return the ready-made tiles by name, by each file's path, and by those without folders."""
        names: dict[str, set[Spot]] = defaultdict(set)
        tiles = Tile.objects.filter(grid__in=self.grids, grid__ready_made=True)
        scenes = Scene.objects.filter(project=self.project, grid__ready_made=True)
        for rows in (tiles.values_list("grid", "column", "name"), scenes.values_list("grid", "first_column", "name")):
            for grid, column, name in rows:
                for each in {name, without_ending(name), name.rpartition("/")[2], _stem(name)}:
                    names[each.casefold()].add(Spot(grid, column, 0))
        return {name: sorted(spots) for name, spots in names.items()}

    def named(self, *names: str) -> Spot | None:
        """Return the ready-made tile of one of these names or paths.

        Raises:
            BadAnswer: several are called so.
        """
        for name in names:
            path = name.replace("\\", "/").casefold().removeprefix("./")
            for each in (path, without_ending(path), path.rpartition("/")[2], _stem(path)):
                spots = self._names.get(each)
                if spots and len(spots) > 1:
                    raise BadAnswer(f"{len(spots)} tiles are called {each[:80]!r}; name the folders, too.")
                if spots:
                    return spots[0]
        return None

    @cached_property
    def _chips(self) -> tuple[shapely.STRtree, list[Spot]]:
        """Return the outlines of the ready-made tiles that lie on the map, and which tiles they are."""
        tiles = Tile.objects.filter(grid__in=self.grids, grid__ready_made=True, outline__isnull=False)
        rows = [
            (Spot(tile.grid_id, tile.column, 0), shapely.from_wkb(bytes(tile.outline.wkb)))
            for tile in tiles
            if tile.outline
        ]
        return shapely.STRtree([outline for _, outline in rows]), [spot for spot, _ in rows]

    def chips_at(self, geometry: Any) -> list[Spot]:
        """Return the ready-made tiles that GeoJSON geometry in longitude and latitude touches."""
        if not any(grid.ready_made for grid in self.grids.values()):
            return []
        tree, spots = self._chips
        return [spots[at] for at in sorted(tree.query(shape(geometry), predicate="intersects").tolist())]

    @cached_property
    def _flat(self) -> dict[str, set[int]]:
        """Return the lattices in image coordinates, by checksum and name of their scenes, and all of them by ''."""
        flat = {grid.pk for grid in self.grids.values() if not grid.crs and not grid.ready_made}
        known: dict[str, set[int]] = defaultdict(set, {"": flat})
        rows = Scene.objects.filter(project=self.project, grid__in=flat)
        for grid, source, name in rows.values_list("grid", "asset__sha256", "name"):
            known[source].add(grid)
            known[name].add(grid)
        return known

    def flat(self, *, source: str, name: str) -> int | None:
        """Return the lattice in image coordinates of the scene with this checksum or name, or the only one there is."""
        for each in (source, name, ""):
            if len(grids := self._flat.get(each, set())) == 1:
                return next(iter(grids))
        return None

    def cell(self, spot: Spot) -> Cell:
        """Return the pixels of a tile as the user knows them."""
        grid = self.grids[spot.grid]
        if not grid.ready_made:
            return cell_of_tile(grid.spec(), spot.column, spot.row)
        if spot not in self._cells:
            chips = Scene.objects.filter(grid=spot.grid, first_column=spot.column).select_related("asset")
            finest = max((chip.asset.info() for chip in chips), key=lambda info: max(info.width, info.height))
            placed = {name: getattr(finest, name) for name in ("width", "height", "transform", "crs")}
            self._cells[spot] = cell_of_chip(placed, grid.tile_px)
        return self._cells[spot]

    def beneath(self, outlines: Sequence[Mapping[str, Any] | None]) -> list[Spot | None]:
        """Return the tile that has each outline [GeoJSON], in the one lattice or the other; None where none has."""
        spots: list[Spot | None] = [None] * len(outlines)
        there = {at: bounds for at, outline in enumerate(outlines) if outline and (bounds := _bounds(outline))}
        # the middle of the bounds lies in most tiles; where one is cut at 180 degrees or holds a pole, a point inside
        for inside in (_middle, _point_in):
            lost = [at for at in there if spots[at] is None]
            points = np.array([inside(outlines[at], there[at]) for at in lost]).reshape(-1, 2)
            around = np.array([there[at] for at in lost]).reshape(-1, 4)
            for grid in self.mapped if lost else ():
                for at, spot in zip(lost, _cells_with(grid, points, around), strict=True):
                    spots[at] = spots[at] or spot
        return spots

    def samples(self, spots: Iterable[Spot]) -> dict[tuple[Spot, Epochs], Place]:
        """Return the samples of tiles, by tile and by the epochs that they speak of."""
        wanted = list(set(spots))
        columns = [[spot[axis] for spot in wanted] for axis in range(3)]
        with connection.cursor() as cursor:
            cursor.execute(_SAMPLES, [*columns, self.project.pk])
            return {(Spot(*row[:3]), (row[3], row[4])): Place(*row[5:]) for row in cursor.fetchall()}


def _stem(path: str) -> str:
    return without_ending(path.rpartition("/")[2])


def _bounds(outline: Any) -> Bounds | None:
    """Return west, south, east and north of a GeoJSON polygon, or of several; None where it is none."""
    try:
        rings = [outline["coordinates"][0]]
        if outline["type"] != "Polygon":
            rings = [part[0] for part in outline["coordinates"]]
        x = [float(point[0]) for ring in rings for point in ring]
        y = [float(point[1]) for ring in rings for point in ring]
        return min(x), min(y), max(x), max(y)
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _middle(outline: Any, bounds: Bounds) -> tuple[float, float]:
    return (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2


def _point_in(outline: Any, bounds: Bounds) -> tuple[float, float]:
    """Return a point inside the largest part of an outline."""
    try:
        parts = shapely.get_parts(shape(outline))
        inside = max(parts, key=lambda part: part.area).representative_point()
        return inside.x, inside.y
    except (TypeError, ValueError, shapely.errors.GEOSException):
        return _middle(outline, bounds)


def _cells_with(grid: Grid, points: np.ndarray, bounds: np.ndarray) -> list[Spot | None]:
    """Return the cells of a lattice that hold points [N, 2] and have bounds [N, 4] in longitude and latitude."""
    spec = grid.spec()
    x, y = transformer("EPSG:4326", str(spec.crs)).transform(points[:, 0], points[:, 1])
    back = ~spec.affine
    across, down = back.a * x + back.b * y + back.c, back.d * x + back.e * y + back.f
    on_map = np.isfinite(across) & np.isfinite(down) & (np.abs(across) < 2**30) & (np.abs(down) < 2**30)
    columns, rows = (np.floor(np.where(on_map, axis, 0) / spec.tile_px).astype(int) for axis in (across, down))
    theirs = shapely.bounds(spec.tile_polygons_wgs84(columns, rows))
    side = np.maximum(theirs[:, 2] - theirs[:, 0], theirs[:, 3] - theirs[:, 1])
    alike = on_map & (np.abs(theirs - bounds).max(axis=1) <= _ALIKE * side)
    cells = zip(columns.tolist(), rows.tolist(), alike.tolist(), strict=True)
    return [Spot(grid.pk, column, row) if same else None for column, row, same in cells]
