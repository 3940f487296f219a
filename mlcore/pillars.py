"""Pillars: the points of a cloud inside a tile, as a chip of heights."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadSample
from mlcore.samples import Bounds, Chip
from mlcore.sensors import Band, Composite, Modality, Quantity, Sensor

HEIGHT_BINS_M = (0.5, 2.0, 5.0, 15.0)  # edges above the ground: litter, shrubs, low and high trees or roofs
_GROUND_REACH_M = 10.0
_NAMES = ("0-0.5 m", "0.5-2 m", "2-5 m", "5-15 m", "15 m and above")


@dataclass(frozen=True)
class Points:
    """A cloud of N points; x and y in the units of its CRS, heights in metres."""

    x: NDArray[np.float64]  # [N]
    y: NDArray[np.float64]  # [N]
    z_m: NDArray[np.float64]  # [N]
    intensity: NDArray[np.float32] | None = None  # [N], relative, 0..1
    crs: str | None = None  # WKT, as the file says; not always to be trusted

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.x)


def pillars(points: Points, bounds: Bounds, shape: tuple[int, int], *, gsd_m: float) -> Chip:
    """Turn points into a chip: what share of a pixel's points lies how high above the ground, and how bright it is.

    Height bins take the place of spectral bands (pillars: PointPillars, arXiv 1812.05784, here with fixed features).
    The ground is the lowest point within 10 m, so that absolute height is no shortcut. A pixel without points is
    not valid.

    Args:
        points: in the CRS of `bounds`.
        bounds: west, south, east, north of the tile.
        shape: rows and columns of the chip.
        gsd_m: side of a pixel in metres, to know how far 10 m are.

    Raises:
        BadSample: bounds, shape or gsd are impossible.
    """
    west, south, east, north = bounds
    rows, columns = shape
    if east <= west or north <= south or rows < 1 or columns < 1 or gsd_m <= 0:
        raise BadSample(f"Pillars need a tile with a size, got bounds {bounds}, shape {shape} and {gsd_m} m a pixel.")
    inside = (points.x >= west) & (points.x < east) & (points.y > south) & (points.y <= north)
    row = np.minimum(((north - points.y[inside]) / (north - south) * rows).astype(np.int64), rows - 1)
    column = np.minimum(((points.x[inside] - west) / (east - west) * columns).astype(np.int64), columns - 1)
    cell, size = row * columns + column, rows * columns
    heights = points.z_m[inside]
    heights = heights - _ground(cell, heights, shape, gsd_m)[cell]
    light = points.intensity[inside] if points.intensity is not None else np.zeros(len(cell), np.float32)
    pixels = _features(cell, heights, light, size).reshape(-1, rows, columns)
    mask = (np.bincount(cell, minlength=size) > 0).reshape(rows, columns)
    return Chip(pixels, mask, pillar_sensor(gsd_m), bounds=bounds, crs=points.crs)


def _ground(
    cell: NDArray[np.int64], heights: NDArray[np.float64], shape: tuple[int, int], gsd_m: float
) -> NDArray[np.float64]:
    lowest = np.full(shape[0] * shape[1], np.inf)
    np.minimum.at(lowest, cell, heights)
    return ground_below(lowest.reshape(shape), gsd_m).ravel()


def ground_below(lowest: NDArray[Any], gsd_m: float) -> NDArray[Any]:
    """Return the lowest point within 10 m of each pixel [H, W], from the lowest in each; infinite without any."""
    from scipy.ndimage import minimum_filter  # slow to load, and web processes load this module without using it

    reach = 2 * max(1, int(np.ceil(_GROUND_REACH_M / gsd_m))) + 1
    ground: NDArray[Any] = minimum_filter(lowest, size=reach, mode="nearest")
    return ground


def _features(
    cell: NDArray[np.int64], heights: NDArray[np.float64], light: NDArray[np.float32], size: int
) -> NDArray[np.float32]:
    """Return share and mean intensity of each height bin, the greatest height / 10 m, and log10(1 + points)."""
    count = np.bincount(cell, minlength=size)
    level = np.searchsorted(HEIGHT_BINS_M, heights, side="right")
    both = level * size + cell
    bins = len(HEIGHT_BINS_M) + 1
    inside = np.bincount(both, minlength=bins * size).reshape(bins, size)
    bright = np.bincount(both, weights=light, minlength=bins * size).reshape(bins, size) / np.maximum(inside, 1)
    highest = np.zeros(size)
    np.maximum.at(highest, cell, heights)
    stacked = np.vstack([inside / np.maximum(count, 1), bright, highest / 10, np.log10(1 + count)])
    return stacked.astype(np.float32)


def pillar_sensor(gsd_m: float) -> Sensor:
    """Return the sensor of pillars: bands are height bins times features."""
    shares = tuple(Band(f"S{index}", f"share of points {name}") for index, name in enumerate(_NAMES))
    lights = tuple(Band(f"I{index}", f"intensity {name}") for index, name in enumerate(_NAMES))
    bands = (*shares, *lights, Band("H", "greatest height / 10 m"), Band("D", "log10(1 + points)"))
    shown = (Composite("height", "Height", ("H",)), Composite("layers", "Layers", ("S4", "S2", "S0")))
    return Sensor("lidar-pillars", "Point cloud (pillars)", bands, Modality.POINTS, gsd_m, Quantity.INDEX, shown)


def gridded_sensor(gsd_m: float) -> Sensor:
    """Return the sensor of a whole cloud as a raster: its pillars, and bands that people look at and models don't."""
    base = pillar_sensor(gsd_m)
    bands = (*base.bands, Band("Z", "surface height in m"), Band("I", "mean intensity"), Band("C", "class of the top"))
    shown = (
        Composite("height", "Height above ground", ("H",)),
        Composite("surface", "Surface height", ("Z",)),
        Composite("layers", "Layers", ("S4", "S2", "S0")),
        Composite("intensity", "Intensity", ("I",)),
        Composite("density", "Density", ("D",)),
        Composite("class", "Class of the top", ("C",)),
    )
    return replace(base, code="lidar-cloud", title="Point cloud", bands=bands, composites=shown)


def pillars_of(chip: Chip) -> Chip:
    """Return a chip of a gridded cloud with its pillars alone; any other as it is."""
    names = [band.name for band in pillar_sensor(1).bands]
    places = {band.name: at for at, band in enumerate(chip.sensor.bands)}
    if chip.sensor.modality is not Modality.POINTS or not set(names) <= set(places) or len(places) == len(names):
        return chip
    pixels = chip.pixels[[places[name] for name in names]]
    return replace(chip, pixels=pixels, sensor=pillar_sensor(chip.sensor.gsd_m or 1.0))
