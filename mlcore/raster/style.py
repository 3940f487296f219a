"""Style: which bands are shown and how their numbers become colours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadSensor, UnknownName
from mlcore.raster.statistics import BandStatistics
from mlcore.raster.window import Mask, Pixels
from mlcore.sensors import Sensor

Range = tuple[float, float]


class Colouring(Protocol):
    """What turns stored numbers into colours: a plain `Style`, or what `mlcore.looks` makes of a recipe."""

    @property
    def bands(self) -> tuple[int, ...]:
        """Return the bands (from 0) that it looks at."""

    @property
    def layers(self) -> int:
        """Return 1 for grey, 3 for colours."""

    @property
    def reach(self) -> int:
        """Return how many pixels around the picture it looks at."""

    @property
    def of_classes(self) -> bool:
        """Return whether numbers are names, between which there is nothing."""

    @property
    def is_surface(self) -> bool:
        """Return whether numbers are those of one surface, which is smooth between its pixels."""

    @property
    def keeps_table(self) -> bool:
        """Return whether colours that stand in the file are shown."""

    def paint(self, stored: Pixels, mask: Mask, step_m: float = 1.0) -> tuple[NDArray[np.uint8], Mask]:
        """Return [layers, H, W] colours and where there are some, of numbers in the order of `bands`."""


@dataclass(frozen=True)
class Style:
    """A recipe that turns one band into grey, or three into colour."""

    bands: tuple[int, ...]  # from 0; one or three
    ranges: tuple[Range, ...]  # what becomes black and white, per band
    gamma: float = 1.0  # above 1 lightens

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description, the inverse of `from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Style":
        """Rebuild a style from `to_dict`."""
        ranges = tuple((float(low), float(high)) for low, high in data["ranges"])
        return cls(tuple(int(band) for band in data["bands"]), ranges, float(data["gamma"]))

    reach = 0
    of_classes = False
    is_surface = False

    @property
    def layers(self) -> int:
        """Return 1 for grey, 3 for colours."""
        return len(self.bands)

    @property
    def keeps_table(self) -> bool:
        """Return whether a single band is shown, whose colours may stand in the file."""
        return self.bands == (0,)

    def paint(self, stored: Pixels, mask: Mask, step_m: float = 1.0) -> tuple[NDArray[np.uint8], Mask]:
        """Return colours, and where there are some."""
        return self.colour(stored), mask

    def colour(self, pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Return [bands, H, W] numbers as 0..255."""
        low, high = (np.array(side, np.float32)[:, None, None] for side in zip(*self.ranges, strict=True))
        scaled = np.clip((pixels - low) / (high - low), 0, 1)
        if self.gamma != 1:
            scaled **= 1 / self.gamma
        return (scaled * 255 + 0.5).astype(np.uint8)


def _percentile(band: BandStatistics) -> Range:
    return band.p2, band.p98


def _minmax(band: BandStatistics) -> Range:
    return band.minimum, band.maximum


def _stddev(band: BandStatistics) -> Range:
    return max(band.minimum, band.mean - 2 * band.std), min(band.maximum, band.mean + 2 * band.std)


STRETCHES: dict[str, Callable[[BandStatistics], Range]] = {
    "percentile": _percentile,  # 2nd to 98th
    "minmax": _minmax,
    "stddev": _stddev,  # two standard deviations around the mean
}


def style_for(
    sensor: Sensor,
    statistics: Sequence[BandStatistics],
    composite: str | None = None,
    *,
    stretch: str = "percentile",
    gamma: float = 1.0,
) -> Style:
    """Return the style of a sensor's named composite (None: its first) with a contrast stretch.

    Raises:
        UnknownName: no such composite or stretch.
        BadSensor: the statistics are those of another number of bands.
    """
    if stretch not in STRETCHES:
        raise UnknownName("stretch", stretch, STRETCHES)
    if len(statistics) != len(sensor.bands):
        raise BadSensor(f"{sensor.title} has {len(sensor.bands)} bands, the scene has {len(statistics)}.")
    bands = tuple(sensor.band_index(name) for name in sensor.composite(composite).bands)
    ranges = tuple(_open(*STRETCHES[stretch](statistics[band])) for band in bands)
    return Style(bands, ranges, gamma)


def _open(low: float, high: float) -> Range:
    return (low, high) if high > low else (low - 0.5, low + 0.5)
