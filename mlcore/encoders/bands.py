"""How any sensor's bands stand in for the channels that foreign encoders were trained on: Sentinel-2 and Sentinel-1."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlcore.samples import Chip
from mlcore.sensors import Band, Modality, Quantity, Sensor, get_sensor

OPTICAL = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")
RADAR = ("VV", "VH")
TRUE_COLOUR = [OPTICAL.index(name) for name in ("B04", "B03", "B02")]
_SENTINEL2 = {band.name: band for band in get_sensor("sentinel2-l1c").bands}
_SLACK_NM = 5.0
_WIDEST_NM = 150.0  # a camera's colours may be wider than Sentinel-2's bands; a panchromatic band is no colour
# A true-colour image of Sentinel-2 shows reflectance 0..0.3558 as 0..255 (Sentinel-2 Products Specification, TCI).
WHITE = 3558.0
_TO_1E4 = {Quantity.REFLECTANCE: 1e4, Quantity.REFLECTANCE_1E4: 1.0, Quantity.DIGITAL_NUMBER: WHITE / 255}


@lru_cache(maxsize=256)
def optical_weights(sensor: Sensor) -> NDArray[np.float32]:
    """Return weights [len(OPTICAL), bands] that average a sensor's bands into Sentinel-2's; absent ones are zeros.

    A band belongs to a channel when its centre lies within the channel's half width (and 5 nm). The nearest of those
    at least half as wide is taken alone (the narrow infrared is no part of the wide one); if all are narrower they are
    a spectrometer's, and their mean is the channel.
    """
    table: NDArray[np.float32] = np.zeros((len(OPTICAL), len(sensor.bands)), np.float32)
    if sensor.modality is not Modality.OPTICAL or sensor.quantity not in _TO_1E4:
        return table
    for row, name in enumerate(OPTICAL):
        table[row] = _members(sensor, _SENTINEL2[name])
    return _shares(table) * np.float32(_TO_1E4[sensor.quantity])


def _members(sensor: Sensor, channel: Band) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = np.array([_belongs(band, channel) for band in sensor.bands])
    wide = inside & np.array([(band.width_nm or 0) >= (channel.width_nm or 0) / 2 for band in sensor.bands])
    if not wide.any():
        return inside
    away = [abs((band.wavelength_nm or np.inf) - (channel.wavelength_nm or 0)) for band in sensor.bands]
    nearest: NDArray[np.bool_] = np.arange(len(sensor.bands)) == int(np.where(wide, away, np.inf).argmin())
    return nearest


def _belongs(band: Band, channel: Band) -> bool:
    if band.wavelength_nm is None or channel.wavelength_nm is None or channel.width_nm is None:
        return False
    near = abs(band.wavelength_nm - channel.wavelength_nm) <= channel.width_nm / 2 + _SLACK_NM
    return near and (band.width_nm or 0) <= max(_WIDEST_NM, 3 * channel.width_nm)


@lru_cache(maxsize=256)
def radar_weights(sensor: Sensor) -> NDArray[np.float32]:
    """Return weights [len(RADAR), bands] that pick VV and VH from a sensor in decibels."""
    table: NDArray[np.float32] = np.zeros((len(RADAR), len(sensor.bands)), np.float32)
    if sensor.modality is Modality.SAR and sensor.quantity is Quantity.DECIBEL:
        for row, name in enumerate(RADAR):
            table[row] = [band.polarisation == name for band in sensor.bands]
    return _shares(table)


def _shares(table: NDArray[np.float32]) -> NDArray[np.float32]:
    shares: NDArray[np.float32] = (table / np.maximum(table.sum(1, keepdims=True), 1)).astype(np.float32)
    return shares


def why_unreadable(chip: Chip) -> str:
    """Say why a chip gives foreign encoders no channel, or return '' when it gives one."""
    return why_unread(chip.sensor, float(chip.pixels.max(initial=0)))


def why_unread(sensor: Sensor, largest: float) -> str:
    """Say why imagery of a sensor gives foreign encoders no channel, or return '' when it gives one.

    Args:
        sensor: of the imagery.
        largest: the largest number in it.
    """
    if sensor.modality is Modality.ELEVATION:
        return f"{sensor.title} has only elevation, which goes beside radar or optics"
    if sensor.modality is Modality.SAR:
        return "" if radar_weights(sensor).any() else f"{sensor.title} isn't VV or VH in decibels"
    if sensor.modality is not Modality.OPTICAL:
        return f"{sensor.title} is {sensor.modality}"
    if sensor.quantity not in _TO_1E4:
        return f"{sensor.title} is in {sensor.quantity}, not reflectance"
    if sensor.quantity is Quantity.DIGITAL_NUMBER and largest > 255:
        return f"{sensor.title} holds uncalibrated counts above 255; convert them to reflectance"
    if not optical_weights(sensor).any():
        return f"{sensor.title} has no band near one of Sentinel-2's"
    return ""


def why_unshown(sensor: Sensor, largest: float) -> str:
    """Say why imagery can't be shown in three colours, or return ''; arguments are those of `why_unread`."""
    reason = why_unread(sensor, largest)
    if not reason and sensor.modality is Modality.OPTICAL and not optical_weights(sensor)[TRUE_COLOUR].any(1).all():
        return f"{sensor.title} has no red, green and blue"
    return reason
