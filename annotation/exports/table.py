"""Table: records as rows of plain columns, the same in CSV, GeoPackage and GeoParquet."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import orjson

from annotation.exports.provenance import LABEL, PLACE, REVIEW, SOURCE
from annotation.exports.records import Record
from annotation.exports.shapes import region_geometries
from annotation.exports.snapshot import Snapshot

Bounds = tuple[float, float, float, float]  # west, south, east, north

_TYPES: dict[str, type] = {
    "sample": int, "index": int, "grid": int, "column": int, "row": int, "annotation": int, "version": int,
    "model_version": int, "acceptance": int, "schema": int, "opinions": int, "pixels": int, "confidence": float,
    "promised_bound": float, "threshold": float, "seconds": float, "inclusion_probability": float, "agreement": float,
    "lon": float, "lat": float, "audit": bool,
}  # fmt: skip
_GROUND = ("lon", "lat", "crs", "transform")
_NESTED = ("value", "soft", "tile_files")
_SOMETIMES = (
    "tile_files", "epoch_name", "epoch_acquired", "later_epoch_name", "later_epoch_acquired", "split", "soft", "reason",
)  # fmt: skip


def columns_of(snapshot: Snapshot) -> dict[str, type]:
    """Return the names of the columns of a project's samples, and what each holds."""
    said = dict(snapshot.task.columns)
    plain = [*PLACE, *SOURCE, *_GROUND]
    labels = [name for name in (*LABEL, *REVIEW, *_SOMETIMES, "value") if name not in said]
    types = {name: _TYPES.get(name, str) for name in plain} | said | {name: _TYPES.get(name, str) for name in labels}
    return {name: str if kind is list else kind for name, kind in types.items()}


def row_of(snapshot: Snapshot, record: Record) -> Record:
    """Return the columns of a sample that have something to tell, among other entries; lists and objects as JSON."""
    row = record.copy()
    cell = snapshot.cell(record)
    row["crs"] = cell.spec.crs
    row["transform"] = "{!r} {!r} {!r} {!r} {!r} {!r}".format(*cell.numbers)
    if outline := record.get("outline"):
        row["lon"], row["lat"] = centre(outline)
    if "annotation" in record:
        row.update(snapshot.says(record))
    if review := record.get("review"):
        row["review"], row["reviewer"] = review["verdict"], review["by"]
    for name in (*_NESTED, *snapshot.task.columns):
        if isinstance(value := row.get(name), dict | list):
            row[name] = orjson.dumps(value).decode()
    return row


def areas_of_labels(snapshot: Snapshot) -> Iterator[tuple[Record, Record | None]]:
    """Yield the painted areas, one a class and tile: their columns, and their geometry in WGS 84."""
    for record in snapshot:
        shared = row_of(snapshot, record)
        drawn = snapshot.drawn(record)
        for code, geometry, pixels in region_geometries(snapshot.regions(record), snapshot.cell(record), drawn):
            yield {**shared, "label": code, "name": snapshot.names.get(code), "pixels": pixels}, geometry


def largest_part(geometry: Record) -> list[list[float]]:
    """Return the outer ring of the widest part of a geometry."""
    if geometry["type"] == "Polygon":
        return list(geometry["coordinates"][0])
    rings: list[list[list[float]]] = [part[0] for part in geometry["coordinates"]]
    return max(rings, key=_extent)


def _extent(ring: list[list[float]]) -> float:
    west, south, east, north = bounds_of([ring])
    return (east - west) * (north - south)


def centre(geometry: Record) -> tuple[float, float]:
    """Return longitude and latitude of the middle of a geometry's largest part."""
    west, south, east, north = bounds_of([largest_part(geometry)])
    return round((west + east) / 2, 8), round((south + north) / 2, 8)


def rings_of(geometry: Record) -> list[list[list[float]]]:
    """Return the outer rings of a geometry's parts."""
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"][0]]
    if geometry["type"] == "Point":
        return [[geometry["coordinates"]]]
    return [part[0] for part in geometry["coordinates"]]


def bounds_of(rings: list[list[list[float]]]) -> Bounds:
    """Return the box around rings."""
    points = rings[0] if len(rings) == 1 else [point for ring in rings for point in ring]
    x, y = zip(*points, strict=True)
    return min(x), min(y), max(x), max(y)


def wkb_of(geometry: Record) -> bytes:
    """Return a point, a polygon or several as well-known binary."""
    if geometry["type"] == "Point":
        return struct.pack("<BI2d", 1, 1, *geometry["coordinates"])
    if geometry["type"] == "Polygon":
        return _polygon(geometry["coordinates"])
    parts = geometry["coordinates"]
    return struct.pack("<BII", 1, 6, len(parts)) + b"".join(map(_polygon, parts))


def _polygon(rings: Any) -> bytes:
    packed = [struct.pack("<BII", 1, 3, len(rings))]
    for ring in rings:
        packed.append(struct.pack(f"<I{2 * len(ring)}d", len(ring), *chain.from_iterable(ring)))
    return b"".join(packed)


@dataclass
class Extent:
    """What geometries written so far reach to, and of which types they are."""

    bounds: list[float] = field(default_factory=list)
    types: set[str] = field(default_factory=set)

    def add(self, geometry: Record) -> Bounds:
        """Take a geometry in, and return its own box."""
        own = bounds_of(rings_of(geometry))
        self.types.add(geometry["type"])
        ends: tuple[Callable[..., float], ...] = (min, min, max, max)
        self.bounds = [end(*pair) for end, *pair in zip(ends, self.bounds, own, strict=True)] if self.bounds else [*own]
        return own
