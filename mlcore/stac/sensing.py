"""Sensing: the sensor that a catalogue's bands make, by their names, their roles and their wavelengths."""

from collections.abc import Sequence
from dataclasses import replace

from mlcore.sensors import Band as SensorBand
from mlcore.sensors import Clues, Sensor, composites_of, guess
from mlcore.sensors.roles import ROLES, role_of
from mlcore.stac.bands import Band

_COMMON = {  # names of the extension `eo` that are not read as they are
    "nir08": "nir", "nir09": "nir2", "rededge071": "rededge1", "rededge075": "rededge2", "rededge078": "rededge3",
    "swir16": "swir1", "swir22": "swir2", "lwir": "thermal", "lwir11": "thermal", "lwir12": "thermal",
}  # fmt: skip


def sensor_of_bands(bands: Sequence[Band], dtype: str, said: str) -> Sensor | None:
    """Return the sensor that bands make; None where they tell too little, and the file must say it.

    Args:
        bands: as an item tells them, in the order of the numbers.
        dtype: of the numbers.
        said: words that tell of the instrument.
    """
    names = [band.name for band in bands]
    if not bands or not all(band.name or band.common or band.centre_nm for band in bands):
        return None
    told = guess(Clues(len(bands), names, dtype, (), said))
    if all(names) and not told.remark and _tells(told.sensor):
        return told.sensor
    made = [_made(band) for band in bands]
    if not all(band.wavelength_nm for band in made):
        return None
    unique = [band.name if _count(made, band) == 1 else f"{band.name} {at}" for at, band in enumerate(made, 1)]
    known = [replace(band, name=name) for name, band in zip(unique, made, strict=True)]
    code = f"stac-{'-'.join(unique)}"[:200].lower()
    title = f"{len(known)} bands ({', '.join(unique[:8])}{', ...' if len(unique) > 8 else ''})"
    return Sensor(code, title, tuple(known), composites=composites_of(known))


def _tells(sensor: Sensor) -> bool:
    numbered = all(band.name.isdigit() for band in sensor.bands)  # a spectrometer that was made of wavelengths alone
    return not numbered and all(band.wavelength_nm or band.polarisation for band in sensor.bands)


def _count(bands: Sequence[SensorBand], band: SensorBand) -> int:
    return sum(other.name == band.name for other in bands)


def _made(band: Band) -> SensorBand:
    """Return a band with what is told of it, and else what bands of its role usually are."""
    common = _COMMON.get(band.common, band.common)
    role = role_of(common) or role_of(band.name)
    title, centre, width = ROLES[role] if role else ("", None, None)
    return SensorBand(
        band.name or band.common or f"{band.centre_nm:g} nm", title, band.centre_nm or centre, band.width_nm or width
    )
