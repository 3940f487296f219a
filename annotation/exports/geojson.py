"""GeoJSON: one feature a labelled tile; of a segmentation, one a class and tile (RFC 7946, longitude and latitude)."""

import json
from collections.abc import Iterator
from pathlib import Path

from annotation.exports.provenance import provenance
from annotation.exports.shapes import class_geometries, pixel_bounds
from annotation.exports.snapshot import Record, Snapshot

ABOUT = (
    "labels.geojson: one feature a tile, or for a segmentation one a class and tile, in longitude and latitude "
    "(WGS 84). Tiles in image coordinates have no geometry; their 'pixel_bounds' are left, top, right, bottom in "
    "pixels of the grid."
)


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write labels.geojson."""
    with (folder / "labels.geojson").open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[')
        for number, feature in enumerate(features(snapshot)):
            file.write(",\n" if number else "\n")
            file.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))  # json.dump is many times slower
        file.write("\n]}\n")
    return ABOUT


def features(snapshot: Snapshot) -> Iterator[Record]:
    """Turn each label into its features."""
    for record in snapshot:
        if record["mask"]:
            yield from _areas(snapshot, record)
        else:
            yield _feature(record["sample"], record["outline"], _properties(snapshot, record))


def _areas(snapshot: Snapshot, record: Record) -> Iterator[Record]:
    spec, column, row = snapshot.cell(record)
    shared = _properties(snapshot, record)
    for code, geometry, pixels in class_geometries(snapshot.mask(record), spec, column, row):
        properties = {**shared, "label": code, "name": snapshot.names.get(code), "pixels": pixels}
        yield _feature(f"{record['sample']}-{code}", geometry, properties)


def _feature(pk: int | str, geometry: Record | None, properties: Record) -> Record:
    return {"type": "Feature", "id": pk, "geometry": geometry, "properties": properties}


def _properties(snapshot: Snapshot, record: Record) -> Record:
    place = {name: record[name] for name in ("sample", "index", "grid", "column", "row")}
    bounds = {} if record["outline"] else {"pixel_bounds": pixel_bounds(*snapshot.cell(record))}
    return {**place, **bounds, "label": record["code"], "name": record["name"], **provenance(record)}
