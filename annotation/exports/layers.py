"""Layers: the tables with geometry of GeoPackage and GeoParquet, in WGS 84 or in the CRS that tiles have themselves."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from pyproj import CRS
from shapely import MultiPolygon, Polygon
from shapely.affinity import affine_transform
from shapely.geometry import mapping
from shapely.geometry.polygon import orient

from annotation.exports import objects
from annotation.exports.cells import Cell
from annotation.exports.dissolve import COLUMNS, dissolved
from annotation.exports.records import Record
from annotation.exports.shapes import areas_of, in_degrees
from annotation.exports.snapshot import Snapshot
from annotation.exports.table import areas_of_labels, columns_of, row_of

SAMPLES, AREAS, OBJECTS, DISSOLVED = "samples", "areas", "objects", "dissolved"

ABOUT_OWN = (
    " Geometry is in the CRS of the tiles themselves (of the project's grid, or of a chip's file); where there are "
    "several, each CRS has layers of its own, called by it."
)
ABOUT_DISSOLVED = (
    " Layer 'dissolved' has what touches across the borders of tiles as one polygon a class, with the number of its "
    "tiles and pixels; of confidence and agreement the least, of authors and provenance counts by tile."
)


@dataclass(frozen=True)
class Layer:
    """A table with geometry."""

    name: str
    kind: str  # samples, areas, objects or dissolved
    crs: str | None  # None: longitude and latitude in WGS 84
    columns: dict[str, type]
    rows: Callable[[], Iterator[tuple[Record, Record | None]]]


def layers_of(snapshot: Snapshot) -> Iterator[Layer]:
    """Yield the layers that the options ask for, in each CRS."""
    columns = columns_of(snapshot)
    for crs, ending in systems_of(snapshot).items():
        yield Layer(SAMPLES + ending, SAMPLES, crs, columns, partial(_tiles, snapshot, crs))
        if snapshot.task.paints:
            yield Layer(AREAS + ending, AREAS, crs, {**columns, "pixels": int}, partial(_areas, snapshot, crs))
        if snapshot.task.names_objects:
            kept = {**columns, **objects.COLUMNS}
            yield Layer(OBJECTS + ending, OBJECTS, crs, kept, partial(_objects, snapshot, crs))
        if snapshot.options.dissolve:
            yield Layer(DISSOLVED + ending, DISSOLVED, crs, COLUMNS, partial(_dissolved, snapshot, crs))


def about(snapshot: Snapshot) -> str:
    """Return what the README says of options that were chosen."""
    options = snapshot.options
    told = objects.ABOUT.format(what="row of layer 'objects'") if snapshot.task.names_objects else ""
    return told + (ABOUT_OWN if options.own_crs else "") + (ABOUT_DISSOLVED if options.dissolve else "")


def systems_of(snapshot: Snapshot) -> dict[str | None, str]:
    """Return in which CRS geometry is written, each with the ending of its layers' names; None: in degrees."""
    if not snapshot.options.own_crs:
        return {None: ""}
    systems: dict[str | None, None] = {}
    if snapshot.has_chips:
        systems = dict.fromkeys(snapshot.cell(record).spec.crs for record in snapshot.everything())
    else:
        systems = dict.fromkeys(snapshot.grids[pk].spec().crs for pk in sorted(snapshot.grids))
    if len(systems) <= 1:
        return dict.fromkeys(systems or [None], "")
    endings: dict[str | None, str] = {}
    for number, crs in enumerate(systems, 1):
        plain = _plain(crs) if crs else "no_crs"
        endings[crs] = f"_{plain}_{number}" if f"_{plain}" in endings.values() else f"_{plain}"
    return endings


def _plain(crs: str) -> str:
    """Return a CRS in letters that a table may be called by."""
    authority = CRS.from_user_input(crs).to_authority()
    return re.sub(r"\W+", "_", "_".join(authority or ("crs",))).lower()


def _is_of(snapshot: Snapshot, crs: str | None) -> Callable[[Cell], bool]:
    own = snapshot.options.own_crs
    return lambda cell: not own or cell.spec.crs == crs


def _tiles(snapshot: Snapshot, crs: str | None) -> Iterator[tuple[Record, Record | None]]:
    for record in snapshot.everything():
        if crs is None and not snapshot.options.own_crs:
            yield row_of(snapshot, record), record.get("outline")
        elif (cell := snapshot.cell(record)).spec.crs == crs:
            yield row_of(snapshot, record), square_of(cell) if crs else None


def _areas(snapshot: Snapshot, crs: str | None) -> Iterator[tuple[Record, Record | None]]:
    if crs is None and not snapshot.options.own_crs:
        yield from areas_of_labels(snapshot)
        return
    for record in snapshot:
        cell = snapshot.cell(record)
        if cell.spec.crs != crs:
            continue
        shared, drawn = row_of(snapshot, record), snapshot.drawn(record)
        for code, region in snapshot.regions(record):
            inside = cell.inside(region)
            told = {"label": code, "name": snapshot.names.get(code), "pixels": int(inside.sum())}
            yield shared | told, _whole(areas_of(inside, cell, drawn.get(code, ()))) if crs else None


def _objects(snapshot: Snapshot, crs: str | None) -> Iterator[tuple[Record, Record | None]]:
    for record in snapshot:
        cell = snapshot.cell(record)
        if not _is_of(snapshot, crs)(cell):
            continue
        shared = row_of(snapshot, record)
        for told, thing in objects.object_rows(snapshot, record):
            shape = objects.on_lattice(thing, cell)
            yield shared | told, objects.on_ground(shape, cell, own_crs=crs is not None)


def _dissolved(snapshot: Snapshot, crs: str | None) -> Iterator[tuple[Record, Record | None]]:
    return dissolved(snapshot, own_place if crs else lonlat_place, _is_of(snapshot, crs))


def own_place(polygon: Polygon, cell: Cell) -> Record | None:
    """Return a polygon in pixels of a cell's lattice as GeoJSON in the lattice's CRS."""
    return _whole([_on_ground(polygon, cell)])


def lonlat_place(polygon: Polygon, cell: Cell) -> Record | None:
    """Return a polygon in pixels of a cell's lattice as GeoJSON in WGS 84; None in image coordinates."""
    geometry = in_degrees([_on_ground(polygon, cell)], cell)
    return mapping(geometry) if geometry else None


def _on_ground(polygon: Polygon, cell: Cell) -> Polygon:
    a, b, c, d, e, f = cell.spec.transform
    return affine_transform(polygon, [a, b, d, e, c, f])


def _whole(areas: list[Polygon]) -> Record:
    turned = [orient(area) for area in areas]
    told: Record = mapping(turned[0] if len(turned) == 1 else MultiPolygon(turned))
    return told


def square_of(cell: Cell) -> Record:
    """Return the tile as GeoJSON in its own CRS, counter-clockwise."""
    a, b, c, d, e, f = cell.numbers
    corners = [(0, 0), (0, cell.height), (cell.width, cell.height), (cell.width, 0)]
    ring = [(a * x + b * y + c, d * x + e * y + f) for x, y in corners]
    ring = ring if a * e - b * d < 0 else ring[::-1]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
