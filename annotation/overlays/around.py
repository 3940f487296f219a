"""Around: the part of each overlay that lies on a tile or beside it, in pixels of the lattice."""

from typing import Any

import numpy as np
import shapely
from affine import Affine
from django.contrib.gis.geos import GEOSGeometry
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from annotation.models import Overlay, Sample
from mlcore.raster.lonlat import apply, lonlat_polygons, transformer, unit_ring

FURTHEST = 1024  # px beside the tile; tiles that are smaller have two of themselves on each side
STEPS = 64  # of a straight line in degrees, which in the lattice may be bent
CLOSE = 0.1  # px


def overlays_around(sample: Sample) -> list[dict[str, Any]]:
    """Return what is drawn near a sample: of each overlay its lines and points in pixels from the tile's corner.

    Chips that have no place on the map have nothing around them.
    """
    placed = _placed(sample)
    if placed is None:
        return []
    to_crs, crs = placed
    side = sample.tile.grid.tile_px
    margin = min(2 * side, FURTHEST)
    ring = unit_ring(16) * (side + 2 * margin) - margin
    x, y = apply(to_crs, ring[:, 0], ring[:, 1])
    area = lonlat_polygons(x[None], y[None], crs)[0]
    if area is None:
        return []
    window = (-margin, -margin, side + margin, side + margin)
    ground = GEOSGeometry(memoryview(area.wkb), srid=4326)
    near = Overlay.objects.filter(project=sample.project_id, shape__bboverlaps=ground)
    told = [_told(row, _drawn(row, area, to_crs, crs), window) for row in near]
    return [each for each in told if each["lines"] or each["points"]]


def _placed(sample: Sample) -> tuple[Affine, str] | None:
    """Return where a tile's pixels lie; of a ready-made chip by the first of its files that says so."""
    tile = sample.tile
    grid = tile.grid.spec()
    if grid.crs:
        return grid.tile_transform(tile.column, tile.row), grid.crs
    for scene in sample.scenes().select_related("asset", "grid"):
        own, column, row = scene.cell(tile)
        if own.crs:
            return own.tile_transform(column, row) @ Affine.scale(own.tile_px / grid.tile_px), own.crs
    return None


def _drawn(row: Overlay, area: BaseGeometry, to_crs: Affine, crs: str) -> BaseGeometry:
    """Return the part of an overlay in the boxes around an area, in pixels."""
    shape = shapely.from_wkb(bytes(row.shape.wkb))
    forward, back = transformer("EPSG:4326", crs), ~to_crs

    def to_pixels(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.stack(apply(back, *forward.transform(degrees[:, 0], degrees[:, 1])), axis=1)

    parts = []
    for piece in shapely.get_parts(area):
        west, south, east, north = piece.bounds
        cut = shapely.clip_by_rect(shape, west, south, east, north)
        bent = shapely.segmentize(cut, max(east - west, north - south) / STEPS)
        parts += _leaves(shapely.transform(bent, to_pixels))
    return shapely.GeometryCollection([part for part in parts if np.isfinite(part.bounds).all()])


def _leaves(shape: BaseGeometry) -> list[BaseGeometry]:
    """Return the single lines and points in nested collections."""
    if not hasattr(shape, "geoms"):
        return [] if shape.is_empty else [shape]
    return [leaf for part in shape.geoms for leaf in _leaves(part)]


def _told(row: Overlay, drawn: BaseGeometry, window: tuple[float, float, float, float]) -> dict[str, Any]:
    leaves = _leaves(shapely.simplify(shapely.clip_by_rect(drawn, *window), CLOSE))
    chains = [(leaf.geom_type, np.round(shapely.get_coordinates(leaf), 2).tolist()) for leaf in leaves]
    return {
        "id": row.pk,
        "name": row.name,
        "colour": row.colour,
        "lines": [chain for kind, chain in chains if kind != "Point"],
        "points": [chain[0] for kind, chain in chains if kind == "Point"],
    }
