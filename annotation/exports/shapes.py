"""Shapes of masks: the areas of each class as polygons, and their run lengths."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize, shapes
from shapely import MultiPolygon, Polygon
from shapely.affinity import affine_transform
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


def region_geometries(
    regions: Iterable[Region], cell: Cell, drawn: Mapping[int, Sequence[Polygon]] = MappingProxyType({})
) -> Iterator[tuple[int, Any, int]]:
    """Yield code, GeoJSON geometry in WGS 84 (None in image coordinates) and pixel count of each class of a tile.

    What was drawn of a class, in pixels of the tile, has the corners that it was drawn with.
    """
    for code, region in regions:
        inside = cell.inside(region)
        geometry = in_degrees(areas_of(inside, cell, drawn.get(code, ())), cell)
        yield code, mapping(geometry) if geometry else None, int(inside.sum())


def areas_of(inside: NDArray[np.bool_], cell: Cell, drawn: Sequence[Polygon] = ()) -> list[Polygon]:
    """Return the connected areas of a tile's pixels [height, width], in the CRS of its cell.

    Those that were drawn are as they were drawn; what was painted beside them has the outline of its pixels.
    """
    if drawn:
        whole = shapely.union_all([*drawn, *_outlines(left_over(inside, drawn), Affine.identity())])
        a, b, c, d, e, f = cell.numbers
        return [affine_transform(part, [a, b, d, e, c, f]) for part in _polygons(whole)]
    return _outlines(inside, cell.transform)


def left_over(inside: NDArray[np.bool_], drawn: Sequence[Polygon]) -> NDArray[np.bool_]:
    """Return the pixels [height, width] of a class whose centres lie in nothing that was drawn of it."""
    if not drawn:
        return inside
    covered: NDArray[np.uint8] = rasterize(list(drawn), out_shape=inside.shape, dtype=np.uint8)
    left: NDArray[np.bool_] = inside & (covered == 0)
    return left


def _outlines(inside: NDArray[np.bool_], transform: Affine) -> list[Polygon]:
    areas = shapes(inside.astype(np.uint8), mask=inside, transform=transform)
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
