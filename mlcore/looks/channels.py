"""Channels: the one or three numbers of each pixel that a recipe shows, as a sensor's bands give them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from mlcore.errors import BadRecipe
from mlcore.looks.expression import Expression, Plane, named, read_expression
from mlcore.looks.naming import place_of
from mlcore.looks.recipe import Recipe
from mlcore.looks.stretch import Range
from mlcore.looks.terrain import REACH, SHADES, height_band
from mlcore.sensors import Composite, Modality, Quantity, Sensor

_UNITS = {
    Quantity.REFLECTANCE: "reflectance",
    Quantity.REFLECTANCE_1E4: "reflectance x 10,000",
    Quantity.RADIANCE: "radiance",
    Quantity.BRIGHTNESS_TEMPERATURE: "K",
    Quantity.DECIBEL: "dB",
    Quantity.METRE: "m",
}


class Channel(Protocol):
    """One number of each pixel."""

    @property
    def title(self) -> str:
        """Return what a person calls it."""

    @property
    def unit(self) -> str:
        """Return its unit; '' where it has none."""

    @property
    def bands(self) -> tuple[int, ...]:
        """Return the bands (from 0) that it is made of."""

    @property
    def reach(self) -> int:
        """Return how many pixels around one it looks at."""

    @property
    def natural(self) -> Range | None:
        """Return the ends that are its own; None where the numbers tell."""

    @property
    def plain(self) -> int | None:
        """Return the band that it is, if nothing is computed."""

    def values(self, planes: Mapping[int, Plane], step_m: float) -> Plane:
        """Return it for each pixel, of bands by their places; NaN where there is none."""


@dataclass(frozen=True)
class Arithmetic:
    """A band, or an expression of bands."""

    title: str
    unit: str
    expression: Expression
    places: Mapping[str, int]  # name in the expression -> band from 0
    reach: int = 0
    natural: Range | None = None

    @property
    def bands(self) -> tuple[int, ...]:
        """Return the bands in it."""
        return tuple(sorted(set(self.places.values())))

    @property
    def plain(self) -> int | None:
        """Return the band that it is, if nothing is computed."""
        return next(iter(self.places.values())) if self.expression.is_plain else None

    def values(self, planes: Mapping[int, Plane], step_m: float) -> Plane:
        """Return it for each pixel."""
        return self.expression.value({name: planes[at] for name, at in self.places.items()})


@dataclass(frozen=True)
class Shaded:
    """Ground in slanting light, or how steep it is."""

    title: str
    unit: str
    kind: str
    band: int
    natural: Range | None
    reach: int = REACH
    plain: int | None = None

    @property
    def bands(self) -> tuple[int, ...]:
        """Return the band of heights."""
        return (self.band,)

    def values(self, planes: Mapping[int, Plane], step_m: float) -> Plane:
        """Return it for each pixel."""
        return SHADES[self.kind].drawn(planes[self.band], step_m)


def channels_of(recipe: Recipe, sensor: Sensor) -> tuple[Channel, ...]:
    """Return what a recipe shows of a sensor: one channel, or three. Components are made elsewhere, of the pixels.

    Raises:
        BadRecipe: it names bands that the sensor lacks, or is not for such sensors.
        UnknownName: no such composite.
    """
    if not sensor.bands:
        raise BadRecipe(f"{sensor.title} has no bands to look at.")
    if recipe.decibels and sensor.modality is not Modality.SAR:
        raise BadRecipe(f"Decibels are of radar; {sensor.title} is none. Leave them out.")
    if recipe.shade:
        shade = SHADES[recipe.shade]
        return (Shaded(shade.title, shade.unit, recipe.shade, height_band(sensor), shade.ends),)
    texts = recipe.bands or composite_of(sensor, recipe.composite).bands
    return tuple(_arithmetic(text, sensor, recipe) for text in texts)


def composite_of(sensor: Sensor, name: str) -> Composite:
    """Return a sensor's composite by its name or its title ('True colour' is 'true-colour', too); '' is the first."""
    for composite in sensor.composites:
        if name and name == composite.title.partition("(")[0].strip().lower().replace(" ", "-"):
            return composite
    return sensor.composite(name or None)


def _arithmetic(text: str, sensor: Sensor, recipe: Recipe) -> Arithmetic:
    expression, places = _read(text, sensor)
    band = sensor.bands[next(iter(places.values()))]
    if expression.is_plain:
        return Arithmetic(band.label, "dB" if recipe.decibels else unit_of(sensor), expression, places)
    return Arithmetic(text, "dB" if recipe.decibels else "", expression, places)


def _read(text: str, sensor: Sensor) -> tuple[Expression, dict[str, int]]:
    """Return the expression and where its bands are; what is the name of a band is no expression."""
    is_name = any(text == band.name for band in sensor.bands)
    expression = named(text) if is_name else read_expression(text)
    places = dict[str, int]()
    for name, at in expression.names.items():
        try:
            places[name] = place_of(sensor, name)
        except BadRecipe as error:
            where = "" if expression.is_plain else f"In {expression.text[:80]!r}, character {at}: "
            raise BadRecipe(f"{where}{error}") from error
    return expression, places


def unit_of(sensor: Sensor) -> str:
    """Return the unit of a sensor's numbers as a person reads it; '' where they have none."""
    return _UNITS.get(sensor.quantity, "")
