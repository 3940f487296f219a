"""Naming: which band of a sensor is meant by a name, a role such as nir, or a wavelength such as '860 nm'."""

import re
from functools import lru_cache

from mlcore.errors import BadRecipe
from mlcore.sensors import Sensor
from mlcore.sensors.roles import ROLES, role_of

_NANOMETRES = re.compile(r"(\d+(?:\.\d+)?) ?nm")
_FARTHEST_NM = 30.0  # from a band's centre, or its own width
_LISTED = 16

_role_of = lru_cache(maxsize=8192)(role_of)  # of hundreds of bands, again and again


def place_of(sensor: Sensor, name: str) -> int:
    """Return the position (from 0) of the band that is meant.

    Raises:
        BadRecipe: the sensor has no such band; the message lists those it has.
    """
    for place in (_by_name, _by_polarisation, _by_role, _by_wavelength):
        at = place(sensor, name)
        if at is not None:
            return at
    names = ", ".join(band.name for band in sensor.bands[:_LISTED])
    more = f" and {len(sensor.bands) - _LISTED} more" if len(sensor.bands) > _LISTED else ""
    raise BadRecipe(f"{sensor.title} has no band {name[:60]!r}. It has {names or 'none'}{more}.")


def _by_name(sensor: Sensor, name: str) -> int | None:
    """Return the band of this name; B8 is B08, too, and b8."""
    for like in (str, _plain):
        fitting = [at for at, band in enumerate(sensor.bands) if like(band.name) == like(name)]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _plain(name: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", name.lower())


def _by_polarisation(sensor: Sensor, name: str) -> int | None:
    """Return the radar's only band of this polarisation."""
    fitting = [at for at, band in enumerate(sensor.bands) if band.polarisation and band.polarisation == name.upper()]
    return fitting[0] if len(fitting) == 1 else None


def _by_role(sensor: Sensor, name: str) -> int | None:
    """Return the first band of this role, or the one that comes nearest to where such bands lie."""
    role = _role_of(name)
    if role is None:
        return None
    for same in (str.__eq__, _is_alike):
        for at, band in enumerate(sensor.bands):
            if any(same(role, theirs) for theirs in (_role_of(band.title), _role_of(band.name)) if theirs):
                return at
    _, centre, width = ROLES[role]
    return _nearest(sensor, centre, width / 2)


def _is_alike(role: str, theirs: str) -> bool:
    """Return whether a red edge is meant, whichever there is."""
    return theirs.startswith(role) and role == "rededge"


def _by_wavelength(sensor: Sensor, name: str) -> int | None:
    stated = _NANOMETRES.fullmatch(name)
    return _nearest(sensor, float(stated.group(1)), _FARTHEST_NM) if stated else None


def _nearest(sensor: Sensor, wavelength_nm: float, reach_nm: float) -> int | None:
    known = [
        (abs(band.wavelength_nm - wavelength_nm), at) for at, band in enumerate(sensor.bands) if band.wavelength_nm
    ]
    off, at = min(known, default=(0.0, -1))
    return at if at >= 0 and off <= max(reach_nm, (sensor.bands[at].width_nm or 0) / 2) else None
