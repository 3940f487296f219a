"""GeoJSON: one feature a labelled tile; of painted masks, one a class and tile (RFC 7946, longitude and latitude)."""

import json
from collections.abc import Iterator
from pathlib import Path

from annotation.exports.provenance import provenance
from annotation.exports.shapes import region_geometries
from annotation.exports.snapshot import Record, Snapshot

ABOUT = (
    "labels.geojson: one feature a tile, or for painted masks one a class and tile, in longitude and latitude "
    "(WGS 84). Tiles in image coordinates have no geometry; their 'pixel_bounds' are left, top, right, bottom in "
    "pixels of the grid."
)
ABOUT_CHIPS = " Of ready-made chips 'tile_files' names the files as they came."


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write labels.geojson."""
    with (folder / "labels.geojson").open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[')
        for number, feature in enumerate(features(snapshot)):
            file.write(",\n" if number else "\n")
            file.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))  # json.dump is many times slower
        file.write("\n]}\n")
    return ABOUT + (ABOUT_CHIPS if snapshot.has_chips else "")


def features(snapshot: Snapshot) -> Iterator[Record]:
    """Turn each label into its features."""
    for record in snapshot:
        if snapshot.task.paints:
            yield from _areas(snapshot, record)
        else:
            yield _feature(record["sample"], record["outline"], _properties(snapshot, record))


def _areas(snapshot: Snapshot, record: Record) -> Iterator[Record]:
    shared = _properties(snapshot, record)
    for code, geometry, pixels in region_geometries(snapshot.regions(record), snapshot.cell(record)):
        properties = {**shared, "label": code, "name": snapshot.names.get(code), "pixels": pixels}
        yield _feature(f"{record['sample']}-{code}", geometry, properties)


def _feature(pk: int | str, geometry: Record | None, properties: Record) -> Record:
    return {"type": "Feature", "id": pk, "geometry": geometry, "properties": properties}


def _properties(snapshot: Snapshot, record: Record) -> Record:
    place = {name: record[name] for name in ("sample", "index", "grid", "column", "row")}
    bounds = {} if record["outline"] else {"pixel_bounds": snapshot.cell(record).pixel_bounds}
    says = snapshot.task.properties(record["value"], snapshot.codes, snapshot.names)
    return {**place, **bounds, **snapshot.shared, **says, **provenance(record)}
