"""Chip, Weather and Sample: what is known about one tile, with its masks, dates and place."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures, UnknownName
from mlcore.sensors import Sensor

Bounds = tuple[float, float, float, float]  # west, south, east, north in the chip's CRS
Orbit = Literal["ascending", "descending"]

# Name -> what it usually is and how far it spreads, in its own unit: what a model centres and scales it by.
WEATHER: dict[str, tuple[float, float]] = {
    "temperature_k": (285.0, 12.0),
    "precipitation_mm": (60.0, 60.0),  # over the step
    "vapour_pressure_deficit_kpa": (0.8, 0.6),
    "relative_humidity_percent": (65.0, 20.0),
    "solar_radiation_wm2": (180.0, 80.0),
    "wind_speed_ms": (3.5, 2.0),
    "soil_moisture_m3m3": (0.25, 0.1),
    "evapotranspiration_mm": (60.0, 40.0),  # over the step
    "snow_depth_m": (0.1, 0.3),
}


@dataclass(frozen=True)
class Chip:
    """The pixels of one scene inside one tile; several dates are several chips of one sensor."""

    pixels: NDArray[np.float32]  # [bands, H, W] in the sensor's quantity; anything where the mask is False
    mask: NDArray[np.bool_]  # [H, W], True where the pixel is valid
    sensor: Sensor
    bounds: Bounds | None = None  # in crs; None in image coordinates
    crs: str | None = None  # 'EPSG:4326' or WKT; None in image coordinates
    acquired: date | None = None
    orbit: Orbit | None = None  # of a SAR
    incidence_deg: float | None = None  # of a SAR: angle between the look direction and the vertical, 0..90
    is_later: bool = False  # of two dates that a label compares, whether it shows the later one

    def __post_init__(self) -> None:
        """Refuse shapes that contradict each other."""
        if self.pixels.ndim != 3 or self.pixels.shape[1:] != self.mask.shape:
            raise BadFeatures(
                f"A chip needs pixels [bands, H, W] and a mask [H, W], got {self.pixels.shape} and {self.mask.shape}."
            )
        if self.pixels.shape[0] != len(self.sensor.bands):
            raise BadFeatures(
                f"{self.sensor.title} has {len(self.sensor.bands)} bands, the chip has {self.pixels.shape[0]}."
            )

    @property
    def valid_fraction(self) -> float:
        """Return the share of valid pixels, 0..1."""
        return float(self.mask.mean()) if self.mask.size else 0.0


@dataclass(frozen=True)
class Weather:
    """The weather of a place over time: one row a step, such as a day or a month; NaN where it is unknown."""

    days: tuple[date, ...]  # the first day of each step
    variables: tuple[str, ...]  # names out of WEATHER
    values: NDArray[np.float32]  # [steps, variables]

    def __post_init__(self) -> None:
        """Refuse names that nobody knows and shapes that contradict each other."""
        for name in self.variables:
            if name not in WEATHER:
                raise UnknownName("weather variable", name, WEATHER)
        if self.values.shape != (len(self.days), len(self.variables)):
            raise BadFeatures(
                f"Weather of {len(self.days)} steps and {len(self.variables)} variables needs values of that shape, "
                f"got {self.values.shape}."
            )


@dataclass(frozen=True)
class Sample:
    """The unit of work: one tile with all its chips; place, date, weather and texts may be unknown."""

    chips: tuple[Chip, ...]
    place: tuple[float, float] | None = None  # longitude, latitude in degrees
    acquired: date | None = None
    weather: Weather | None = None
    texts: tuple[str, ...] = ()  # posts written there
