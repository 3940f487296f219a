"""What the header of a LAS file says of the place of its points, checked against them."""

import math
from typing import Any

import numpy as np
from pyproj import Geod
from pyproj.exceptions import CRSError

from mlcore.errors import BadGeoreference, UnreadableFile, UnsafeFile
from mlcore.raster.info import names_file
from mlcore.raster.lonlat import transformer

UNITS_M = {"metre": 1.0, "foot": 0.3048, "us_foot": 1200 / 3937}


def check_ends(cloud: Any, bounds: tuple[float, ...], name: str) -> None:
    """Read the first and the last point, which a truncated file lacks, and hold the header's box against them."""
    if not all(map(math.isfinite, bounds)) or any(bounds[axis] > bounds[axis + 3] for axis in range(3)):
        raise BadGeoreference(f"{name} claims to lie between {bounds[:3]} and {bounds[3:]}, which cannot be.")
    slack = np.abs(np.asarray(cloud.header.scales))  # writers round the box
    for at in (0, int(cloud.header.point_count) - 1):
        cloud.seek(at)
        point = cloud.read_points(1)
        if len(point) != 1:
            raise UnreadableFile(f"{name} is truncated: its point {at + 1:,} is missing.")
        place = np.array([float(point[axis][0]) for axis in "xyz"])
        if (place < np.array(bounds[:3]) - slack).any() or (place > np.array(bounds[3:]) + slack).any():
            raise BadGeoreference(f"{name} has points outside the box in its header; write it again, or repair it.")


def system_of(header: Any, name: str) -> tuple[str | None, str | None]:
    """Return the horizontal coordinate system and the unit of heights; None for what the file doesn't say."""
    try:
        crs = header.parse_crs()
    except (CRSError, ValueError, UnicodeDecodeError):
        crs = None
    if crs is None or not (crs.is_geographic or crs.is_projected or crs.is_compound):
        return None, None
    if names_file(crs.to_wkt()):
        raise UnsafeFile(f"{name} has a coordinate system that refers to other files; set a plain one.")
    flat = crs.sub_crs_list[0] if crs.is_compound else crs.to_2d()
    upward = [axis for axis in crs.axis_info if axis.direction == "up"]
    plane = [axis for axis in flat.axis_info if flat.is_projected]
    factor = next((axis.unit_conversion_factor for axis in (*upward, *plane)), None)
    unit = next(
        (unit for unit, metres in UNITS_M.items() if factor and math.isclose(factor, metres, rel_tol=1e-7)), None
    )
    epsg = flat.to_epsg()
    return (f"EPSG:{epsg}" if epsg else flat.to_wkt()), unit


def density_of(count: int, bounds: tuple[float, ...], crs: str | None) -> float | None:
    """Return how many points a square metre of their box has; None without a place."""
    if crs is None:
        return None
    west, south, _, east, north, _ = bounds
    place = transformer(crs, "EPSG:4326").transform([west, east, east, west], [south, south, north, north])
    area = abs(Geod(ellps="WGS84").polygon_area_perimeter(*place)[0]) if np.isfinite(place).all() else 0
    return count / area if area > 0 else None
