"""Outlines: the connected areas of a label in pixels of its tile, and the boxes around them."""

from collections.abc import Iterator
from typing import cast

import numpy as np
from rasterio.features import shapes
from shapely import Polygon
from shapely.geometry import shape

from annotation.exports.objects import outline, things_of
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot


def outlines_of(snapshot: Snapshot, record: Record) -> Iterator[tuple[int, Polygon]]:
    """Yield the class code and the outline, in pixels from the upper left, of each connected area or box of a label."""
    if snapshot.task.names_objects:
        yield from ((thing.code, cast(Polygon, outline(thing))) for thing in things_of(snapshot, record))
        return
    cell = snapshot.cell(record)
    for code, region in snapshot.regions(record):
        inside = cell.inside(region)
        for area, _ in shapes(inside.astype(np.uint8), mask=inside):
            yield code, cast(Polygon, shape(area))


def turned_box(outline: Polygon) -> list[tuple[float, float]]:
    """Return the four corners of the smallest box around an outline, in any direction."""
    box = cast(Polygon, outline.minimum_rotated_rectangle)
    corners = list(box.exterior.coords)[:4]
    return [(float(x), float(y)) for x, y in corners]
