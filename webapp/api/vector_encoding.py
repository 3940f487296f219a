"""Vector tiles as bytes: rows of a collection inside a square of the web map, written by PostGIS."""

import math
from typing import Any

import orjson
from django.contrib.gis.geos import Polygon
from django.db import connection
from django.db.models import BigIntegerField, F, Value
from django.db.models.functions import Cast, Mod

from annotation.models import Project, Tile
from webapp.api.feature_rows import Wanted, bare_rows_of, properties_of

MOST_FEATURES = 10_000  # of one tile
FINEST = 22  # zoom
EXTENT = 4096  # units of a tile's side
BUFFER = 64  # units around it, so that outlines meet across its border
_LAST_LATITUDE = 85.0511  # where Web Mercator ends
_PX = 256
_LEVELS = 8  # of zoom, from cells of a pixel to cells as large as a tile
_SPREAD = 2_654_435_761  # a prime: multiplied by it, and cut, numbers that follow one another lie far apart

# The kind of label tells the properties, so they are made in Python; geometries never leave the database.
_WRITE = f"""
SELECT ST_AsMVT(told, %s, {EXTENT}, 'shape', 'pk') FROM (
    SELECT
        each.pk,
        each.properties,
        ST_AsMVTGeom(
            ST_Transform(
                ST_ClipByBox2D(tile.outline, ST_MakeEnvelope(-180, -{_LAST_LATITUDE}, 180, {_LAST_LATITUDE}, 4326)),
                3857
            ),
            ST_TileEnvelope(%s, %s, %s), {EXTENT}, {BUFFER}
        ) AS shape
    FROM unnest(%s::bigint[], %s::jsonb[]) AS each (pk, properties)
    JOIN annotation_sample AS sample ON sample.id = each.pk
    JOIN annotation_tile AS tile ON tile.id = sample.tile_id
) AS told WHERE shape IS NOT NULL
"""  # noqa: S608  # numbers of our own


def tile_box(z: int, x: int, y: int) -> Polygon:
    """Return the ground of a square of the web map, with its buffer, in degrees."""
    wide = BUFFER / EXTENT
    west, east = (max(-180.0, min(180.0, _longitude(z, edge))) for edge in (x - wide, x + 1 + wide))
    north, south = (_latitude(z, edge) for edge in (y - wide, y + 1 + wide))
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = 4326
    return box


def _longitude(z: int, x: float) -> float:
    return float(x / 2**z * 360 - 180)


def _latitude(z: int, y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * max(0.0, min(1.0, y / 2**z))))))


def write_tile(project: Project, collection: str, z: int, x: int, y: int) -> tuple[bytes, bool]:
    """Return a tile, and whether some of its features were left out: then those that are there lie evenly."""
    rows = bare_rows_of(project, collection, Wanted(boxes=(tile_box(z, x, y),)))
    chosen = list(rows[: MOST_FEATURES + 1])
    thinned = len(chosen) > MOST_FEATURES
    if thinned:
        place = Mod(Cast(F("number"), BigIntegerField()) * Value(_SPREAD, BigIntegerField()), Value(2**32))
        chosen = list(rows.order_by(place)[:MOST_FEATURES])
    return (_written(project, collection, chosen, (z, x, y)) if chosen else b""), thinned


def _written(project: Project, collection: str, rows: list[dict[str, Any]], square: tuple[int, int, int]) -> bytes:
    told = [orjson.dumps(properties).decode() for properties in properties_of(project, rows)]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [collection, *square, [row["sample_pk"] for row in rows], told])
        return bytes(cursor.fetchone()[0])


def zooms_of(project: Project) -> tuple[int, int]:
    """Return from which zoom a cell is a pixel large, and from which one as large as a tile."""
    tiles = Tile.objects.filter(grid__project=project, outline__isnull=False)
    ones = tiles.order_by("grid_id", "id").distinct("grid_id")[:100]
    sides = [_side(tile.outline.extent) for tile in ones if tile.outline]
    if not sides:
        return 0, FINEST
    first = max(0, min(FINEST - _LEVELS, math.ceil(math.log2(360 / _PX / max(sides)))))
    last = math.ceil(math.log2(360 / _PX / min(sides))) + _LEVELS
    return first, max(first, min(last, FINEST))


def _side(box: tuple[float, float, float, float]) -> float:
    """Return the height of a cell in degrees, which is about its width on the equator."""
    return max(box[3] - box[1], 1e-9)
