"""Shapes of masks: the areas of each class as polygons, and their run lengths."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import shapes
from shapely import MultiPolygon, Polygon
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from annotation.exports.cells import Cell
from annotation.tasks.protocol import Region
from mlcore.raster.lonlat import lonlat_polygons, transformer

Geometries = NDArray[np.object_]

DEGREE_GRID = 1e-8  # about a millimetre
_SIDES = 4  # parts into which a tile's side is cut: lines that are straight in its CRS are none in degrees
_BENT = 0.05  # degrees: of smaller areas, lines bend by less than a centimetre
_LEAP = 150.0  # degrees of longitude between neighbours of a ring: it crosses the antimeridian, or is close to a pole
_POLE = 90 - 1e-6  # degrees of latitude, from which on longitudes mean nothing


def region_geometries(regions: Iterable[Region], cell: Cell) -> Iterator[tuple[int, Any, int]]:
    """Yield code, GeoJSON geometry in WGS 84 (None in image coordinates) and pixel count of each class of a tile."""
    for code, region in regions:
        inside = cell.inside(region)
        geometry = in_degrees(areas_of(inside, cell), cell)
        yield code, mapping(geometry) if geometry else None, int(inside.sum())


def areas_of(inside: NDArray[np.bool_], cell: Cell) -> list[Polygon]:
    """Return the connected areas of a tile's pixels [height, width], in the CRS of its cell."""
    areas = shapes(inside.astype(np.uint8), mask=inside, transform=cell.transform)
    return [cast(Polygon, shape(area)) for area, _ in areas]


def in_degrees(areas: list[Polygon], cell: Cell) -> Polygon | MultiPolygon | None:
    """Return areas in WGS 84, valid, cut at the antimeridian, with rings after the right-hand rule.

    None in image coordinates, and where nothing of them lies on Earth.
    """
    crs = cell.spec.crs
    if crs is None or not areas:
        return None
    pixel = max(abs(number) for number in cell.spec.transform[:2])
    whole = np.array(areas, object)
    placed = _transformed(whole, crs)
    if np.ptp(shapely.get_coordinates(placed), axis=0).max() > _BENT:  # also where coordinates leap
        whole = shapely.segmentize(whole, cell.spec.tile_px / _SIDES * pixel)
        placed = _transformed(whole, crs)
    if not _is_plain(placed):
        folded = [_folded(area, crs) for area in shapely.segmentize(whole, pixel)]
        placed = np.array([area for area in folded if area is not None], object)
    joined = shapely.union_all(shapely.make_valid(placed))
    settled = shapely.set_precision(joined, DEGREE_GRID)
    polygons = [orient(part) for part in _polygons(settled)]
    if not polygons:
        return None
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def _transformed(areas: Geometries, crs: str) -> Geometries:
    to_degrees = transformer(crs, "EPSG:4326")
    return shapely.transform(areas, lambda points: np.column_stack(to_degrees.transform(*points.T)))


def _is_plain(placed: Geometries) -> bool:
    """Return whether all of it lies between the antimeridian's two sides, and away from the poles."""
    points, ring = shapely.get_coordinates(shapely.get_rings(placed), return_index=True)
    lon, lat = points.T
    if not np.isfinite(points).all() or np.abs(lon).max() > 180 or np.abs(lat).max() > _POLE:
        return False
    leaps = np.abs(np.diff(lon))[np.diff(ring) == 0]
    return bool(leaps.max(initial=0) < _LEAP)


def _folded(area: Polygon, crs: str) -> BaseGeometry | None:
    """Return an area around the antimeridian or a pole: its rings one by one, since each may go around the pole."""
    outer, *holes = (_ring(ring.coords[:-1], crs) for ring in (area.exterior, *area.interiors))
    if outer is None:
        return None
    return shapely.difference(outer, shapely.union_all([hole for hole in holes if hole is not None]))


def _ring(points: Any, crs: str) -> BaseGeometry | None:
    x, y = np.array(points).T
    return cast("BaseGeometry | None", lonlat_polygons(x[None], y[None], crs)[0])


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    parts = getattr(geometry, "geoms", [geometry])
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def run_lengths(area: np.ndarray) -> list[int]:
    """Return COCO's run lengths of a boolean area: down the columns, first how many pixels lie outside."""
    flat = area.ravel(order="F")
    changes = np.flatnonzero(np.diff(flat)) + 1
    edges = np.concatenate(([0], changes, [flat.size]))
    lengths = np.diff(edges).tolist()
    return [0, *lengths] if flat[0] else lengths
