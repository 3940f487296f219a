"""Dissolve: what has one class and touches across the borders of tiles becomes one polygon.

It is done on the lattice, in whole pixels, so that nothing is lost and no gap is left. Of what is known of the tiles,
each polygon keeps counts and extremes, never one tile's word for all.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import orjson
import shapely
from affine import Affine
from rasterio.features import shapes
from shapely import Polygon
from shapely.geometry import shape

from annotation.exports.cells import Cell
from annotation.exports.cut_objects import whole_boxes
from annotation.exports.objects import on_lattice, things_of
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot, epochs_of

COLUMNS: dict[str, type] = {
    "label": int, "name": str, "epoch_name": str, "later_epoch_name": str, "grid": int, "crs": str, "tiles": int,
    "pixels": int, "provenance": str, "authors": str, "model_versions": str, "reviewed": int, "audits": int,
    "confidence_min": float, "confidence_tiles": int, "agreement_min": float, "first_said": str, "last_said": str,
}  # fmt: skip
Key = tuple[int, int, tuple[int, ...], int]  # grid, chip (-1: of a lattice), epochs, class code
Place = Callable[[Polygon, Cell], Record | None]


@dataclass
class _Heap:
    """What one class has on one lattice: pieces in its pixels, and for each the number of its record."""

    cell: Cell
    pieces: list[Polygon] = field(default_factory=list)
    pixels: list[int] = field(default_factory=list)
    of: list[int] = field(default_factory=list)
    tiles: list[tuple[int, int]] = field(default_factory=list)  # column and row, of boxes


def dissolved(
    snapshot: Snapshot, place: Place, wanted: Callable[[Cell], bool] = lambda cell: True
) -> Iterator[tuple[Record, Record | None]]:
    """Yield the polygons of the cells that are wanted: columns, and the geometry that `place` makes of it."""
    heaps: dict[Key, _Heap] = {}
    known: list[Record] = []
    for record in snapshot:
        cell = snapshot.cell(record)
        if wanted(cell):
            _heap(snapshot, record, cell, len(known), heaps)
            known.append(_known(record))
    for key, heap in sorted(heaps.items()):
        for polygon, members in _boxes(heap) if snapshot.task.names_objects else _joined(heap):
            row = {"label": key[3], "name": snapshot.names.get(key[3]), "grid": key[0], "crs": heap.cell.spec.crs}
            told = [known[heap.of[at]] for at in members]
            yield row | _together(told) | {"pixels": sum(heap.pixels[at] for at in members)}, place(polygon, heap.cell)


def _heap(snapshot: Snapshot, record: Record, cell: Cell, number: int, heaps: dict[Key, _Heap]) -> None:
    """Lay the pieces of a label on the heaps of their classes."""
    chip = record["index"] if snapshot.is_ready_made(record) else -1
    left, top, right, bottom = cell.pixel_bounds
    for thing in things_of(snapshot, record) if snapshot.task.names_objects else ():
        heap = heaps.setdefault((record["grid"], chip, epochs_of(record), thing.code), _Heap(cell))
        heap.pieces.append(cast(Polygon, on_lattice(thing, cell)))
        heap.pixels.append(round(thing.width * thing.height))
        heap.of.append(number)
        heap.tiles.append((cell.column, cell.row))
    for code, region in snapshot.regions(record):
        heap = heaps.setdefault((record["grid"], chip, epochs_of(record), code), _Heap(cell))
        if region is None:
            pieces, counts = [shapely.box(left, top, right, bottom)], [cell.width * cell.height]
        else:
            spots = Affine.translation(left, top)
            pieces = [cast(Polygon, shape(area)) for area, _ in shapes(region.astype("u1"), region, transform=spots)]
            counts = [round(piece.area) for piece in pieces]
        heap.pieces += pieces
        heap.pixels += counts
        heap.of += [number] * len(pieces)


def _joined(heap: _Heap) -> Iterator[tuple[Polygon, list[int]]]:
    """Yield the polygons that pieces make together, each with the numbers of its pieces."""
    pieces = np.array(heap.pieces, object)
    parts = shapely.get_parts(shapely.normalize(shapely.simplify(shapely.union_all(pieces), 0)))
    inner, outer = shapely.STRtree(parts).query(shapely.point_on_surface(pieces), predicate="within")
    members: dict[int, list[int]] = defaultdict(list)
    for piece, part in sorted(zip(inner.tolist(), outer.tolist(), strict=True)):
        members[part].append(piece)
    for part, polygon in enumerate(parts):
        yield polygon, members[part]


def _boxes(heap: _Heap) -> Iterator[tuple[Polygon, list[int]]]:
    """Yield the boxes that pieces make together."""
    return whole_boxes(heap.pieces, heap.tiles, heap.cell.spec.tile_px)


def _known(record: Record) -> Record:
    """Return what is kept of a label until its polygon is whole."""
    names = (
        "index", "provenance", "author", "model_version", "confidence", "agreement", "audit", "created_at",
        "epoch_name", "later_epoch_name",
    )  # fmt: skip
    return {name: record.get(name) for name in names} | {"reviewed": "review" in record}


def _together(pieces: list[Record]) -> Record:
    """Return what the labels of a polygon say together, each tile counted once."""
    told = list({each["index"]: each for each in pieces}.values())
    sure = [each["confidence"] for each in told if each["confidence"] is not None]
    agreed = [each["agreement"] for each in told if each["agreement"] is not None]
    moments = [each["created_at"] for each in told]
    return {
        "epoch_name": told[0]["epoch_name"],
        "later_epoch_name": told[0]["later_epoch_name"],
        "tiles": len(told),
        "provenance": _counts(told, "provenance"),
        "authors": _counts(told, "author"),
        "model_versions": _counts(told, "model_version"),
        "reviewed": sum(each["reviewed"] for each in told),
        "audits": sum(each["audit"] for each in told),
        "confidence_min": min(sure, default=None),
        "confidence_tiles": len(sure),
        "agreement_min": min(agreed, default=None),
        "first_said": min(moments),
        "last_said": max(moments),
    }


def _counts(told: list[Record], name: str) -> str:
    counts: Counter[Any] = Counter(str(each[name]) for each in told if each[name] is not None)
    return orjson.dumps(dict(sorted(counts.items()))).decode()
