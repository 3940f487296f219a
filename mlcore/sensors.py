"""The one table of sensors: their bands, ground sample distance, quantity and named composites."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
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

    def band_index(self, name: str) -> int:
        """Return the position (from 0) of the band called `name`."""
        for index, band in enumerate(self.bands):
            if band.name == name:
                return index
        raise UnknownName(f"band of {self.title}", name, [band.name for band in self.bands])

    def composite(self, name: str | None = None) -> Composite:
        """Return the composite called `name`, or the sensor's first one."""
        if name is None:
            return self.composites[0]
        for composite in self.composites:
            if composite.name == name:
                return composite
        raise UnknownName(f"composite of {self.title}", name, [item.name for item in self.composites])

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description, the inverse of `sensor_from_dict`."""
        return asdict(self)


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
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadSensor(f"This sensor description is incomplete or wrong: {error}.") from error


def _optical(*rows: tuple[str, str, float, float]) -> tuple[Band, ...]:
    return tuple(Band(name, title, centre, width) for name, title, centre, width in rows)


_LANDSAT7 = _optical(
    ("B1", "blue", 485, 70),
    ("B2", "green", 560, 80),
    ("B3", "red", 660, 60),
    ("B4", "near infrared", 835, 130),
    ("B5", "shortwave infrared 1", 1650, 200),
    ("B6", "thermal, high gain", 11450, 2100),
    ("B7", "shortwave infrared 2", 2220, 260),
)
_LANDSAT_COMPOSITES = (
    Composite("true", "True colour", ("B3", "B2", "B1")),
    Composite("false", "False colour (vegetation red)", ("B4", "B3", "B2")),
    Composite("swir", "Shortwave infrared", ("B7", "B4", "B2")),
    Composite("moisture", "Moisture", ("B4", "B5", "B3")),
)
_SENTINEL2 = _optical(
    ("B01", "coastal aerosol", 443, 20),
    ("B02", "blue", 490, 65),
    ("B03", "green", 560, 35),
    ("B04", "red", 665, 30),
    ("B05", "red edge 1", 705, 15),
    ("B06", "red edge 2", 740, 15),
    ("B07", "red edge 3", 783, 20),
    ("B08", "near infrared", 842, 115),
    ("B8A", "narrow near infrared", 865, 20),
    ("B09", "water vapour", 945, 20),
    ("B10", "cirrus", 1375, 30),
    ("B11", "shortwave infrared 1", 1610, 90),
    ("B12", "shortwave infrared 2", 2190, 180),
)
_SENTINEL2_COMPOSITES = (
    Composite("true", "True colour", ("B04", "B03", "B02")),
    Composite("false", "False colour (vegetation red)", ("B08", "B04", "B03")),
    Composite("swir", "Shortwave infrared", ("B12", "B8A", "B04")),
    Composite("agriculture", "Agriculture", ("B11", "B08", "B02")),
)
_RGB = _optical(("R", "red", 650, 100), ("G", "green", 550, 100), ("B", "blue", 460, 100))
_TRUE_RGB = Composite("true", "True colour", ("R", "G", "B"))

SENSORS: dict[str, Sensor] = {
    sensor.code: sensor
    for sensor in (
        Sensor("rgb", "RGB camera", _RGB, composites=(_TRUE_RGB,)),
        Sensor(
            "rgbn",
            "RGB and near infrared",
            (*_RGB, Band("N", "near infrared", 830, 120)),
            composites=(_TRUE_RGB, Composite("false", "False colour (vegetation red)", ("N", "R", "G"))),
        ),
        Sensor(
            "pan",
            "Panchromatic",
            _optical(("P", "panchromatic", 650, 400)),
            composites=(Composite("grey", "Grey", ("P",)),),
        ),
        Sensor(
            "landsat7-etm", "Landsat 7 ETM+ (1-5, 6 high gain, 7)", _LANDSAT7, gsd_m=30, composites=_LANDSAT_COMPOSITES
        ),
        Sensor(
            "landsat-tm6",
            "Landsat TM/ETM+ without thermal (1-5, 7)",
            tuple(band for band in _LANDSAT7 if band.name != "B6"),
            gsd_m=30,
            composites=_LANDSAT_COMPOSITES,
        ),
        Sensor(
            "sentinel2-l1c",
            "Sentinel-2 MSI L1C (13 bands)",
            _SENTINEL2,
            gsd_m=10,
            quantity=Quantity.REFLECTANCE_1E4,
            composites=_SENTINEL2_COMPOSITES,
        ),
        Sensor(
            "sentinel2-l2a",
            "Sentinel-2 MSI L2A (12 bands, no cirrus)",
            tuple(band for band in _SENTINEL2 if band.name != "B10"),
            gsd_m=10,
            quantity=Quantity.REFLECTANCE_1E4,
            composites=_SENTINEL2_COMPOSITES,
        ),
        Sensor(
            "sentinel1-grd",
            "Sentinel-1 C-band SAR (VV, VH)",
            (Band("VV", polarisation="VV"), Band("VH", polarisation="VH")),
            modality=Modality.SAR,
            gsd_m=10,
            quantity=Quantity.DECIBEL,
            composites=(
                Composite("vv", "VV", ("VV",)),
                Composite("vh", "VH", ("VH",)),
                Composite("ratio", "VV VH VV", ("VV", "VH", "VV")),
            ),
        ),
        Sensor(
            "elevation",
            "Elevation model",
            (Band("Z", "height"),),
            modality=Modality.ELEVATION,
            quantity=Quantity.METRE,
            composites=(Composite("height", "Height", ("Z",)),),
        ),
    )
}


def get_sensor(code: str) -> Sensor:
    """Return the sensor called `code`.

    Raises:
        UnknownName: no such sensor; the message lists those there are.
    """
    try:
        return SENSORS[code]
    except KeyError:
        raise UnknownName("sensor", code, SENSORS) from None


def unknown_sensor(band_count: int) -> Sensor:
    """Return a stand-in for a sensor that nobody named: numbered bands without wavelengths."""
    bands = tuple(Band(f"{number}") for number in range(1, band_count + 1))
    names = tuple(band.name for band in bands)
    composites = [Composite("first", "First three bands", names[:3])] if band_count >= 3 else []
    composites += [Composite(f"band-{name}", f"Band {name}", (name,)) for name in names[:12]]
    return Sensor(f"unknown-{band_count}", f"Unknown sensor, {band_count} bands", bands, composites=tuple(composites))


_BY_BAND_COUNT = {
    1: "pan",
    3: "rgb",
    4: "rgbn",
    6: "landsat-tm6",
    7: "landsat7-etm",
    12: "sentinel2-l2a",
    13: "sentinel2-l1c",
}


def guess_sensor(band_count: int, descriptions: Sequence[str | None] = (), dtype: str = "uint8") -> Sensor:
    """Guess a sensor from the number of bands and their descriptions; a person can correct it.

    Descriptions win over the count: band names of a known sensor, then wavelengths in nm.
    """
    names = [(text or "").strip() for text in descriptions]
    for sensor in SENSORS.values():
        if names == [band.name for band in sensor.bands]:
            return sensor
    if set(names) == {"VV", "VH"}:
        known = get_sensor("sentinel1-grd")
        return replace(known, bands=tuple(Band(name, polarisation=name) for name in names))
    if wavelengths := _wavelengths(names, band_count):
        return spectrometer(wavelengths)
    if band_count == 1 and dtype.startswith("float"):
        return get_sensor("elevation")
    code = _BY_BAND_COUNT.get(band_count)
    return get_sensor(code) if code else unknown_sensor(band_count)


def _wavelengths(names: Sequence[str], band_count: int) -> list[float] | None:
    """Read '465.2 nm', '465.2 nanometers' or '0.4652 um' from band descriptions."""
    found = []
    for name in names:
        number, _, unit = name.partition(" ")
        try:
            value = float(number)
        except ValueError:
            return None
        if unit.lower() in {"nm", "nanometers", "nanometer"}:
            found.append(value)
        elif unit.lower() in {"um", "µm", "micrometers", "micrometer"}:
            found.append(value * 1000)
        else:
            return None
    return found if len(found) == band_count and band_count > 0 else None


def spectrometer(
    wavelengths_nm: Sequence[float], code: str = "spectrometer", title: str = "Imaging spectrometer"
) -> Sensor:
    """Return a hyperspectral sensor with one band per wavelength (nm); widths are the band spacing."""
    centres = [float(value) for value in wavelengths_nm]
    spacing = [abs(b - a) for a, b in zip(centres, centres[1:], strict=False)] or [10.0]
    widths = [*spacing, spacing[-1]]
    bands = tuple(
        Band(f"{index}", f"{centre:.0f} nm", centre, width or None)
        for index, (centre, width) in enumerate(zip(centres, widths, strict=True), start=1)
    )

    def nearest(target: float) -> str:
        return min(bands, key=lambda band: abs((band.wavelength_nm or 0) - target)).name

    return Sensor(
        code,
        f"{title}, {len(bands)} bands",
        bands,
        composites=(
            Composite("true", "True colour", (nearest(660), nearest(560), nearest(480))),
            Composite("false", "False colour (vegetation red)", (nearest(840), nearest(660), nearest(560))),
        ),
    )
