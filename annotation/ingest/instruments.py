"""Which sensor took a raster: named by a person, or guessed and open to correction."""

from mlcore.errors import BadSensor
from mlcore.raster.info import RasterInfo
from mlcore.sensors import SENSORS, Sensor, get_sensor, guess_sensor, unknown_sensor

_TAGS = {"SENSOR", "SENSOR_ID", "INSTRUMENT", "PLATFORM", "SPACECRAFT_ID", "SATELLITE"}


def sensor_of(info: RasterInfo, code: str | None) -> tuple[Sensor, bool]:
    """Return the sensor of a raster and whether it is only a guess.

    Raises:
        UnknownName: there is no sensor called `code`.
        BadSensor: the sensor has another number of bands than the raster.
    """
    guess = _guess(info)
    if not code or code == guess.code:  # which the table need not hold: a spectrometer is made of its wavelengths
        return guess, not code
    unknown = unknown_sensor(info.count)
    sensor = unknown if code == unknown.code else get_sensor(code)
    if len(sensor.bands) != info.count:
        fitting = [item.code for item in SENSORS.values() if len(item.bands) == info.count]
        raise BadSensor(
            f"{sensor.title} has {len(sensor.bands)} bands but the file has {info.count}; "
            f"sensors that fit: {', '.join([*fitting, unknown.code])}."
        )
    return sensor, False


def _guess(info: RasterInfo) -> Sensor:
    """Trust what the file's tags say ('LANDSAT_7', 'Sentinel-2A'), then its bands."""
    tags = " ".join(str(value) for key, value in info.tags.items() if key.upper() in _TAGS)
    words = "".join(character for character in tags.lower() if character.isalnum())
    for sensor in SENSORS.values():
        family = sensor.code.partition("-")[0]
        if any(c.isdigit() for c in family) and family in words and len(sensor.bands) == info.count:
            return sensor
    return guess_sensor(info.count, info.descriptions, info.dtype)
