"""Which sensor a raster may come from, judged by its bands and their descriptions."""

import re
from collections.abc import Sequence

from mlcore.sensors.sensor import Band, Composite, Modality, Sensor
from mlcore.sensors.table import SENSORS, get_sensor, unknown_sensor
from mlcore.sensors.wavelengths import read_wavelengths

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

    Descriptions win over the count: band names of a known sensor, then polarisations, then wavelengths, then heights.
    """
    names = [(text or "").strip() for text in descriptions]
    plain = [_plain_name(name) for name in names]
    for sensor in SENSORS.values():
        if plain == [_plain_name(band.name) for band in sensor.bands]:
            return sensor
    if radar := _radar(names, band_count):
        return radar
    if len(names) == band_count and (wavelengths := read_wavelengths(names)):
        return spectrometer(wavelengths)
    if band_count == 1 and (dtype.startswith("float") or _HEIGHT.search(names[0] if names else "")):
        return get_sensor("elevation")
    code = _BY_BAND_COUNT.get(band_count)
    return get_sensor(code) if code else unknown_sensor(band_count)


_HEIGHT = re.compile(r"\b(elevation|height|altitude|dem|dsm|dtm)\b", re.IGNORECASE)
_POLARISATION = re.compile(r"(?<![a-z])(VV|VH|HH|HV)(?![a-z])", re.IGNORECASE)


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


def spectrometer(
    wavelengths_nm: Sequence[float], code: str = "spectrometer", title: str = "Imaging spectrometer"
) -> Sensor:
    """Return a hyperspectral sensor with one band per wavelength (nm); widths are the band spacing."""
    centres = [float(value) for value in wavelengths_nm]
    spacing = [abs(b - a) for a, b in zip(centres, centres[1:], strict=False)] or [10.0]
    widths = [*spacing, spacing[-1]][: len(centres)]
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
