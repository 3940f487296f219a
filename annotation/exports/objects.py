"""Objects: the boxes and points of labels, in pixels of their tile, on the lattice and on the ground."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from shapely import Point, Polygon
from shapely.affinity import affine_transform, translate
from shapely.geometry import mapping

from annotation.exports.cells import Cell
from annotation.exports.records import Record
from annotation.exports.shapes import in_degrees
from annotation.exports.snapshot import Snapshot
from annotation.tasks.thing import Thing
from mlcore.raster.lonlat import transformer

COLUMNS: dict[str, type] = {
    "object": int, "label": int, "name": str, "score": float, "x": float, "y": float, "box_width": float,
    "box_height": float, "angle": float,
}  # fmt: skip
DECIMALS = 8  # of a degree

ABOUT = (
    " Of boxes and points there is one {what} an object: its class, 'score' where a model found it, and its centre "
    "'x', 'y', 'box_width', 'box_height' and 'angle' (degrees clockwise) in pixels of its tile; tiles without any are "
    "'negative'."
)


def things_of(snapshot: Snapshot, record: Record) -> list[Thing]:
    """Return the objects of a label, by the classes that they count as; none beside the pixels of a chip."""
    cell = snapshot.cell(record)
    things = snapshot.task.objects(record["value"])
    inside = [thing for thing in things if thing.x <= cell.width and thing.y <= cell.height]
    return [replace(thing, code=snapshot.codes.get(thing.code, thing.code)) for thing in inside]


def outline(thing: Thing) -> Polygon | Point:
    """Return an object in pixels of its tile."""
    return Polygon(thing.corners()) if thing.width else Point(thing.x, thing.y)


def on_lattice(thing: Thing, cell: Cell) -> Polygon | Point:
    """Return an object in pixels of the lattice."""
    left, top, _, _ = cell.pixel_bounds
    placed: Polygon | Point = translate(outline(thing), left, top)
    return placed


def on_ground(shape: Polygon | Point, cell: Cell, *, own_crs: bool) -> Record | None:
    """Return a shape in pixels of a lattice as GeoJSON in degrees or its own CRS; None where it has no place."""
    if cell.spec.crs is None:
        return None
    a, b, c, d, e, f = cell.spec.transform
    placed = affine_transform(shape, [a, b, d, e, c, f])
    if isinstance(placed, Point):
        x, y = placed.x, placed.y
        if not own_crs:
            x, y = (round(number, DECIMALS) for number in transformer(cell.spec.crs, "EPSG:4326").transform(x, y))
        return {"type": "Point", "coordinates": [x, y]} if np.isfinite([x, y]).all() else None
    geometry = placed.normalize().reverse() if own_crs else in_degrees([placed], cell)
    told: Record | None = mapping(geometry) if geometry else None
    return told


def row_of(snapshot: Snapshot, thing: Thing, number: int) -> dict[str, Any]:
    """Return the columns of an object, counted from 1 within its tile."""
    sides = (thing.width, thing.height, thing.angle) if thing.width else (None, None, None)
    named = {"object": number, "label": thing.code, "name": snapshot.names.get(thing.code), "score": thing.score}
    box = dict(zip(("box_width", "box_height", "angle"), sides, strict=True))
    return named | {"x": thing.x, "y": thing.y} | box


def object_rows(snapshot: Snapshot, record: Record) -> Iterator[tuple[dict[str, Any], Thing]]:
    """Yield the objects of a label: their own columns, and they themselves."""
    for number, thing in enumerate(things_of(snapshot, record), 1):
        yield row_of(snapshot, thing, number), thing
