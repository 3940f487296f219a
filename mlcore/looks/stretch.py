"""Stretch: which numbers become black and white, told from the numbers themselves."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadRecipe, UnknownName
from mlcore.raster.statistics import BandStatistics

Range = tuple[float, float]  # what becomes black, and white

WAYS = ("percentile", "stddev", "minmax", "stored", "ends")
OF = ("scene", "tile", "surroundings")
_USUAL = (2.0, 98.0)  # per cent
_FIELDS = {"percentile": {"low", "high"}, "stddev": {"k"}, "ends": {"ends"}}


@dataclass(frozen=True)
class Stretch:
    """How the two ends are found, and in what: the scene, the tile, or the tile and its surroundings."""

    by: str = "percentile"
    of: str = "scene"
    low: float = _USUAL[0]  # per cent
    high: float = _USUAL[1]
    k: float = 2.0  # standard deviations around the mean
    ends: tuple[Range, ...] = ()  # one for each channel

    def of_values(self, values: NDArray[np.float32]) -> Range:
        """Return the ends for valid numbers [n]; (0, 1) where there are none."""
        if not values.size:
            return 0.0, 1.0
        exact = values.astype(np.float64)
        lowest, highest = float(exact.min()), float(exact.max())
        if self.by == "stddev":
            mean, reach = float(exact.mean()), self.k * float(exact.std())
            return max(lowest, mean - reach), min(highest, mean + reach)
        if self.by == "percentile":
            low, high = np.percentile(exact, (self.low, self.high))
            return float(low), float(high)
        return lowest, highest

    def of_statistics(self, band: BandStatistics) -> Range | None:
        """Return the ends by what is known of a whole band; None where its numbers must be looked at."""
        if self.by == "minmax":
            return band.minimum, band.maximum
        if self.by == "stddev":
            return max(band.minimum, band.mean - self.k * band.std), min(band.maximum, band.mean + self.k * band.std)
        return (band.p2, band.p98) if (self.low, self.high) == _USUAL else None

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description, the inverse of `read_stretch`."""
        told: dict[str, Any] = {"by": self.by} if self.of == "scene" else {"by": self.by, "of": self.of}
        told |= {name: getattr(self, name) for name in sorted(_FIELDS.get(self.by, set()) - {"ends"})}
        return told | ({"ends": [list(pair) for pair in self.ends]} if self.by == "ends" else {})


def read_stretch(data: object, channels: int) -> Stretch:
    """Return the stretch that JSON describes.

    Args:
        data: what a recipe says under 'stretch'.
        channels: how many the recipe has, if it is known; else 0.

    Raises:
        BadRecipe: it is no such description.
        UnknownName: no such way, or part of the imagery.
    """
    if not isinstance(data, Mapping):
        raise BadRecipe('A stretch is an object such as {"by": "percentile", "low": 2, "high": 98}.')
    by, of = data.get("by", "percentile"), data.get("of", "scene")
    for kind, name, known in (("stretch", by, WAYS), ("part of the imagery to stretch by", of, OF)):
        if name not in known:
            raise UnknownName(kind, str(name)[:60], known)
    if unknown := set(data) - {"by", "of"} - _FIELDS.get(by, set()):
        raise BadRecipe(f"A stretch by {by} has no {str(min(map(str, unknown)))[:60]!r}.")
    if by == "ends":
        return Stretch(by, of, ends=_ends(data.get("ends"), channels))
    if by == "stddev":
        return Stretch(by, of, k=number_in(data, "k", 2.0, (0.01, 100.0)))
    if by != "percentile":
        return Stretch(by, of)
    low, high = (
        number_in(data, name, usual, (0.0, 100.0)) for name, usual in zip(("low", "high"), _USUAL, strict=True)
    )
    if low >= high:
        raise BadRecipe(f"A stretch from the {low:g} to the {high:g} per cent: the first must be below the second.")
    return Stretch(by, of, low, high)


def _ends(data: object, channels: int) -> tuple[Range, ...]:
    if not isinstance(data, list) or len(data) not in ((channels,) if channels else (1, 3)):
        raise BadRecipe(f"Ends are {channels or '1 or 3'} pairs of numbers, one for each channel, such as [[0, 3000]].")
    pairs = list[Range]()
    for pair in data:
        if not isinstance(pair, list) or len(pair) != 2 or not all(map(is_number, pair)):
            raise BadRecipe("Each pair of ends is two finite numbers: what becomes black, and what becomes white.")
        low, high = float(pair[0]), float(pair[1])
        if low >= high:
            raise BadRecipe(f"Ends from {low:g} to {high:g}: the first must be below the second.")
        pairs.append((low, high))
    return tuple(pairs)


def number_in(data: Mapping[str, Any], name: str, usual: float, limits: Range) -> float:
    """Return a number of a description within limits.

    Raises:
        BadRecipe: it is none, or beyond them.
    """
    value = data.get(name, usual)
    if not is_number(value) or not limits[0] <= value <= limits[1]:
        raise BadRecipe(f"{name} is a number from {limits[0]:g} to {limits[1]:g}, not {str(value)[:60]}.")
    return float(value)


def is_number(value: object) -> bool:
    """Return whether it is a number that single precision can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= float(np.finfo(np.float32).max) and math.isfinite(value)


def opened(low: float, high: float) -> Range:
    """Return ends between which there is something that single precision can tell apart."""
    trifle = 4 * float(np.finfo(np.float32).eps) * max(abs(low), abs(high))
    return (low, high) if high - low > trifle else (low - max(0.5, trifle), low + max(0.5, trifle))
