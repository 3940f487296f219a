"""Places: where in the world, and in a scene's file, a point of a tile lies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS

from annotation.errors import BadSettings
from annotation.models import Sample, Scene
from mlcore.raster.lonlat import apply, transformer
from mlcore.raster.point import Places

FURTHEST = 1024  # px of the lattice beside the tile, as far as pictures of surroundings reach


@dataclass(frozen=True)
class Spot:
    """A point of a sample, in pixels of the lattice from the tile's upper left corner."""

    x: float
    y: float

    @classmethod
    def on(cls, sample: Sample, x: float | None, y: float | None) -> "Spot":
        """Return a point on a tile or near it; by default its middle.

        Raises:
            BadSettings: it lies too far away.
        """
        side = sample.tile.grid.tile_px
        place = [side / 2 if value is None else value for value in (x, y)]
        if not all(-FURTHEST <= value <= side + FURTHEST for value in place):
            raise BadSettings(f"x and y are pixels from the tile's corner, from {-FURTHEST} to {side + FURTHEST}.")
        return cls(*place)


def places_in(scene: Scene, sample: Sample, spots: Sequence[Spot]) -> Places:
    """Return where points of a tile are to be read in a scene's file."""
    grid, column, row = scene.cell(sample.tile)
    scale = grid.tile_px / sample.tile.grid.tile_px  # a chip has pixels of its own
    x, y = (np.array([getattr(spot, axis) * scale for spot in spots]) for axis in ("x", "y"))
    return Places(*apply(grid.tile_transform(column, row), x, y), grid.crs)


def position(sample: Sample, scenes: Sequence[Scene], spot: Spot) -> dict[str, Any]:
    """Return where a point lies on Earth, and in the lattice's coordinates; of a chip in its own; nulls off the map."""
    nowhere = dict.fromkeys(("longitude", "latitude", "easting", "northing")) | {"crs": ""}
    grid = sample.tile.grid.spec()
    if grid.crs:
        x, y = grid.tile_transform(sample.tile.column, sample.tile.row) @ (spot.x, spot.y)
        return _told(x, y, grid.crs)
    own = (places_in(scene, sample, [spot]) for scene in scenes if scene.grid.ready_made)
    placed = next((places for places in own if places.crs), None)
    return nowhere if placed is None else _told(placed.x[0], placed.y[0], str(placed.crs))


def _told(x: float, y: float, crs: str) -> dict[str, Any]:
    longitude, latitude = transformer(crs, "EPSG:4326").transform(x, y)
    on_earth = math.isfinite(longitude) and math.isfinite(latitude)
    name = crs if crs.startswith("EPSG:") else CRS.from_user_input(crs).name
    return {
        "longitude": round((longitude + 180) % 360 - 180, 7) if on_earth else None,
        "latitude": round(latitude, 7) if on_earth else None,
        "crs": name,
        "easting": float(x),
        "northing": float(y),
    }
