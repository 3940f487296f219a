"""GeoJSON: one feature a labelled tile; of painted masks, one a class and tile (RFC 7946, longitude and latitude)."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from annotation.exports import objects
from annotation.exports.dissolve import dissolved
from annotation.exports.format import Format, Group
from annotation.exports.layers import lonlat_place
from annotation.exports.provenance import place, provenance
from annotation.exports.records import LABELLED, Record
from annotation.exports.shapes import region_geometries
from annotation.exports.snapshot import Snapshot

ABOUT = (
    "labels.geojson: one feature a tile, or for painted masks one a class and tile, in longitude and latitude "
    "(WGS 84). Tiles in image coordinates have no geometry; their 'pixel_bounds' are left, top, right, bottom in "
    "pixels of the grid."
)
ABOUT_DISSOLVED = (
    " dissolved.geojson: what touches across the borders of tiles as one polygon a class, with the number of its tiles "
    "and pixels; of confidence and agreement the least, of authors and provenance counts by tile."
)
_COUNTS = ("provenance", "authors", "model_versions")
ABOUT_CHIPS = " Of ready-made chips 'tile_files' names the files as they came."


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write labels.geojson."""
    _write(folder / "labels.geojson", features(snapshot))
    about = ABOUT + (ABOUT_CHIPS if snapshot.has_chips else "")
    about += objects.ABOUT.format(what="feature") if snapshot.task.names_objects else ""
    if not snapshot.options.dissolve:
        return about
    _write(folder / "dissolved.geojson", _dissolved(snapshot))
    return about + ABOUT_DISSOLVED


def _write(path: Path, made: Iterator[Record]) -> None:
    with path.open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[')
        for number, feature in enumerate(made):
            file.write(b",\n" if number else b"\n")
            file.write(orjson.dumps(feature))
        file.write(b"\n]}\n")


def _dissolved(snapshot: Snapshot) -> Iterator[Record]:
    for number, (row, geometry) in enumerate(dissolved(snapshot, lonlat_place)):
        told = {name: orjson.Fragment(text) if name in _COUNTS else text for name, text in row.items()}
        yield _feature(f"{row['label']}-{number}", geometry, told)


def features(snapshot: Snapshot) -> Iterator[Record]:
    """Turn each label into its features."""
    for record in snapshot:
        yield from features_of(snapshot, record)


def features_of(snapshot: Snapshot, record: Record) -> Iterator[Record]:
    """Turn one label into its features."""
    if snapshot.task.names_objects and record["status"] == LABELLED:
        yield from _objects(snapshot, record)
    elif snapshot.task.paints:
        yield from _areas(snapshot, record)
    else:
        yield _feature(record["sample"], record.get("outline"), _properties(snapshot, record))


def _areas(snapshot: Snapshot, record: Record) -> Iterator[Record]:
    shared = _properties(snapshot, record)
    drawn = snapshot.drawn(record)
    for code, geometry, pixels in region_geometries(snapshot.regions(record), snapshot.cell(record), drawn):
        properties = {**shared, "label": code, "name": snapshot.names.get(code), "pixels": pixels}
        yield _feature(f"{record['sample']}-{code}", geometry, properties)


def _objects(snapshot: Snapshot, record: Record) -> Iterator[Record]:
    shared, cell = _properties(snapshot, record), snapshot.cell(record)
    for told, thing in objects.object_rows(snapshot, record):
        geometry = objects.on_ground(objects.on_lattice(thing, cell), cell, own_crs=False)
        yield _feature(f"{record['sample']}-{told['object']}", geometry, {**shared, **told})


def _feature(pk: int | str, geometry: Record | None, properties: Record) -> Record:
    return {"type": "Feature", "id": pk, "geometry": geometry, "properties": properties}


def _properties(snapshot: Snapshot, record: Record) -> Record:
    bounds = {} if "outline" in record else {"pixel_bounds": snapshot.cell(record).pixel_bounds}
    return {**place(record), **bounds, **snapshot.says(record), **provenance(record)}


FORMAT = Format(
    group=Group.MAPS,
    title="GeoJSON",
    text="Tiles or class outlines in WGS 84 with class and author: for QGIS, web maps, GeoPandas.",
    lacks=("samples without a label", "earlier versions and other people's answers", "coordinates beyond WGS 84"),
    write=write,
    choices=frozenset({"dissolve"}),
)
