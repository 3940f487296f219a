"""Terrain: ground in slanting light, and how steep it is, from heights (Horn 1981)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadRecipe
from mlcore.sensors import Modality, Quantity, Sensor

Plane = NDArray[np.float32]

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
    """Return how much light from the north-west falls on the ground, 0..1; NaN beside what has no height."""
    east, south = _gradients(heights, step_m)
    level = np.cos(_LIGHT_ABOVE)
    light = np.sin(_LIGHT_ABOVE) + level * (south * np.cos(_LIGHT_FROM) - east * np.sin(_LIGHT_FROM))
    return np.clip(light / np.sqrt(1 + east**2 + south**2), 0, 1).astype(np.float32)


def slope(heights: Plane, step_m: float) -> Plane:
    """Return how steep the ground is, in degrees; NaN beside what has no height."""
    return np.degrees(np.arctan(np.hypot(*_gradients(heights, step_m)))).astype(np.float32)


def _gradients(heights: Plane, step_m: float) -> tuple[Plane, Plane]:
    """Return how heights grow to the east and to the south, per metre; the outermost pixels take their neighbours'."""
    z = np.pad(heights.astype(np.float64), 1, mode="edge")
    left, right = (z[:-2, at] + 2 * z[1:-1, at] + z[2:, at] for at in (slice(None, -2), slice(2, None)))
    above, below = (z[at, :-2] + 2 * z[at, 1:-1] + z[at, 2:] for at in (slice(None, -2), slice(2, None)))
    across = 8 * step_m
    return (right - left) / across, (below - above) / across


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
