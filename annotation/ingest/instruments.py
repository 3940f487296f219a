"""Which sensor took a raster: named by a person, or guessed and open to correction."""

from collections.abc import Sequence

from mlcore.errors import BadSensor
from mlcore.raster.info import RasterInfo
from mlcore.raster.instruments import calibrated, instrument_of
from mlcore.sensors import SENSORS, Sensor, get_sensor, unknown_sensor


def sensor_of(
    info: RasterInfo, stated: str | Sensor | None, *, name: str = "", means: Sequence[float] = ()
) -> tuple[Sensor, bool]:
    """Return the sensor of a raster, with the scale that the file declares, and whether it is only a guess.

    Args:
        info: what the raster's reader says of it.
        stated: the sensor that somebody stated, by its code or whole; None or '' for a guess.
        name: of the file, as its sender knows it.
        means: of the numbers of each band, where they were looked at.

    Raises:
        UnknownName: there is no sensor of that code.
        BadSensor: the sensor has another number of bands than the raster.
    """
    guess = instrument_of(info, name, means=means).sensor
    if not stated or stated == guess.code:  # which the table need not hold: a spectrometer is made of its wavelengths
        return guess, not stated
    unknown = unknown_sensor(info.count)
    told = unknown if stated == unknown.code else stated
    sensor = told if isinstance(told, Sensor) else get_sensor(told)
    if len(sensor.bands) != info.count:
        fitting = [item.code for item in SENSORS.values() if len(item.bands) == info.count]
        raise BadSensor(
            f"{sensor.title} has {len(sensor.bands)} bands but the file has {info.count}; "
            f"sensors that fit: {', '.join([*fitting, unknown.code])}."
        )
    return calibrated(sensor, info, name, means=means), False
