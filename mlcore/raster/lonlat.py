"""Rings of any CRS as polygons in longitude and latitude: densified, valid across the antimeridian and the poles."""

from functools import lru_cache

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely.affinity import translate
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
_GRID = 1e-9  # degrees: parts that were turned by 360 degrees meet no better
_TOLERANCE = 1e-6  # degrees, about 0.1 m


@lru_cache(maxsize=64)
def transformer(source: str, target: str) -> Transformer:
    """Return the x, y (longitude, latitude) transformer between two CRS."""
    return Transformer.from_crs(source, target, always_xy=True)


@lru_cache(maxsize=64)
def is_geographic(crs: str) -> bool:
    """Return whether coordinates are longitude and latitude in degrees."""
    return CRS.from_user_input(crs).is_geographic


def below_poles(y: Floats, crs: str) -> Floats:
    """Return latitudes in the units of a geographic CRS, those beyond a pole put on it; global models have some."""
    _, north = transformer("EPSG:4326", crs).transform(0, 90)
    return np.clip(y, -north, north)


def apply(affine: Affine, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return arrays of coordinates transformed."""
    return affine.a * x + affine.b * y + affine.c, affine.d * x + affine.e * y + affine.f


def unit_ring(segments: int) -> Floats:
    """Return the ring of the unit square [4 x segments, 2], each side cut into `segments`."""
    steps = np.arange(segments) / segments
    zeros, ones = np.zeros(segments), np.ones(segments)
    x = np.concatenate([steps, ones, 1 - steps, zeros])
    y = np.concatenate([zeros, steps, ones, 1 - steps])
    return np.stack([x, y], axis=1)


def lonlat_polygons(x: Floats, y: Floats, crs: str) -> NDArray[np.object_]:
    """Return N polygons in EPSG:4326 for N rings [N, P] in `crs`; None where no part lies on Earth."""
    lon, lat = transformer(crs, "EPSG:4326").transform(x, y)
    on_earth = np.isfinite(lon) & np.isfinite(lat)
    lon, lat = np.asarray(lon, np.float64), np.clip(lat, -90, 90)
    at_pole = _settle_poles(lon, lat)
    lon, winding = _unwrap(lon)
    plain = on_earth.all(axis=1) & (winding == 0) & (np.abs(lon) <= 180).all(axis=1) & ~at_pole.any(axis=1)
    polygons = np.empty(len(lon), dtype=object)
    polygons[plain] = shapely.polygons(np.stack([lon[plain], lat[plain]], axis=-1))
    polygons[plain] = shapely.simplify(polygons[plain], _TOLERANCE)
    plain &= shapely.is_valid(polygons)
    for index in np.flatnonzero(~plain):
        seen = on_earth[index]
        ring = _along_pole(lon[index, seen], lat[index, seen], at_pole[index, seen])
        polygons[index] = _wrapped(*ring, int(winding[index]) if seen.all() else 0)
    return polygons


def _settle_poles(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Give a vertex on a pole, whose longitude is arbitrary, that of the vertex before it; return which these are."""
    at_pole = np.abs(lat) > 90 - 1e-9
    # Next to each other they are the top of a global raster in degrees, and their longitudes mean something.
    lone = at_pole & ~np.roll(at_pole, 1, axis=1) & ~np.roll(at_pole, -1, axis=1)
    lon[lone] = np.roll(lon, 1, axis=1)[lone]
    return lone


def _along_pole(lon: Floats, lat: Floats, at_pole: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Let a ring with a vertex on a pole go along the pole to the longitude on which it leaves it."""
    places = np.flatnonzero(at_pole) + 1
    following = np.roll(lon, -1)[at_pole]
    following += 360 * np.round((lon[at_pole] - following) / 360)
    return np.insert(lon, places, following), np.insert(lat, places, lat[at_pole])


def _unwrap(lon: Floats) -> tuple[Floats, Floats]:
    """Undo jumps across the antimeridian; return longitudes and the turns that each ring makes around a pole."""
    following = np.roll(lon, -1, axis=1)
    with np.errstate(invalid="ignore"):
        jumps = np.nan_to_num(np.round((following - lon) / 360), nan=0, posinf=0, neginf=0)
    turns = np.cumsum(jumps, axis=1)
    lon = lon.copy()
    lon[:, 1:] -= 360 * turns[:, :-1]
    return lon, turns[:, -1]


def _wrapped(lon: Floats, lat: Floats, winding: int) -> BaseGeometry | None:
    """Fold one ring with unwrapped longitudes back into -180..180."""
    if len(lon) < 3:
        return None
    points = list(zip(lon, lat, strict=True))
    if winding:
        pole = 90.0 if lat.mean() > 0 else -90.0
        end = lon[0] - 360 * winding
        points += [(end, lat[0]), (end, pole), (lon[0], pole)]
    shape = shapely.make_valid(Polygon(points))
    parts = []
    for turn in (-2, -1, 0, 1, 2):
        strip = shape.intersection(box(360 * turn - 180, -90, 360 * turn + 180, 90))
        parts += [translate(part, xoff=-360 * turn) for part in _areas(strip)]
    return shapely.unary_union(parts, grid_size=_GRID) if parts else None


def _areas(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Return the polygons in a geometry that are more than a sliver."""
    return [part for part in getattr(geometry, "geoms", [geometry]) if part.area > _TOLERANCE**2]
