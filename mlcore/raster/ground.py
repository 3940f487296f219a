"""Ground: how the pixels of a lattice lie on the earth, for a picture in their true shape with scale and north."""

import math
from dataclasses import dataclass
from functools import lru_cache

from pyproj import Geod

from mlcore.raster.grid import GridSpec
from mlcore.raster.lonlat import transformer

_EARTH = Geod(ellps="WGS84")
_DIGITS = 6


@dataclass(frozen=True)
class Ground:
    """The pixel in the middle of a tile, on the ellipsoid."""

    step_m: tuple[float, float]  # metres across a pixel, and down
    north: float  # degrees, clockwise, from the picture's upright to north

    def to_dict(self) -> dict[str, object]:
        """Return it JSON-ready."""
        return {"step_m": list(self.step_m), "north": self.north}


@lru_cache(maxsize=8192)
def ground_of(grid: GridSpec, column: int, row: int) -> Ground | None:
    """Return how a tile's pixels lie on the ground; None in image coordinates, and where there is no telling."""
    if grid.crs is None:
        return None
    middle = (column + 0.5) * grid.tile_px, (row + 0.5) * grid.tile_px
    to_lonlat = transformer(grid.crs, "EPSG:4326")
    left, right, above, below = (
        to_lonlat.transform(*(grid.affine @ (middle[0] + x, middle[1] + y)))
        for x, y in ((-0.5, 0), (0.5, 0), (0, -0.5), (0, 0.5))
    )
    if not all(math.isfinite(number) for number in (*left, *right, *above, *below)):
        return None
    across = _EARTH.inv(*left, *right)[2]
    upright, _, down = _EARTH.inv(*below, *above)
    if not (across > 0 and down > 0):
        return None
    return Ground((_rounded(across), _rounded(down)), round(-upright, 2))


def _rounded(metres: float) -> float:
    return float(f"{metres:.{_DIGITS}g}")
