"""What a sensor is: bands, modality, ground sample distance, quantity and named composites."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from mlcore.errors import BadSensor, UnknownName


class Modality(StrEnum):
    """What kind of instrument a sensor is."""

    OPTICAL = "optical"
    SAR = "sar"
    ELEVATION = "elevation"
    POINTS = "points"
    TEXT = "text"


# Product levels that models know by name: top or bottom of the atmosphere, detected or terrain-corrected radar.
LEVELS = ("L1", "L1C", "L2", "L2A", "TOA", "BOA", "SLC", "GRD", "RTC")


class Quantity(StrEnum):
    """What the numbers of a raster mean; a model refuses to guess it."""

    DIGITAL_NUMBER = "digital_number"  # uncalibrated counts
    REFLECTANCE = "reflectance"  # 0..1
    REFLECTANCE_1E4 = "reflectance_1e4"  # reflectance x 10^4
    RADIANCE = "radiance"
    BRIGHTNESS_TEMPERATURE = "brightness_temperature"  # K
    DECIBEL = "decibel"
    METRE = "metre"
    INDEX = "index"  # dimensionless, such as NDVI


@dataclass(frozen=True)
class Band:
    """One band; optical bands carry a wavelength, SAR bands a polarisation, others neither."""

    name: str
    title: str = ""
    wavelength_nm: float | None = None  # centre
    width_nm: float | None = None  # full width at half maximum
    polarisation: str | None = None  # VV, VH, HH or HV
    scale: float | None = None  # what the stored numbers are multiplied by; None: they are read as they are
    offset: float | None = None  # what is added then

    @property
    def label(self) -> str:
        """Return what a person reads, such as 'B4 near infrared'."""
        return f"{self.name} {self.title}".strip()


@dataclass(frozen=True)
class Composite:
    """A named way to show a scene: three bands as red, green and blue, or one as grey."""

    name: str
    title: str
    bands: tuple[str, ...]  # names of one or three bands


@dataclass(frozen=True)
class Sensor:
    """An instrument: its bands in file order, modality, ground sample distance and quantity."""

    code: str
    title: str
    bands: tuple[Band, ...]
    modality: Modality = Modality.OPTICAL
    gsd_m: float | None = None
    quantity: Quantity = Quantity.DIGITAL_NUMBER
    composites: tuple[Composite, ...] = ()
    frequency_ghz: float | None = None  # of a SAR's carrier; a radar never gets a wavelength in nm
    level: str | None = None  # product level, usually one of LEVELS; None where nobody said

    def band_index(self, name: str) -> int:
        """Return the position (from 0) of the band called `name`."""
        for index, band in enumerate(self.bands):
            if band.name == name:
                return index
        raise UnknownName(f"band of {self.title}", name, [band.name for band in self.bands])

    def composite(self, name: str | None = None) -> Composite:
        """Return the composite called `name`; None takes the sensor's first one, or its first bands if it has none."""
        if name is None and not self.composites:
            shown = self.bands[:3] if len(self.bands) >= 3 else self.bands[:1]
            return Composite("first", "First bands", tuple(band.name for band in shown))
        if name is None:
            return self.composites[0]
        for composite in self.composites:
            if composite.name == name:
                return composite
        raise UnknownName(f"composite of {self.title}", name, [item.name for item in self.composites])

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description, the inverse of `sensor_from_dict`."""
        told = asdict(self)
        for band in told["bands"]:
            for name in ("scale", "offset"):  # of few sensors: descriptions stored before these existed stay the same
                if band[name] is None:
                    del band[name]
        return told


def sensor_from_dict(data: Mapping[str, Any]) -> Sensor:
    """Rebuild a sensor from `Sensor.to_dict`.

    Raises:
        BadSensor: a field is missing or of the wrong kind.
    """
    try:
        return Sensor(
            code=str(data["code"]),
            title=str(data["title"]),
            bands=tuple(Band(**band) for band in data["bands"]),
            modality=Modality(data["modality"]),
            gsd_m=data["gsd_m"],
            quantity=Quantity(data["quantity"]),
            composites=tuple(
                Composite(item["name"], item["title"], tuple(item["bands"])) for item in data["composites"]
            ),
            frequency_ghz=data.get("frequency_ghz"),  # descriptions stored before these two existed lack them
            level=data.get("level"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadSensor(f"This sensor description is incomplete or wrong: {error}.") from error
