"""Meaning: the sensor that the words about an array speak of: what its numbers are, and at which wavelengths."""

from collections.abc import Sequence
from dataclasses import replace

from mlcore.containers.stores import Variable
from mlcore.sensors import Band, Modality, Quantity, Sensor, get_sensor, spectrometer

_PLAIN = ("", "1", "none", "unitless", "reflectance", "dimensionless")
_METRES = ("m", "metre", "meter", "metres", "meters")
_HEIGHTS = ("height", "elevation", "altitude")
_TEMPERATURE = Sensor("temperature", "Temperature", (Band("T", "temperature"),))


def sensor_told(variable: Variable, bands: Sequence[Band]) -> Sensor | None:
    """Return what the words of an array say of its instrument; None where the raster's own say as much."""
    words = f"{variable.text('standard_name')} {variable.text('long_name')} {variable.name}".lower()
    unit, quantity = variable.text("units").lower(), _quantity(variable, words, bands)
    if all(band.wavelength_nm for band in bands) and len(bands) > 1:
        centres, widths = ([getattr(band, of) or 0.0 for band in bands] for of in ("wavelength_nm", "width_nm"))
        return as_read(spectrometer(centres, widths_nm=widths if all(widths) else None), bands, quantity)
    if len(bands) != 1:
        return None
    if unit in ("k", "kelvin") and "temperature" in words:
        return as_read(_TEMPERATURE, bands, Quantity.BRIGHTNESS_TEMPERATURE)
    if unit in _METRES and any(word in words for word in _HEIGHTS):
        return as_read(replace(get_sensor("elevation"), modality=Modality.ELEVATION), bands, Quantity.METRE)
    return None


def _quantity(variable: Variable, words: str, bands: Sequence[Band]) -> Quantity | None:
    unit = variable.text("units").lower()
    if "radiance" in words or "w m-2" in unit or "w/m" in unit:
        return Quantity.RADIANCE
    scaled = bands[0].scale is not None or variable.dtype.startswith("float")
    return Quantity.REFLECTANCE if "reflectance" in words and unit in _PLAIN and scaled else None


def as_read(sensor: Sensor, bands: Sequence[Band], quantity: Quantity | None) -> Sensor:
    """Return a sensor whose bands bear the scale and offset of others."""
    scaled = tuple(
        replace(own, scale=band.scale, offset=band.offset) for own, band in zip(sensor.bands, bands, strict=True)
    )
    return replace(sensor, bands=scaled, quantity=quantity or sensor.quantity)
