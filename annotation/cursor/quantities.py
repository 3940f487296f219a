"""Quantities: what somebody asks of scenes, a band, a role or arithmetic of them, and how a sensor answers it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlcore.errors import BadRecipe
from mlcore.looks import Channel, Recipe, channels_of
from mlcore.looks.channels import unit_of
from mlcore.sensors import Quantity as Meaning
from mlcore.sensors import Sensor

_GREENNESS = "(nir - red) / (nir + red)"


@dataclass(frozen=True)
class Quantity:
    """One number of a sensor at each place."""

    channel: Channel
    title: str
    unit: str

    @property
    def bands(self) -> tuple[int, ...]:
        """Return the positions (from 0) of the bands that it comes of."""
        return self.channel.bands

    def value(self, numbers: Sequence[float]) -> float:
        """Return it for the numbers of `bands` at one place; NaN where there is none."""
        planes = {at: np.full((1, 1), number, np.float32) for at, number in zip(self.bands, numbers, strict=True)}
        return float(self.channel.values(planes, 1.0)[0, 0])


def quantity_of(sensor: Sensor, asked: str) -> Quantity:
    """Return what a sensor answers when it is asked for this; '' is its greenness (NDVI), or else its first band.

    Raises:
        BadRecipe: it is no arithmetic, or names what the sensor hasn't got.
    """
    if asked:
        (channel,) = channels_of(Recipe(bands=(asked,)), sensor)
        return Quantity(channel, channel.title, unit_at(sensor) if channel.plain is not None else channel.unit)
    try:
        (channel,) = channels_of(Recipe(bands=(_GREENNESS,)), sensor)
    except BadRecipe:
        return quantity_of(sensor, sensor.bands[0].name)
    return Quantity(channel, "NDVI", "")


def unit_at(sensor: Sensor) -> str:
    """Return the unit of a sensor's bands, where even counts have a name."""
    return "DN" if sensor.quantity is Meaning.DIGITAL_NUMBER else unit_of(sensor)
