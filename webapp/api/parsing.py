"""What clients send, read with care: JSON bodies, and numbers that name rows or places."""

import math
from collections.abc import Mapping
from typing import IO, Any

from django.contrib.gis.geos import GEOSException, MultiPolygon, Polygon
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.serializers import IntegerField

from annotation.errors import BadSettings

LARGEST_ID = 2**63 - 1  # of a row; beyond it PostgreSQL refuses the query
MOST_CORNERS = 2000
LONGEST_NUMBER = 40  # characters


class Json(JSONParser):
    """JSON that may be nested as deep as Python can follow."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value of the body."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None


class Id(IntegerField):
    """The number of a row."""

    def __init__(self, **options: Any) -> None:
        """Keep it within what the database can hold."""
        super().__init__(**{"min_value": 0, "max_value": LARGEST_ID, **options})


def real(text: str, name: str) -> float:
    """Return a finite number from a query string.

    Raises:
        BadSettings: it is none.
    """
    try:
        value = float(text) if len(text) <= LONGEST_NUMBER and text.isascii() else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadSettings(f"{name} must be a number, not {text[:40]!r}.")
    return value


def read_bbox(text: str) -> Polygon | MultiPolygon:
    """Return the area that four numbers tell: west,south,east,north in degrees.

    Raises:
        ValidationError: they tell none.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise serializers.ValidationError("Write four numbers: west,south,east,north in degrees.") from None
    if not (-360 <= west < east <= 360 and -90 <= south < north <= 90):
        raise serializers.ValidationError("West must be below east and south below north, within the world.")
    return _folded(west, south, east, north)


def read_area(told: Any) -> Polygon:
    """Return the area that a GeoJSON polygon in degrees tells.

    Raises:
        ValidationError: it is none, crosses itself, or lies beyond the world.
    """
    rings = told.get("coordinates") if isinstance(told, dict) and told.get("type") == "Polygon" else None
    try:
        if sum(len(ring) for ring in rings or ()) > MOST_CORNERS:
            raise serializers.ValidationError(f"An area has {MOST_CORNERS} corners at most; draw it more simply.")
        area = Polygon(*([(float(x), float(y)) for x, y in ring] for ring in rings or ()), srid=4326)
    except (TypeError, ValueError, OverflowError, GEOSException):
        area = Polygon(srid=4326)
    if area.empty or not all(map(math.isfinite, area.extent)):
        raise serializers.ValidationError("Write a GeoJSON Polygon: closed rings of [longitude, latitude].")
    west, south, east, north = area.extent
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise serializers.ValidationError("The area reaches beyond the world: -180 to 180 and -90 to 90 degrees.")
    if not area.valid or not area.area:
        raise serializers.ValidationError("The outline crosses or touches itself, or encloses nothing; draw it anew.")
    return area


def _folded(west: float, south: float, east: float, north: float) -> Polygon | MultiPolygon:
    """Return a box as shapes within -180..180 degrees: one across the antimeridian has two parts."""
    if east - west >= 360:
        west, east = -180, 180
    turns = [(max(west + turn, -180), min(east + turn, 180)) for turn in (-360, 0, 360)]
    boxes = [Polygon.from_bbox((left, south, right, north)) for left, right in turns if left < right]
    return MultiPolygon(boxes, srid=4326) if len(boxes) > 1 else Polygon(boxes[0].shell, srid=4326)
