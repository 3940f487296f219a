"""Which sensor a raster may come from: by what its bands are called, and by their number where they have no names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mlcore.sensors.modis import modis_of
from mlcore.sensors.products import product
from mlcore.sensors.roles import camera, index_in, index_of, roles_of
from mlcore.sensors.sensor import Band, Composite, Modality, Sensor
from mlcore.sensors.table import SENSORS, get_sensor, unknown_sensor
from mlcore.sensors.wavelengths import read_wavelengths, read_widths

_BY_BAND_COUNT = {
    1: "pan",
    3: "rgb",
    4: "rgbn",
    6: "landsat-tm6",
    7: "landsat7-etm",
    12: "sentinel2-l2a",
    13: "sentinel2-l1c",
}
_COUNTS = ("uint8", "uint16")  # kinds of numbers that cameras write
_COLOURS = {
    "red": "red", "green": "green", "blue": "blue", "coastal": "coastal", "rededge": "rededge", "nir": "nir",
    "pan": "pan", "tir": "thermal", "lwir": "thermal",
}  # fmt: skip
_FOURTH = (
    "Nothing in it says what its fourth band is: it is taken for near infrared. If that is wrong, state the sensor or "
    "say which band is what."
)
_TABLE = (
    "Its numbers stand for the colours of a table in the file: it is shown in them, but they measure nothing. If it "
    "is a map of labels, import it as labels instead."
)
_HEIGHT = re.compile(r"\b(elevation|height|altitude|dem|dsm|dtm|chm|srtm|ndsm)\b", re.IGNORECASE)
_POLARISATION = re.compile(r"(?<![a-z])(VV|VH|HH|HV)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Clues:
    """What a raster says about its bands, as far as it says it."""

    count: int
    descriptions: Sequence[str | None] = ()
    dtype: str = "uint8"
    colours: Sequence[str] = ()  # their colour interpretation, such as 'red'
    said: str = ""  # its name and those tags that speak of the instrument
    means: Sequence[float] = ()  # of the numbers of each band, where they were looked at

    @property
    def texts(self) -> list[str]:
        """Return one description a band, empty where there is none."""
        texts = [(text or "").strip() for text in self.descriptions]
        return texts if len(texts) == self.count else [""] * self.count


@dataclass(frozen=True)
class Guess:
    """A sensor that fits, and a sentence about how it was chosen where that may well be wrong."""

    sensor: Sensor
    remark: str = ""


def guess_sensor(band_count: int, descriptions: Sequence[str | None] = (), dtype: str = "uint8") -> Sensor:
    """Guess a sensor from the number of bands and their descriptions; a person can correct it."""
    return guess(Clues(band_count, descriptions, dtype)).sensor


def guess(clues: Clues) -> Guess:
    """Guess a sensor by names of bands, polarisations, wavelengths, colours, then heights, and last by their number."""
    texts, said = clues.texts, re.sub(r"[\s/\\]+", " ", clues.said.lower())
    if named := _named(texts, clues.dtype, said):
        return named
    plain = [_plain_name(text) for text in texts]
    for sensor in SENSORS.values():
        if plain == [_plain_name(band.name) for band in sensor.bands] and not sensor.code.startswith("naip"):
            return Guess(camera(roles_of(texts), texts, said) or sensor)
    if told := _radar(texts, clues.count) or _by_wavelength(texts) or index_of(texts):
        return Guess(told)
    roles = roles_of(texts)
    if not any(texts):
        roles = [_COLOURS.get(colour) for colour in clues.colours] or roles
        if [*roles] == ["red", "green", "blue", None]:
            return Guess(get_sensor("rgbn"), _FOURTH)
    if len(roles) == clues.count and _tell(roles) and (told := camera(roles, texts, said)):
        return Guess(told)
    return _single(clues, texts[0], said) or _by_count(clues)


def _named(texts: Sequence[str], dtype: str, said: str) -> Guess | None:
    """Return the product whose bands all descriptions name."""
    if modis := modis_of(texts):
        return Guess(modis)
    told = product(texts, dtype, said)
    return Guess(*told) if told else None


def _single(clues: Clues, text: str, said: str) -> Guess | None:
    """Return what a single band is by its colour table, by its file's name, or as heights."""
    if [*clues.colours] == ["palette"]:
        return Guess(unknown_sensor(1), _TABLE)
    if clues.count != 1:
        return None
    if not text and (index := index_in(said)):
        return Guess(index, "By its name it is taken for an index. If that is wrong, state the sensor.")
    heights = _HEIGHT.search(re.sub(r"[_\W]+", " ", f"{text} {said}"))
    return Guess(get_sensor("elevation")) if heights else None


def _tell(roles: Sequence[str | None]) -> bool:
    """Return whether roles say what the bands are: all, or at least the three that are shown."""
    return all(roles) or {"red", "green", "blue"} <= set(roles)


def _by_count(clues: Clues) -> Guess:
    """Take what most files of so many bands are, and say so."""
    code = _BY_BAND_COUNT.get(clues.count)
    if not code or (clues.count == 1 and clues.dtype not in _COUNTS):
        return Guess(unknown_sensor(clues.count))
    sensor = get_sensor("sentinel2-eurosat" if _cirrus_is_tenth(clues) else code)
    if clues.count == 1:
        return Guess(sensor)
    shown = ", ".join(band.title for band in sensor.bands[:4]) + (", ..." if clues.count > 4 else "")
    return Guess(
        sensor,
        f"Nothing in it says what its {clues.count} bands are: by their number alone they are taken for {shown} "
        f"({sensor.title}), in this order. If that is wrong, state the sensor or say which band is what.",
    )


def _cirrus_is_tenth(clues: Clues) -> bool:
    """Return whether the tenth of 13 bands is nearly black, as cirrus is: EuroSAT puts narrow near infrared last."""
    if clues.count != 13 or len(clues.means) != 13:
        return False
    return clues.means[9] < min(clues.means[:9]) / 4 and clues.means[9] < clues.means[10] / 4


def _plain_name(name: str) -> str:
    """Return a band name without the differences between writers: 'b02', 'B2' and 'B2 (490 nm)' are one."""
    return re.sub(r"^B0+(?=\d)", "B", name.upper().partition(" (")[0])


def _radar(names: Sequence[str], band_count: int) -> Sensor | None:
    """Return a SAR sensor when every description, such as 'VV_dB', names another polarisation."""
    polarisations = [match[1].upper() for name in names if (match := _POLARISATION.search(name))]
    if not polarisations or len(polarisations) != band_count or len(set(polarisations)) != band_count:
        return None
    known = get_sensor("sentinel1-grd")
    if polarisations == [band.name for band in known.bands]:
        return known
    bands = tuple(Band(name, polarisation=name) for name in polarisations)
    composites = tuple(Composite(name.lower(), name, (name,)) for name in polarisations)
    title = f"SAR ({', '.join(polarisations)})"
    return Sensor(
        f"sar-{'-'.join(polarisations).lower()}", title, bands, Modality.SAR, None, known.quantity, composites
    )


def _by_wavelength(texts: Sequence[str]) -> Sensor | None:
    centres = read_wavelengths(texts)
    return spectrometer(centres, widths_nm=read_widths(texts)) if centres else None


def spectrometer(
    wavelengths_nm: Sequence[float],
    code: str = "spectrometer",
    title: str = "Imaging spectrometer",
    *,
    widths_nm: Sequence[float] | None = None,
) -> Sensor:
    """Return a hyperspectral sensor with one band per wavelength (nm); widths not given are the band spacing."""
    centres = [float(value) for value in wavelengths_nm]
    spacing = [abs(b - a) for a, b in zip(centres, centres[1:], strict=False)] or [10.0]
    widths = widths_nm or [*spacing, spacing[-1]][: len(centres)]
    bands = tuple(
        Band(f"{index}", f"{centre:.0f} nm", centre, width or None)
        for index, (centre, width) in enumerate(zip(centres, widths, strict=True), start=1)
    )

    def nearest(target: float) -> str:
        return min(bands, key=lambda band: abs((band.wavelength_nm or 0) - target)).name

    composites = (
        Composite("true", "True colour", (nearest(660), nearest(560), nearest(480))),
        Composite("false", "False colour (vegetation red)", (nearest(840), nearest(660), nearest(560))),
    )
    return Sensor(code, f"{title}, {len(bands)} bands", bands, composites=composites)
