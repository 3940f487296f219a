"""Shapes of masks: the areas of each class as polygons, and their run lengths."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

import numpy as np
from rasterio.features import shapes
from shapely import MultiPolygon, Polygon, set_precision, transform
from shapely.geometry import mapping, shape
from shapely.geometry.polygon import orient

from annotation.exports.cells import Cell
from annotation.tasks.protocol import Region
from mlcore.raster.lonlat import transformer

DEGREE_GRID = 1e-8  # about a millimetre


def region_geometries(regions: Iterable[Region], cell: Cell) -> Iterator[tuple[int, Any, int]]:
    """Yield code, GeoJSON geometry in WGS 84 (None in image coordinates) and pixel count of each class of a tile."""
    placed = cell.transform
    for code, region in regions:
        inside = cell.inside(region)
        areas = [
            cast(Polygon, shape(area)) for area, _ in shapes(inside.astype(np.uint8), mask=inside, transform=placed)
        ]
        yield code, _in_degrees(areas, cell.spec.crs), int(inside.sum())


def _in_degrees(areas: list[Polygon], crs: str | None) -> Any:
    if crs is None:
        return None
    to_degrees = transformer(crs, "EPSG:4326")
    placed = transform(MultiPolygon(areas), lambda points: np.column_stack(to_degrees.transform(*points.T)))
    parts = [orient(part) for part in _parts(set_precision(placed, DEGREE_GRID))]
    return mapping(parts[0] if len(parts) == 1 else MultiPolygon(parts))


def _parts(geometry: Any) -> list[Polygon]:
    parts = getattr(geometry, "geoms", [geometry])
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def run_lengths(area: np.ndarray) -> list[int]:
    """Return COCO's run lengths of a boolean area: down the columns, first how many pixels lie outside."""
    flat = area.ravel(order="F")
    changes = np.flatnonzero(np.diff(flat)) + 1
    edges = np.concatenate(([0], changes, [flat.size]))
    lengths = np.diff(edges).tolist()
    return [0, *lengths] if flat[0] else lengths
