"""What an encoder of somebody else wants to be shown: which bands, in which order, quantity and scale."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadCheckpoint
from mlcore.samples import Chip
from mlcore.sensors import Quantity, Sensor

_FACTORS = {  # (what there is, what is wanted) -> times how much
    (Quantity.REFLECTANCE, Quantity.REFLECTANCE_1E4): 1e4,
    (Quantity.REFLECTANCE_1E4, Quantity.REFLECTANCE): 1e-4,
}
_REACH_NM = 30.0
_FORM = (
    '{"encoder": NAME, "quantity": "reflectance_1e4", "bands": [{"name": "RED", "nm": 665, "mean": 1433, '
    '"deviation": 2178}, ...]}; a radar band has "polarisation" for "nm"'
)


@dataclass(frozen=True)
class Wanted:
    """One band that an encoder reads, found by wavelength, by polarisation or by name."""

    name: str
    nm: float | None = None
    reach_nm: float = _REACH_NM  # how far another sensor's centre may lie from it
    polarisation: str | None = None
    mean: float = 0.0
    deviation: float = 1.0

    def place(self, sensor: Sensor) -> int | None:
        """Return which of a sensor's bands it is, or None."""
        if self.nm is not None:
            away = [abs((band.wavelength_nm or 0) - self.nm) for band in sensor.bands]
            nearest = int(np.argmin(away))
            return nearest if away[nearest] <= self.reach_nm else None
        told = [band.polarisation if self.polarisation else band.name for band in sensor.bands]
        key = self.polarisation or self.name
        return told.index(key) if key in told else None


@dataclass(frozen=True)
class Contract:
    """What one input of an encoder holds."""

    bands: tuple[Wanted, ...]
    quantity: Quantity = Quantity.REFLECTANCE_1E4
    levels: tuple[str, ...] = ()  # product levels that it was trained on; () takes any, as does imagery without one
    key: str = ""  # what the encoder calls this input; "" where it has but one

    def missing(self, sensor: Sensor) -> str:
        """Say why imagery of a sensor doesn't fit, or return ''."""
        if absent := [band.name for band in self.bands if band.place(sensor) is None]:
            return f"{sensor.title} has no {', '.join(absent)}"
        if sensor.level and self.levels and sensor.level not in self.levels:
            return f"{sensor.title} is {sensor.level}, not {' or '.join(self.levels)}"
        if sensor.quantity == self.quantity or (sensor.quantity, self.quantity) in _FACTORS:
            return ""
        wanted = "reflectance" if "reflectance" in self.quantity else self.quantity
        return f"{sensor.title} is in {sensor.quantity}, not {wanted}"

    def read(self, chip: Chip) -> NDArray[np.float32]:
        """Return the bands [C, h, w] of a chip that fits, standardised; invalid pixels are as the mean."""
        places = [place for band in self.bands if (place := band.place(chip.sensor)) is not None]
        factor = _FACTORS.get((chip.sensor.quantity, self.quantity), 1.0)
        scales = np.array([(band.mean, band.deviation) for band in self.bands], np.float32).T[:, :, None, None]
        pixels = np.where(chip.mask, chip.pixels[places] * factor - scales[0], 0) / scales[1]
        return np.asarray(pixels, np.float32)


@dataclass(frozen=True)
class Recipe:
    """An encoder by its library's name, how to build it, and what it reads."""

    encoder: str
    inputs: tuple[Contract, ...]
    options: Mapping[str, Any]  # of the library's builder
    side: int | None = 224  # px that imagery is brought to; None leaves it as it is
    skip: int = 0  # first tokens of an answer, which stand for no place


def read_recipe(path: Path) -> Recipe:
    """Read a recipe of the user's own: JSON with the encoder's name, its bands and their scale.

    Raises:
        BadCheckpoint: the file is missing, isn't JSON, or lacks something.
    """
    try:
        recipe = json.loads(path.read_text())
        inputs = recipe.get("inputs") or [recipe]
        return Recipe(
            encoder=str(recipe["encoder"]),
            inputs=tuple(_contract(one) for one in inputs),
            options=dict(recipe.get("options", {})),
            side=recipe.get("side", 224),
            skip=int(recipe.get("skip", 0)),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise BadCheckpoint(f"{path} doesn't say what an encoder reads ({reason}). It wants {_FORM}.") from error


def _contract(told: Mapping[str, Any]) -> Contract:
    bands = tuple(Wanted(**band) for band in told["bands"])
    if not bands or any(band.deviation <= 0 for band in bands):
        raise ValueError("it needs bands, each with a deviation above 0")
    return Contract(bands, Quantity(told["quantity"]), tuple(told.get("levels", ())), str(told.get("key", "")))
