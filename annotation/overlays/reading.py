"""Reading: GeoJSON becomes lines and points in longitude and latitude, or is refused in words.

Nothing but coordinates is taken from a file: no properties, no styles, no links.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from annotation.errors import BadUpload, UploadTooLarge

LIMIT_MB = 5
MOST_VERTICES = 50_000
# How deep coordinates are nested, and how many a chain must have
KINDS = {
    "Point": (0, 1),
    "MultiPoint": (1, 1),
    "LineString": (1, 2),
    "MultiLineString": (2, 2),
    "Polygon": (2, 4),
    "MultiPolygon": (3, 4),
}
WGS84 = ("CRS84", "EPSG:4326", "EPSG::4326")  # ends of the names that mean longitude and latitude, as people write them
_REPROJECT = "save the file in longitude and latitude (WGS 84, EPSG:4326)"

Chain = NDArray[np.float64]  # [positions, 2], degrees


@dataclass
class Drawing:
    """What a file draws."""

    lines: list[Chain] = field(default_factory=list)
    points: list[Chain] = field(default_factory=list)
    vertices: int = 0

    def shape(self) -> BaseGeometry:
        """Return two multi-geometries, of lines and of points, within ±180° of longitude."""
        lines = _folded(shapely.MultiLineString(self.lines))
        points = np.concatenate(self.points) if self.points else np.empty((0, 2))
        points[:, 0] = np.where(np.abs(points[:, 0]) > 180, (points[:, 0] + 180) % 360 - 180, points[:, 0])
        return shapely.GeometryCollection([lines, shapely.MultiPoint(points)])


def read_geojson(content: bytes) -> Drawing:
    """Return what a GeoJSON file draws.

    Raises:
        BadUpload: it is none, or its coordinates are no longitudes and latitudes.
        UploadTooLarge: more than is drawn at once.
    """
    if len(content) > LIMIT_MB * 2**20:
        raise UploadTooLarge(f"An overlay may have {LIMIT_MB} MB; simplify it, or cut it to the imagery.")
    try:
        told = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BadUpload(f"The file is no GeoJSON: {error}.") from error
    drawing = Drawing()
    _check_crs(told)
    for where, geometry in _geometries(told):
        _draw(drawing, geometry, where)
    if not drawing.vertices:
        raise BadUpload("The file draws nothing: it holds no point, line or area.")
    return drawing


def _check_crs(told: object) -> None:
    crs = told.get("crs") if isinstance(told, dict) else None
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if not name.upper().endswith(WGS84):
        raise BadUpload(
            f"The file says that its coordinates are in {name[:80] or 'a system without a name'}; {_REPROJECT}."
        )


def _geometries(told: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each geometry that is not made of others, and where it stands."""
    waiting: list[tuple[str, object]] = [("The file", told)]
    while waiting:
        where, each = waiting.pop()
        kind = each.get("type") if isinstance(each, dict) else None
        if not isinstance(each, dict) or not isinstance(kind, str):
            raise BadUpload(f"{where} is no GeoJSON: an object with a type should stand there.")
        if kind == "FeatureCollection":
            waiting += _members(each, "features", "Feature")
        elif kind == "GeometryCollection":
            waiting += _members(each, "geometries", f"{where}, geometry")
        elif kind == "Feature":
            if each.get("geometry") is not None:
                waiting.append((where, each["geometry"]))
        elif kind in KINDS:
            yield where, each
        else:
            raise BadUpload(f"{where} has the type {kind[:40]!r}; GeoJSON knows {', '.join(KINDS)} and collections.")


def _members(holder: dict[str, Any], key: str, noun: str) -> list[tuple[str, object]]:
    members = holder.get(key)
    if not isinstance(members, list):
        raise BadUpload(f"The file is no GeoJSON: {key} should be a list.")
    return [(f"{noun[:100]} {number}", each) for number, each in enumerate(members, 1)][::-1]  # the first is on top


def _draw(drawing: Drawing, geometry: dict[str, Any], where: str) -> None:
    kind = geometry["type"]
    depth, least = KINDS[kind]
    for positions in _chains(geometry.get("coordinates"), depth, where):
        if not positions:
            continue  # of an empty geometry
        drawing.vertices += len(positions)
        if drawing.vertices > MOST_VERTICES:
            raise UploadTooLarge(f"An overlay may have {MOST_VERTICES} points in all; simplify it, or cut it.")
        chain = _chain(positions, where)
        if len(chain) < least or (least == 4 and (chain[0] != chain[-1]).any()):
            raise BadUpload(
                f"{where}: a {kind} needs {least} positions" + (", the last like the first." * (least == 4) or ".")
            )
        (drawing.points if least == 1 else drawing.lines).append(chain if least == 1 else _unwrapped(chain))


def _chains(coordinates: object, depth: int, where: str) -> Iterator[list[Any]]:
    """Yield the lists of positions in coordinates that are nested `depth` deep."""
    chains = [coordinates] if depth else [[coordinates]]
    for _ in range(depth - 1):
        if not all(isinstance(each, list) for each in chains):
            break
        chains = [inner for each in chains if isinstance(each, list) for inner in each]
    for each in chains:
        if not isinstance(each, list):
            raise BadUpload(f"{where}: its coordinates are nested otherwise than its type says.")
        yield each


def _chain(positions: list[Any], where: str) -> Chain:
    for each in positions:
        if not isinstance(each, list) or len(each) < 2 or any(type(value) not in (int, float) for value in each[:2]):
            raise BadUpload(f"{where}: {str(each)[:60]} is no position; write [longitude, latitude].")
    chain = np.array([each[:2] for each in positions], np.float64)
    wrong = ~(np.isfinite(chain).all(axis=1) & (np.abs(chain[:, 0]) <= 360) & (np.abs(chain[:, 1]) <= 90))
    if wrong.any():
        longitude, latitude = chain[wrong][0].tolist()
        _complain(longitude, latitude, where)
    return chain


def _complain(longitude: float, latitude: float, where: str) -> None:
    if not math.isfinite(longitude + latitude):
        raise BadUpload(f"{where} has a coordinate that is no finite number.")
    if abs(longitude) <= 90 and abs(latitude) <= 180:
        raise BadUpload(
            f"{where}: latitude and longitude are swapped: [{longitude:g}, {latitude:g}] has a latitude beyond 90°."
        )
    raise BadUpload(f"{where}: [{longitude:g}, {latitude:g}] are no degrees; {_REPROJECT}.")


def _unwrapped(chain: Chain) -> Chain:
    """Let a line go the short way around the Earth; one from -180 to 180 exactly goes all the way."""
    steps = np.diff(chain[:, 0])
    jumps = np.where((np.abs(steps) > 180) & (np.abs(steps) < 360), np.sign(steps), 0)
    chain[1:, 0] -= 360 * np.cumsum(jumps)
    return chain


def _folded(lines: BaseGeometry) -> BaseGeometry:
    """Cut lines at the antimeridian, so that each part lies within ±180°."""
    west, _, east, _ = lines.bounds
    if lines.is_empty or (west >= -180 and east <= 180):
        return lines
    turns = range(math.floor((west + 180) / 360), math.ceil((east - 180) / 360) + 1)
    strips = [(turn, shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90)) for turn in turns]
    cut = [translate(shapely.intersection(lines, strip), xoff=-360 * turn) for turn, strip in strips]
    parts = [part for each in cut for part in shapely.get_parts(each)]
    flat = [inner for part in parts for inner in shapely.get_parts(part) if inner.geom_type == "LineString"]
    return shapely.MultiLineString(flat)
