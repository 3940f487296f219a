"""Instruments: the sensor that a raster's names, tags, colours and number of bands speak of, at its declared scale."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mlcore.raster.info import RasterInfo
from mlcore.sensors import SENSORS, SPECTROMETERS, Clues, Guess, Quantity, Sensor, guess

_TAGS = {
    "SENSOR", "SENSOR_ID", "INSTRUMENT", "PLATFORM", "SPACECRAFT_ID", "SATELLITE", "SATELLITEID", "MAKE", "MODEL",
    "TIFFTAG_IMAGEDESCRIPTION", "EXIF_MAKE", "EXIF_MODEL", "PRODUCT_ID", "LANDSAT_PRODUCT_ID", "PRODUCT_TYPE",
    "PRODUCT_URI",
}  # fmt: skip
_NOMINAL = (
    "By its name it is of {}: the bands have its nominal centres. If yours differ, state them (Bands…), or give a file "
    "that says them."
)
_SPECTROMETERS = {sensor.code for sensor in SPECTROMETERS}
_BASELINE, _IN_NAME = "PROCESSING_BASELINE", re.compile(r"_N(\d\d)(\d\d)_")
_SHIFTED_FROM, _SHIFT = 4.0, -1000.0  # the baseline of Sentinel-2 that adds 1000 to all numbers, and what takes it off
_SHIFTED_LEAST = 900.0  # the mean of a band falls below it only where that was done already
_REFLECTANCES = (1e-4, 2.75e-5, 2e-5, 1e-5)  # scales that make reflectance of whole numbers


def instrument_of(info: RasterInfo, name: str = "", *, means: Sequence[float] = ()) -> Guess:
    """Guess which sensor took a raster: by what its tags and its name say, then by its bands.

    Args:
        info: what `inspect` said.
        name: of the file, as its sender knows it.
        means: of the numbers of each band, which tell dark bands from others; () if nobody looked yet.
    """
    tags = " ".join(str(value) for key, value in info.tags.items() if key.upper() in _TAGS)
    words = "".join(character for character in tags.lower() if character.isalnum())
    if not any(info.descriptions):
        for sensor in SENSORS.values():
            family = sensor.code.partition("-")[0]
            known = any(c.isdigit() for c in family) or sensor.code in _SPECTROMETERS
            if known and family in words and len(sensor.bands) == info.count:
                return Guess(calibrated(sensor, info, name, means=means))
        for sensor in SPECTROMETERS:  # whose centres stand in a file beside the raster
            if sensor.code in name.lower() and len(sensor.bands) == info.count:
                return Guess(calibrated(sensor, info, name, means=means), _NOMINAL.format(sensor.title))
    told = guess(Clues(info.count, info.descriptions, info.dtype, info.colours, f"{name} {tags}", means))
    return Guess(calibrated(told.sensor, info, name, means=means), told.remark)


def speaking(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that tell of the instrument and its numbers."""
    return {key: value for key, value in tags.items() if key.upper() in _TAGS or key.upper() == _BASELINE}


def calibrated(sensor: Sensor, info: RasterInfo, name: str = "", *, means: Sequence[float] = ()) -> Sensor:
    """Return a sensor whose bands bear the scale and offset that the file declares, and the quantity that they make."""
    if not info.scales and _is_shifted(sensor, info, name, means):
        return replace(sensor, bands=tuple(replace(band, offset=_SHIFT) for band in sensor.bands))
    pairs = list(zip(info.scales, info.offsets, strict=True))
    if len(pairs) != len(sensor.bands) or all(pair == (1.0, 0.0) for pair in pairs):
        return sensor
    bands = tuple(
        replace(band, scale=scale, offset=offset) if (scale, offset) != (1.0, 0.0) else band
        for band, (scale, offset) in zip(sensor.bands, pairs, strict=True)
    )
    makes = all(any(abs(scale - usual) < usual / 1e3 for usual in _REFLECTANCES) for scale, _ in pairs)
    optical = all(band.wavelength_nm for band in sensor.bands)
    counted = sensor.quantity in (Quantity.DIGITAL_NUMBER, Quantity.REFLECTANCE_1E4)
    quantity = Quantity.REFLECTANCE if makes and optical and counted else sensor.quantity
    return replace(sensor, bands=bands, quantity=quantity)


def _is_shifted(sensor: Sensor, info: RasterInfo, name: str, means: Sequence[float]) -> bool:
    """Return whether numbers of Sentinel-2 bear the offset that came with baseline 04.00."""
    if not sensor.code.startswith("sentinel2") or sensor.quantity is not Quantity.REFLECTANCE_1E4:
        return False
    tag = next((value for key, value in info.tags.items() if key.upper() == _BASELINE), "")
    match = _IN_NAME.search(f"_{name}_")
    stated = tag if re.fullmatch(r"\d\d\.\d\d", tag) else f"{match[1]}.{match[2]}" if match else "0"
    return float(stated) >= _SHIFTED_FROM and info.dtype != "uint8" and not any(mean < _SHIFTED_LEAST for mean in means)


def calibration_told(sensor: Sensor) -> str:
    """Return a sentence about the scale and offset that are applied; '' without any."""
    if all(band.offset == _SHIFT and band.scale is None for band in sensor.bands):
        return (
            "Its processing baseline adds 1000 to all numbers, which are taken off again. If somebody did that "
            "already, say so: an offset of 0 for its bands."
        )
    pairs = [(band.scale, band.offset) for band in sensor.bands if band.scale is not None]
    if not pairs:
        return ""
    scale, offset = pairs[0]
    more = "" if len(set(pairs)) == 1 else " (and others for other bands)"
    plus = f", then {offset:+g}," if offset else ""
    words = re.sub("_", " ", sensor.quantity.value)
    return f"As the file declares, its numbers are read x {scale:g}{plus} as {words}{more}."
