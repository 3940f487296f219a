"""Terrain: ground in slanting light, and how steep it is, from heights (Horn 1981)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadRecipe
from mlcore.sensors import Modality, Quantity, Sensor

Plane = NDArray[np.float32]
Exact = NDArray[np.float64]

REACH = 1  # px around one that are looked at
_LIGHT_FROM, _LIGHT_ABOVE = np.radians(315.0), np.radians(45.0)  # north-west, as maps are drawn


@dataclass(frozen=True)
class Shade:
    """A way to draw heights."""

    title: str
    unit: str
    ends: tuple[float, float]
    drawn: Callable[[Plane, float], Plane]


def hillshade(heights: Plane, step_m: float) -> Plane:
    """Return how much light from the north-west falls on the ground, 0..1; NaN where there is no height."""
    east, south = _gradients(heights, step_m)
    level = np.cos(_LIGHT_ABOVE)
    light = np.sin(_LIGHT_ABOVE) + level * (south * np.cos(_LIGHT_FROM) - east * np.sin(_LIGHT_FROM))
    return np.asarray(np.clip(light / np.sqrt(1 + east**2 + south**2), 0, 1), np.float32)


def slope(heights: Plane, step_m: float) -> Plane:
    """Return how steep the ground is, in degrees; NaN where there is no height."""
    return np.asarray(np.degrees(np.arctan(np.hypot(*_gradients(heights, step_m)))), np.float32)


def _gradients(heights: Plane, step_m: float) -> tuple[Exact, Exact]:
    """Return how heights grow to the east and to the south, per metre; beside what has no height they go on."""
    z = np.pad(heights.astype(np.float64), REACH, constant_values=np.nan)
    rows, columns = heights.shape

    def at(down: int, across: int) -> Exact:
        return z[1 + down : 1 + down + rows, 1 + across : 1 + across + columns]

    def beside(down: int, across: int) -> Exact:
        near, on = at(down, across), 2 * at(0, 0) - at(-down, -across)
        return np.where(np.isnan(near), np.where(np.isnan(on), at(0, 0), on), near)

    left, right = (beside(-1, side) + 2 * beside(0, side) + beside(1, side) for side in (-1, 1))
    above, below = (beside(side, -1) + 2 * beside(side, 0) + beside(side, 1) for side in (-1, 1))
    nothing = 0 * at(0, 0)  # but where there is no height
    return (right - left) / (8 * step_m) + nothing, (below - above) / (8 * step_m) + nothing


SHADES = {
    "hillshade": Shade("Hillshade", "", (0.0, 1.0), hillshade),
    "slope": Shade("Slope", "degrees", (0.0, 60.0), slope),
}


def height_band(sensor: Sensor) -> int:
    """Return the band (from 0) that holds heights.

    Raises:
        BadRecipe: none does.
    """
    if sensor.modality is Modality.ELEVATION or (sensor.quantity is Quantity.METRE and len(sensor.bands) == 1):
        return 0
    for at, band in enumerate(sensor.bands):
        if sensor.modality is Modality.POINTS and band.name == "Z":
            return at
    raise BadRecipe(f"{sensor.title} has no heights to shade; choose an elevation model or a point cloud.")
