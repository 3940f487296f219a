"""Look: a recipe made for one sensor's numbers, with its ends: stored pixels go in, colours come out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadRecipe
from mlcore.looks import speckle
from mlcore.looks.channels import Channel
from mlcore.looks.expression import Plane
from mlcore.looks.ramps import RAMPS
from mlcore.looks.recipe import Recipe
from mlcore.looks.stretch import Range, opened
from mlcore.raster.window import Mask, Pixels
from mlcore.sensors import Modality, Quantity, Sensor

_LEAST_POWER = 1e-10  # -100 dB: nothing comes back with less


@dataclass(frozen=True)
class Source:
    """What is done to a band's stored numbers before anything is computed of them."""

    scale: float | None = None
    offset: float | None = None

    def measured(self, stored: Plane) -> Plane:
        """Return what was measured."""
        if self.scale is None and self.offset is None:
            return stored
        return np.asarray(stored * np.float32(1 if self.scale is None else self.scale) + np.float32(self.offset or 0))


@dataclass(frozen=True)
class Look:
    """A way to draw the stored numbers of one sensor's bands."""

    channels: tuple[Channel, ...]  # one or three
    sources: tuple[Source, ...]  # one for each of `bands`
    ranges: tuple[Range, ...] = ()  # what becomes black and white, per channel; () until it is known
    gamma: float = 1.0
    ramp: str = ""
    filter: str = ""
    decibels: bool = False
    quantity: Quantity = Quantity.DIGITAL_NUMBER

    @property
    def bands(self) -> tuple[int, ...]:
        """Return the bands (from 0) that are read."""
        return bands_in(self.channels)

    @property
    def layers(self) -> int:
        """Return 1 for grey, 3 for colours."""
        return 3 if self.ramp or len(self.channels) == 3 else 1

    @property
    def reach(self) -> int:
        """Return how many pixels around the picture are read, too."""
        return max(channel.reach for channel in self.channels) + (speckle.REACH if self.filter else 0)

    @property
    def of_classes(self) -> bool:
        """Return whether the numbers are names, between which there is nothing."""
        return bool(self.ramp) and RAMPS[self.ramp].of_classes

    @property
    def is_surface(self) -> bool:
        """Return whether numbers are read as those of one surface, which is smooth between its pixels."""
        return any(channel.reach for channel in self.channels)

    @property
    def keeps_table(self) -> bool:
        """Return whether the colours that stand in the file are shown: of a single band as it is."""
        return not self.ramp and len(self.channels) == 1 and self.channels[0].plain == 0

    def with_ends(self, ranges: Sequence[Range]) -> "Look":
        """Return it with the ends of each channel."""
        return replace(self, ranges=tuple(opened(*pair) for pair in ranges))

    def values(self, stored: Pixels, mask: Mask, step_m: float = 1.0) -> tuple[list[Plane], Mask]:
        """Return the channels of stored numbers [bands, H, W], and where all of them are numbers.

        Args:
            stored: the bands of `bands`, in this order.
            mask: which pixels are valid.
            step_m: side of a pixel on the ground.
        """
        planes = dict(zip(self.bands, map(self._prepared, stored, self.sources, [mask] * len(stored)), strict=True))
        if self.is_surface:
            planes = {at: np.where(mask, plane, np.float32(np.nan)) for at, plane in planes.items()}
        made = [channel.values(planes, step_m) for channel in self.channels]
        if self.decibels:
            made = [_in_decibels(values) for values in made]
        computed = [values for values, channel in zip(made, self.channels, strict=True) if channel.plain is None]
        valid = mask
        for values in computed:
            valid = valid & np.isfinite(values)
        return made, valid

    def _prepared(self, stored: Plane, source: Source, mask: Mask) -> Plane:
        measured = source.measured(stored)
        if self.decibels or self.filter:
            measured = _power(measured, self.quantity)
        if self.filter:
            measured = speckle.lee(measured, mask)
            return measured if self.decibels else _unpowered(measured, self.quantity)
        return measured

    def paint(self, stored: Pixels, mask: Mask, step_m: float = 1.0) -> tuple[NDArray[np.uint8], Mask]:
        """Return [1 or 3, H, W] colours, and where there are some; arguments are those of `values`."""
        made, valid = self.values(stored, mask, step_m)
        if self.of_classes:
            return _looked_up(np.clip(np.nan_to_num(made[0]), 0, 255), self.ramp), valid
        shares = [self._share(values, *ends) for values, ends in zip(made, self.ranges, strict=True)]
        if self.ramp:
            return _looked_up(shares[0] * 255 + np.float32(0.5), self.ramp), valid
        return np.stack([(share * 255 + np.float32(0.5)).astype(np.uint8) for share in shares]), valid

    def _share(self, values: Plane, low: float, high: float) -> Plane:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # of ends at the end of what can be held
            share = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
        if self.gamma != 1:
            share **= np.float32(1 / self.gamma)
        return np.asarray(np.nan_to_num(share, copy=False))


def look_for(recipe: Recipe, sensor: Sensor, channels: Sequence[Channel]) -> Look:
    """Return the look of a recipe's channels for a sensor, its ends not known yet.

    Raises:
        BadRecipe: a ramp is to colour three channels.
    """
    if recipe.ramp and len(channels) > 1:
        raise BadRecipe("A ramp colours one number; leave it out, or show one band or expression.")
    places = bands_in(channels)
    # components are fitted to numbers as they are stored
    shown = (
        Source() if recipe.components else Source(sensor.bands[at].scale, sensor.bands[at].offset) for at in places
    )
    return Look(
        tuple(channels),
        tuple(shown),
        gamma=recipe.gamma,
        ramp=recipe.ramp,
        filter=recipe.filter,
        decibels=recipe.decibels,
        quantity=_of_power(sensor),
    )


def bands_in(channels: Sequence[Channel]) -> tuple[int, ...]:
    """Return the bands (from 0) that channels are made of, each once."""
    return tuple(sorted({at for channel in channels for at in channel.bands}))


def _of_power(sensor: Sensor) -> Quantity:
    """Return what a sensor's numbers are; of anything but a radar they are taken as they are."""
    return sensor.quantity if sensor.modality is Modality.SAR else Quantity.RADIANCE


def _power(numbers: Plane, quantity: Quantity) -> Plane:
    """Return the power that a radar's numbers stand for: uncalibrated counts are amplitudes."""
    if quantity is Quantity.DECIBEL:
        return np.asarray(10 ** (numbers / np.float32(10)))
    return np.asarray(numbers**2 if quantity is Quantity.DIGITAL_NUMBER else numbers)


def _unpowered(power: Plane, quantity: Quantity) -> Plane:
    if quantity is Quantity.DECIBEL:
        return _in_decibels(power)
    return np.asarray(np.sqrt(np.maximum(power, 0)) if quantity is Quantity.DIGITAL_NUMBER else power)


def _in_decibels(power: Plane) -> Plane:
    """Return power in dB; NaN where there is none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(power > 0, 10 * np.log10(np.maximum(power, _LEAST_POWER)), np.float32(np.nan)))


def _looked_up(places: Plane, ramp: str) -> NDArray[np.uint8]:
    return np.moveaxis(RAMPS[ramp].table[places.astype(np.uint8)], -1, 0)
