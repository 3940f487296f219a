"""Quantities: what somebody asks of scenes, such as a band or a role, and which numbers of a sensor answer it."""

from dataclasses import dataclass

from mlcore.sensors import Sensor
from mlcore.sensors.roles import role_of, roles_of


@dataclass(frozen=True)
class Quantity:
    """One number of a sensor at each place: which bands it comes of, its title and its unit."""

    band: int  # its position, from 0
    title: str
    unit: str


def quantity_of(sensor: Sensor, asked: str) -> Quantity | None:
    """Return the band of this name or role, as people write it; None where the sensor has none; '' takes its first."""
    at = 0 if not asked else _position(sensor, asked)
    return None if at is None else Quantity(at, sensor.bands[at].label, sensor.quantity.unit)


def _position(sensor: Sensor, asked: str) -> int | None:
    names = [band.name for band in sensor.bands]
    if asked in names:
        return names.index(asked)
    folded = [name.casefold() for name in names]
    if folded.count(asked.casefold()) == 1:
        return folded.index(asked.casefold())
    role = role_of(asked)
    roles = roles_of([band.title or band.name for band in sensor.bands])
    return roles.index(role) if role in roles and role else None
