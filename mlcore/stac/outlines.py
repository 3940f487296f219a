"""Outlines: what of the ground an item shows, as its geometry says, with no more points than a map needs."""

from typing import Any

from mlcore.stac.words import mapping, number

Ring = tuple[tuple[float, float], ...]  # longitudes and latitudes in degrees
_MOST_RINGS, _MOST_POINTS = 20, 200
_LEAST = 3  # points of a ring


def outline_of(geometry: object) -> tuple[Ring, ...]:
    """Return the outer rings of a polygon or of several; nothing of anything else, or of a damaged one."""
    told = mapping(geometry)
    coordinates = told.get("coordinates")
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(told.get("type")))
    if not isinstance(polygons, list):
        return ()
    rings = (_ring(polygon[0]) for polygon in polygons[:_MOST_RINGS] if isinstance(polygon, list) and polygon)
    return tuple(ring for ring in rings if len(ring) >= _LEAST)


def _ring(told: Any) -> Ring:
    """Return a ring's points, thinned; nothing where one is none."""
    thinned = told[:: len(told) // _MOST_POINTS + 1] if isinstance(told, list) else []
    points = [point for each in thinned if (point := _point(each))]
    return tuple(points) if len(points) == len(thinned) else ()


def _point(told: Any) -> tuple[float, float] | None:
    if not isinstance(told, list) or len(told) < 2:
        return None
    longitude, latitude = number(told[0], -400, 400), number(told[1], -90, 90)
    return None if longitude is None or latitude is None else (longitude, latitude)
