"""Lattice: how a raster of another CRS lies on a grid, and whether it belongs there at all."""

import math
from functools import lru_cache

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from shapely.affinity import translate
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from mlcore.raster.grid import GridSpec, grid_for
from mlcore.raster.info import RasterInfo, footprint
from mlcore.raster.lonlat import Floats, apply, below_poles, is_geographic, transformer, unit_ring
from mlcore.raster.metric import ground_resolution, metric_crs

Block = tuple[int, int, int, int]  # first column, first row, columns, rows

_SLACK = 0.25  # of the width of a CRS's area of use: beyond it, ground belongs to another lattice
_MOST_SLACK = 3.0  # degrees
_TOO_FAR_NORTH = 80.0  # degrees of latitude; beyond, a degree of longitude is no measure of ground
_MOSTLY = 0.5
_SEGMENTS = 32  # of each side of a raster, transformed to the lattice


@lru_cache(maxsize=64)
def area_of(crs: str) -> BaseGeometry:
    """Return the ground that a CRS is made for, a little generously, in longitude and latitude."""
    definition = CRS.from_user_input(crs)
    used = definition.area_of_use
    west, south, east, north = used.bounds if used else (-180.0, -90.0, 180.0, 90.0)
    east = east + 360 if east < west else east
    slack = min(_MOST_SLACK, _SLACK * (east - west))
    if definition.is_geographic:
        south, north = max(south, -_TOO_FAR_NORTH), min(north, _TOO_FAR_NORTH)
    whole = box(west - slack, max(-90, south - slack), east + slack, min(90, north + slack))
    parts = [translate(whole, xoff=turn * 360).intersection(box(-180, -90, 180, 90)) for turn in (-1, 0, 1)]
    return shapely.unary_union(parts)


def share_within(crs: str, footprint: BaseGeometry) -> float:
    """Return the share of a footprint in longitude and latitude, 0..1, that lies where a CRS is meant for."""
    return float(footprint.intersection(area_of(crs)).area / footprint.area) if footprint.area else 0.0


def block_on(grid: GridSpec, info: RasterInfo, *, near_column: float | None = None) -> Block | None:
    """Return the tiles around a raster of any CRS; None where it has no place on the lattice.

    Args:
        grid: a lattice on the map.
        info: a raster on the map.
        near_column: a column of tiles that are there: on a lattice in degrees, a raster comes as near as a turn allows.
    """
    x, y = _outline(info, str(grid.crs))
    if not (len(x) and np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    if is_geographic(str(grid.crs)):
        turned = _turned(x, _longitude_of(grid, near_column))
        if turned is None:
            return None
        x = turned
    columns, rows = apply(~grid.affine, x, y)
    (first, last), (top, bottom) = (_edges(axis / grid.tile_px) for axis in (columns, rows))
    return first, top, last - first, bottom - top


def _outline(info: RasterInfo, crs: str) -> tuple[Floats, Floats]:
    """Return a raster's outline in a CRS; of one that reaches far beyond it, the part that lies within."""
    ring = unit_ring(_SEGMENTS) * (info.width, info.height)
    x, y = apply(info.affine, ring[:, 0], ring[:, 1])
    if info.crs == crs:
        return x, y
    if is_geographic(str(info.crs)):
        y = below_poles(y, str(info.crs))
    outline = footprint(info)
    inside = outline.intersection(area_of(crs)) if outline else None
    if not is_geographic(crs) and outline and inside and inside.area < _MOSTLY * outline.area:
        lon, lat = shapely.get_coordinates(shapely.segmentize(shapely.convex_hull(inside), 0.5)).T
        x, y = transformer("EPSG:4326", crs).transform(lon, lat)
    else:
        x, y = transformer(str(info.crs), crs).transform(x, y)
    return np.asarray(x), np.asarray(y)


def _edges(places: Floats) -> tuple[int, int]:
    first = math.floor(places.min() + 1e-5)
    return first, max(first + 1, math.ceil(places.max() - 1e-5))


def _longitude_of(grid: GridSpec, column: float | None) -> float:
    return float((grid.affine @ ((column or 0) * grid.tile_px, 0))[0])


def _turned(longitudes: Floats, near: float) -> NDArray[np.float64] | None:
    """Return a ring's longitudes without jumps, near to another one; None around a pole, where there is no such."""
    jumps = np.round((np.roll(longitudes, -1) - longitudes) / 360)
    if jumps.sum():
        return None
    unwound = longitudes.copy()
    unwound[1:] -= 360 * np.cumsum(jumps)[:-1]
    middle = (unwound.min() + unwound.max()) / 2
    return np.asarray(unwound + 360 * round((near - middle) / 360))


def pixels_a_pixel(grid: GridSpec, info: RasterInfo) -> float:
    """Return how many pixels of a raster lie along one of the lattice, at the raster's centre; 1 off the map."""
    if grid.crs is None or info.crs is None:
        return 1.0
    step = _step(grid, info)
    return math.sqrt(abs(step.determinant)) if math.isfinite(step.determinant) else 1.0


def _step(grid: GridSpec, info: RasterInfo) -> Affine:
    """Return how lattice pixels become the raster's around its centre."""
    if info.crs == grid.crs:
        return Affine(*(~info.affine @ grid.affine)[:6])
    x, y = info.affine @ (info.width / 2, info.height / 2)
    back = transformer(str(info.crs), str(grid.crs))
    column, row = ~grid.affine @ back.transform(x, y)
    corners = [grid.affine @ corner for corner in ((column, row), (column + 1, row), (column, row + 1))]
    there = transformer(str(grid.crs), str(info.crs))
    (left, top), right, below = (~info.affine @ there.transform(*corner) for corner in corners)
    return Affine(right[0] - left, below[0] - left, left, right[1] - top, below[1] - top, top)


def proposed_for(info: RasterInfo, tile_px: int) -> GridSpec:
    """Return the lattice that a raster begins: of its own pixels, or in metres where those are of degrees.

    One that stands on its head gets a lattice with north up.
    """
    crs = metric_crs(info)
    if crs and (metric := _metric(info, crs, tile_px)):
        return metric
    a, b, c, d, e, f = info.transform
    if info.crs and b == d == 0 and (a < 0 or e > 0):
        left, top = min(c, c + a * info.width), max(f, f + e * info.height)
        return GridSpec(info.crs, (abs(a), 0.0, left, 0.0, -abs(e), top), tile_px)
    return grid_for(info, tile_px)


def _metric(info: RasterInfo, crs: str, tile_px: int) -> GridSpec | None:
    """Return a lattice in metres for a raster in degrees; None where the raster has no place on it."""
    resolution = ground_resolution(info, crs)
    if not (math.isfinite(resolution) and resolution > 0):
        return None
    lattice = lattice_for([info], crs, resolution, tile_px)
    return lattice if block_on(lattice, info) else None


def lattice_for(infos: list[RasterInfo], crs: str, resolution: float, tile_px: int) -> GridSpec:
    """Return a north-up lattice of a CRS and resolution (its own units a pixel) that begins above left of rasters."""
    unit = GridSpec(crs, (resolution, 0.0, 0.0, 0.0, -resolution, 0.0), 1)
    blocks = [block for block in (block_on(unit, info) for info in infos) if block]
    left, top = (min((block[axis] for block in blocks), default=0) for axis in (0, 1))
    return GridSpec(crs, (resolution, 0.0, left * resolution, 0.0, -resolution, -top * resolution), tile_px)
