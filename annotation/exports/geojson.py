"""GeoJSON: one feature a labelled tile; of painted masks, one a class and tile (RFC 7946, longitude and latitude)."""

import json
from collections.abc import Iterator
from pathlib import Path

from annotation.exports.provenance import provenance
from annotation.exports.shapes import pixel_bounds, region_geometries
from annotation.exports.snapshot import Record, Snapshot

ABOUT = (
    "labels.geojson: one feature a tile, or for painted masks one a class and tile, in longitude and latitude "
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
        if snapshot.task.paints:
            yield from _areas(snapshot, record)
        else:
            yield _feature(record["sample"], record["outline"], _properties(snapshot, record))


def _areas(snapshot: Snapshot, record: Record) -> Iterator[Record]:
    spec, column, row = snapshot.cell(record)
    shared = _properties(snapshot, record)
    for code, geometry, pixels in region_geometries(
        snapshot.task.regions(record["value"], snapshot.codes), spec, column, row
    ):
        properties = {**shared, "label": code, "name": snapshot.names.get(code), "pixels": pixels}
        yield _feature(f"{record['sample']}-{code}", geometry, properties)


def _feature(pk: int | str, geometry: Record | None, properties: Record) -> Record:
    return {"type": "Feature", "id": pk, "geometry": geometry, "properties": properties}


def _properties(snapshot: Snapshot, record: Record) -> Record:
    place = {name: record[name] for name in ("sample", "index", "grid", "column", "row")}
    bounds = {} if record["outline"] else {"pixel_bounds": pixel_bounds(*snapshot.cell(record))}
    says = snapshot.task.properties(record["value"], snapshot.codes, snapshot.names)
    return {**place, **bounds, **snapshot.shared, **says, **provenance(record)}
