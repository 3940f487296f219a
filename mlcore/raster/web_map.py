"""Web map: tiles of 256 px in Web Mercator, each at a price that doesn't depend on its zoom.

Only where the raster lies is looked at, in the overview that fits, and a raster that would be a few pixels large is
drawn as its outline. GDAL's warper, asked for a tile of the world, works at the raster's own resolution for minutes.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from rasterio.enums import Resampling
from rasterio.io import DatasetReader

from mlcore.errors import OutsideRaster
from mlcore.raster.colouring import Colouring
from mlcore.raster.info import outline_of
from mlcore.raster.metric import ground_step
from mlcore.raster.opening import data_bands, georeference, open_raster
from mlcore.raster.places import Target
from mlcore.raster.render import encode, has_table, paint
from mlcore.raster.warp import PICTURE, read_target

MERCATOR = "EPSG:3857"
SIDE = 256  # px
FEWEST_PX = 6  # a raster that is smaller on the map is drawn as its outline
_MAX_ZOOM = 30
_HALF = math.pi * 6378137  # metres from the middle of the map to its edge
_LAST_LATITUDE = math.degrees(math.atan(math.sinh(math.pi)))
_LEAST_DOT = 3.0  # px of an outline that would be less than that
_INK, _FILL = (0, 114, 178, 255), (86, 180, 233, 160)  # blue and sky blue, for any kind of colour vision
_SLACK = 2  # px around what the outline holds, which is cut from straight pieces

Ring = NDArray[np.float64]  # [n, 2] x and y on the map, 0..1 from its north-western corner


@dataclass(frozen=True)
class MapTile:
    """A square of the map."""

    z: int
    x: int
    y: int

    def pixels(self, ring: Ring) -> Ring:
        """Return places on the map in the tile's pixels."""
        return np.asarray((ring * 2**self.z - (self.x, self.y)) * SIDE)

    def place(self, left: int, top: int) -> Affine:
        """Return the transform of the pixels from (left, top) on to Web Mercator."""
        step = 2 * _HALF / 2**self.z / SIDE
        corner = Affine(step, 0, self.x * SIDE * step - _HALF, 0, -step, _HALF - self.y * SIDE * step)
        return corner @ Affine.translation(left, top)


def render_tile(path: Path, z: int, x: int, y: int, style: Colouring) -> bytes:
    """Return one XYZ tile as PNG, transparent where the scene has no valid pixel; from afar, as the scene's outline.

    Raises:
        OutsideRaster: the tile does not touch the scene, does not exist, or the scene has no place on the map.
    """
    if not (0 <= z <= _MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise OutsideRaster(f"There is no map tile {z}/{x}/{y}.")
    with open_raster(path) as dataset:
        crs, affine = georeference(dataset)
        if crs is None:
            raise OutsideRaster(f"{path.name} has image coordinates only; show its tiles instead of a map.")
        rings = [MapTile(z, x, y).pixels(ring) for ring in _rings(crs, affine, dataset.width, dataset.height)]
        touching = [ring for ring in rings if _block(ring)]
        if not touching:
            raise OutsideRaster(f"{path.name} does not touch map tile {z}/{x}/{y}.")
        if max(np.ptp(ring, axis=0).max() for ring in rings) < FEWEST_PX:
            return _drawn(touching)
        return _read(dataset, MapTile(z, x, y), touching, style)


@lru_cache(maxsize=512)
def _rings(crs: str, affine: Affine, width: int, height: int) -> tuple[Ring, ...]:
    """Return the outline of a raster on the map: several rings across the antimeridian."""
    outline = outline_of(crs, affine, width, height)
    parts = [] if outline is None else getattr(outline, "geoms", [outline])
    return tuple(_on_map(shapely.get_coordinates(part.exterior)) for part in parts)


def _on_map(degrees: Ring) -> Ring:
    latitude = np.radians(np.clip(degrees[:, 1], -_LAST_LATITUDE, _LAST_LATITUDE))
    return np.stack([degrees[:, 0] / 360 + 0.5, 0.5 - np.arcsinh(np.tan(latitude)) / (2 * math.pi)], axis=1)


def _block(ring: Ring) -> tuple[int, int, int, int] | None:
    """Return what a ring holds of the tile: left, top, right and bottom pixel; None if nothing."""
    slack = _SLACK + 0.02 * np.ptp(ring, axis=0)
    low, high = np.floor(ring.min(axis=0) - slack), np.ceil(ring.max(axis=0) + slack)
    left, top = (int(value) for value in np.clip(low, 0, SIDE))
    right, bottom = (int(value) for value in np.clip(high, 0, SIDE))
    return (left, top, right, bottom) if left < right and top < bottom else None


def _read(dataset: DatasetReader, tile: MapTile, rings: list[Ring], style: Colouring) -> bytes:
    bands = [data_bands(dataset)[band] for band in style.bands]
    colours = np.zeros((3 if has_table(dataset, style) else style.layers, SIDE, SIDE), np.uint8)
    mask = np.zeros((SIDE, SIDE), np.bool_)
    for left, top, right, bottom in filter(None, map(_block, rings)):
        part = slice(top, bottom), slice(left, right)
        shape = bottom - top + 2 * style.reach, right - left + 2 * style.reach
        place = tile.place(left - style.reach, top - style.reach)
        target = Target(_nearest(dataset, place, shape[1]), MERCATOR, shape)
        resampling = Resampling.cubic if style.is_surface else Resampling.nearest
        pixels, valid = read_target(dataset, target, bands=bands, resampling=resampling, care=PICTURE)
        step_m = ground_step(MERCATOR, place, shape) if style.reach else 1.0
        painted, valid = paint(dataset, style, pixels, valid, step_m)
        colours[:, *part] = np.where(valid, painted, colours[:, *part])
        mask[part] |= valid
    return encode(colours, mask)


def _nearest(dataset: DatasetReader, place: Affine, width: int) -> Affine:
    """Return a place turned around the world to where a raster in Web Mercator is: its numbers may pass the edge."""
    crs, affine = georeference(dataset)
    if crs != MERCATOR:
        return place
    apart = (affine @ (dataset.width / 2, 0))[0] - (place @ (width / 2, 0))[0]
    return Affine.translation(2 * _HALF * round(apart / (2 * _HALF)), 0) @ place


def _drawn(rings: list[Ring]) -> bytes:
    """Return outlines, and dots where they would be smaller than one."""
    image = Image.new("RGBA", (SIDE, SIDE))
    draw = ImageDraw.Draw(image)
    for ring in rings:
        if np.ptp(ring, axis=0).max() < _LEAST_DOT:
            x, y = (ring.min(axis=0) + ring.max(axis=0)) / 2
            reach = _LEAST_DOT / 2
            draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=_INK)
        else:
            draw.polygon([tuple(point) for point in ring], fill=_FILL, outline=_INK)
    picture = np.moveaxis(np.asarray(image), -1, 0)
    return encode(picture[:3], picture[3] > 0)
