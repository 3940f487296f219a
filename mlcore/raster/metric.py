"""Metric: the coordinate system in metres that suits rasters in longitude and latitude, and their pixels there.

The rule: a raster in degrees is cut in metres of the UTM zone of its centre, or of the polar stereographic system of
its pole where UTM ends (north of 84, south of 80 degrees). One that reaches so far from its zone's middle that UTM
tells lengths there wrong by more than half a per cent spans many zones and stays in degrees, unless all of it lies
beyond 60 degrees of one pole.
"""

import math
from functools import lru_cache

import numpy as np
from affine import Affine
from pyproj import CRS

from mlcore.raster.info import RasterInfo
from mlcore.raster.lonlat import apply, below_poles, is_geographic, transformer, unit_ring

NORTH_POLAR, SOUTH_POLAR = "EPSG:3413", "EPSG:3031"
_UTM_ENDS = (-80.0, 84.0)  # degrees of latitude
_POLAR_BEGINS = 60.0
_FARTHEST = 5.7  # degrees of a great circle from the middle of a zone; 0.9996 x (1 + 5.7° squared / 2) = 1.0046
_SEGMENTS = 24
_DIGITS = 3  # of a resolution
_DEGREE_M = 111_320.0


def metric_crs(info: RasterInfo) -> str | None:
    """Return the coordinate system in metres that suits a raster; None where its own does, or none would."""
    if info.crs is None or not is_geographic(info.crs):
        return None
    ring = unit_ring(_SEGMENTS) * (info.width, info.height)
    x, y = apply(info.affine, ring[:, 0], ring[:, 1])
    to_lonlat = transformer(info.crs, "EPSG:4326")
    lon, lat = (np.asarray(axis) for axis in to_lonlat.transform(x, below_poles(y, info.crs)))
    centre = info.affine @ (info.width / 2, info.height / 2)
    middle, height = to_lonlat.transform(*centre)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all() and math.isfinite(middle) and math.isfinite(height)):
        return None
    if not _UTM_ENDS[0] <= height <= _UTM_ENDS[1]:
        return NORTH_POLAR if height > 0 else SOUTH_POLAR
    zone = int((middle + 180) // 6) % 60 + 1
    if _is_near(lon, lat, 6 * zone - 183):
        return f"EPSG:{32600 + zone if height >= 0 else 32700 + zone}"
    if np.abs(lat).min() >= _POLAR_BEGINS and (lat > 0).all() != (lat < 0).all():
        return NORTH_POLAR if height > 0 else SOUTH_POLAR
    return None


def _is_near(lon: np.ndarray, lat: np.ndarray, meridian: float) -> bool:
    """Return whether everything lies near a meridian, over the ground and not over a pole."""
    off = np.radians((lon - meridian + 180) % 360 - 180)
    if np.abs(off).max() > math.pi / 4 or np.ptp(np.unwrap(off)) > math.pi / 2:
        return False
    away = np.degrees(np.arcsin(np.abs(np.sin(off)) * np.cos(np.radians(lat))))
    return bool(away.max() <= _FARTHEST)


def ground_resolution(info: RasterInfo, crs: str) -> float:
    """Return the side in units of a CRS of the square that is as large as a raster's pixel at its centre."""
    column, row = info.width / 2, info.height / 2
    corners = [info.affine @ (column + x, row + y) for x, y in ((-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5))]
    corner, right, below = (transformer(str(info.crs), crs).transform(*place) for place in corners)
    (a, d), (b, e) = ((end[0] - corner[0], end[1] - corner[1]) for end in (right, below))
    side = math.sqrt(abs(a * e - b * d))
    return float(f"{side:.{_DIGITS}g}")


def ground_step(crs: str | None, place: Affine, shape: tuple[int, int]) -> float:
    """Return the side of a picture's pixel in metres on the ground, at its middle; 1 without a place."""
    if crs is None:
        return 1.0
    side = math.sqrt(abs(place.determinant))
    latitude = transformer(crs, "EPSG:4326").transform(*(place @ (shape[1] / 2, shape[0] / 2)))[1]
    level = max(math.cos(math.radians(latitude)), 0.01) if math.isfinite(latitude) else 1.0
    if is_geographic(crs):
        return side * _DEGREE_M * math.sqrt(level)
    return side * _unit_m(crs) * (level if crs == "EPSG:3857" else 1.0)  # whose metres are those of the equator


@lru_cache(maxsize=64)
def _unit_m(crs: str) -> float:
    return float(CRS.from_user_input(crs).axis_info[0].unit_conversion_factor)
