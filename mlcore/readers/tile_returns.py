"""The returns of a cloud inside one tile of a grid, in its pixels, as many as a browser can draw."""

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from mlcore.raster.grid import GridSpec
from mlcore.raster.info import RasterInfo
from mlcore.raster.lonlat import apply, transformer, unit_ring
from mlcore.readers.returns import RETURN, Returns, Rows

MOST = 200_000
_COLUMNS = {"x": "<f4", "y": "<f4", "z": "<f4", "intensity": "<f4", "class": "u1", "number": "u1"}
_KNOTS, _BETWEEN = 9, 8  # a side: places of a tile that are transformed, and those that it is checked at
_POWERS = [(i, j) for i in range(4) for j in range(4 - i)]
_SLACK_PX = 0.02

Floats = NDArray[np.float64]
Mapping = Callable[[Floats, Floats], tuple[Floats, Floats]]


@dataclass(frozen=True)
class TileReturns:
    """Points of a tile."""

    points: Rows  # x to the right and y downwards in px of the tile
    total: int  # points there are in the tile; about so many where only one of several was looked at
    metres: tuple[float, float]  # a pixel is wide and high on the ground

    @property
    def every(self) -> int:
        """Return of how many points one is here."""
        return max(1, round(self.total / len(self.points))) if len(self.points) else 1

    def to_bytes(self) -> bytes:
        """Return the length of a JSON header (4 bytes), the header, and each column, all of them little-endian."""
        header = {
            "count": len(self.points),
            "total": self.total,
            "every": self.every,
            "metres": self.metres,
            "columns": list(_COLUMNS.items()),
        }
        told = json.dumps(header).encode()
        told += b" " * (-len(told) % 4)
        columns = [self.points[name].astype(kind).tobytes() for name, kind in _COLUMNS.items()]
        return struct.pack("<I", len(told)) + told + b"".join(columns)


def returns_in(  # noqa: PLR0913 - a place in a grid takes three
    file: Path, info: RasterInfo, grid: GridSpec, column: int, row: int, *, most: int = MOST
) -> TileReturns:
    """Return the points of a gridded cloud that lie in a tile, at most `most`: one of so many where there are more.

    Raises:
        NotOffered: the cloud's points were not kept.
    """
    cloud, side = Returns.of(file), grid.tile_px
    there, back = _mappings(info, grid, column, row)
    is_turned = not (info.crs is None or grid.crs is None or info.crs == grid.crs)
    ring = unit_ring(_BETWEEN) * side
    x, y = back(ring[:, 0], ring[:, 1])
    metres = _metres(grid, column, row)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return TileReturns(np.zeros(0, RETURN), 0, metres)
    box = float(x.min()), float(y.min()), float(x.max()), float(y.max())
    points, every = cloud.within(*box, most=2 * most)
    place = _smooth(there, box) if is_turned else there
    x, y = place(points["x"].astype(np.float64), points["y"].astype(np.float64))
    inside = np.flatnonzero((x >= 0) & (x < side) & (y >= 0) & (y < side))
    shown = inside[:: max(1, math.ceil(len(inside) / most))]
    points = points[shown]
    points["x"], points["y"] = x[shown], y[shown]
    return TileReturns(points, len(inside) * every, metres)


def _mappings(info: RasterInfo, grid: GridSpec, column: int, row: int) -> tuple[Mapping, Mapping]:
    """Return what turns pixels of the raster into those of the tile, and back."""
    own, tile = info.affine, grid.tile_transform(column, row)
    if info.crs is None or grid.crs is None or info.crs == grid.crs:
        step = ~tile @ own
        return (lambda x, y: apply(step, x, y)), (lambda x, y: apply(~step, x, y))
    onto, off = transformer(info.crs, grid.crs), transformer(grid.crs, info.crs)
    return (
        lambda x, y: apply(~tile, *onto.transform(*apply(own, x, y))),
        lambda x, y: apply(~own, *off.transform(*apply(tile, x, y))),
    )


def _smooth(exact: Mapping, box: tuple[float, float, float, float]) -> Mapping:
    """Return a polynomial in the place of a transform of hundreds of thousands of points, where it is as good."""
    left, top, right, bottom = box
    centre, half = ((left + right) / 2, (top + bottom) / 2), (max(right - left, 1) / 2, max(bottom - top, 1) / 2)

    def terms(x: Floats, y: Floats) -> Floats:
        u, v = (x - centre[0]) / half[0], (y - centre[1]) / half[1]
        return np.stack([u**i * v**j for i, j in _POWERS], axis=-1)

    def lattice(side: int) -> tuple[Floats, Floats]:
        u, v = (axis.ravel() for axis in np.meshgrid(*[np.linspace(-1, 1, side)] * 2))
        return centre[0] + u * half[0], centre[1] + v * half[1]

    knots, between = lattice(_KNOTS), lattice(_BETWEEN)
    fitted = np.linalg.lstsq(terms(*knots), np.stack(exact(*knots), axis=-1), rcond=None)[0]
    if not np.abs(terms(*between) @ fitted - np.stack(exact(*between), axis=-1)).max() < _SLACK_PX:
        return exact

    def close(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        places = terms(x, y) @ fitted
        return places[..., 0], places[..., 1]

    return close


def _metres(grid: GridSpec, column: int, row: int) -> tuple[float, float]:
    """Return how wide and high a pixel in the middle of a tile is; off the map its units are taken for metres."""
    middle, tile = grid.tile_px / 2, grid.tile_transform(column, row)
    x, y = apply(tile, np.array([middle, middle + 1, middle]), np.array([middle, middle, middle + 1]))
    if grid.crs is None:
        return abs(float(x[1] - x[0])) or 1.0, abs(float(y[2] - y[0])) or 1.0
    lon, lat = transformer(grid.crs, "EPSG:4326").transform(x, y)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return 1.0, 1.0
    _, _, metres = Geod(ellps="WGS84").inv([lon[0]] * 2, [lat[0]] * 2, lon[1:], lat[1:])
    return float(metres[0]), float(metres[1])
