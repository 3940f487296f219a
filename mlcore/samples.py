"""Chip and Sample: pixels together with their mask, place, date and sensor."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.sensors import Sensor

Bounds = tuple[float, float, float, float]  # west, south, east, north in the chip's CRS


@dataclass(frozen=True)
class Chip:
    """The pixels of one scene inside one tile."""

    pixels: NDArray[np.float32]  # [bands, H, W] in the sensor's quantity; anything where the mask is False
    mask: NDArray[np.bool_]  # [H, W], True where the pixel is valid
    sensor: Sensor
    bounds: Bounds | None = None  # in crs; None in image coordinates
    crs: str | None = None  # 'EPSG:4326' or WKT; None in image coordinates
    acquired: date | None = None

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
class Sample:
    """The unit of work: one tile with all its chips; place and date may be unknown."""

    chips: tuple[Chip, ...]
    place: tuple[float, float] | None = None  # longitude, latitude in degrees
    acquired: date | None = None
