"""What a band means: a fixed lattice of slots that any sensor's bands map onto, and one scaling for each quantity."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlcore.sensors import Band, Modality, Quantity, Sensor

# Spacing grows with the square root of the wavelength: 18 nm in the blue, 48 nm in the shortwave infrared.
OPTICAL_NM: NDArray[np.float64] = np.linspace(np.sqrt(400.0), np.sqrt(2500.0), 64) ** 2
_OPTICAL_SPACING_NM = np.gradient(OPTICAL_NM)
_THERMAL_FROM_NM = (2600.0, 7500.0, 9900.0)
_POLARISATIONS = ("VV", "VH", "HH", "HV")
_SCALARS = (Quantity.METRE, Quantity.INDEX)
_NUMBERED = 12

OPTICAL_SLOTS = len(OPTICAL_NM)
_THERMAL = OPTICAL_SLOTS
_SAR = _THERMAL + len(_THERMAL_FROM_NM)
_SCALAR = _SAR + len(_POLARISATIONS)
FIRST_NUMBERED = _SCALAR + len(_SCALARS)
SLOTS = FIRST_NUMBERED + _NUMBERED

# Coarse groups: blue, green, red, red edge, near infrared, 1.2, 1.6 and 2.2 um; every other slot is a group by itself.
_GROUP_EDGES_NM = (515.0, 600.0, 690.0, 760.0, 1050.0, 1450.0, 1900.0)
_OPTICAL_GROUPS = len(_GROUP_EDGES_NM) + 1
GROUPS = _OPTICAL_GROUPS + SLOTS - _THERMAL
# Groups whose mean is a brightness: optical, thermal, radar, and what has no physical place.
FAMILIES = (
    slice(0, _OPTICAL_GROUPS),
    slice(_OPTICAL_GROUPS, _OPTICAL_GROUPS + _SAR - _THERMAL),
    slice(_OPTICAL_GROUPS + _SAR - _THERMAL, _OPTICAL_GROUPS + _SCALAR - _THERMAL),
    slice(_OPTICAL_GROUPS + _SCALAR - _THERMAL, GROUPS),
)
RADAR = FAMILIES[2]
_SMOOTHNESS = 1e-2


def scaled(pixels: NDArray[np.float32], quantity: Quantity) -> NDArray[np.float32]:
    """Return pixels on the scale that the model works in, about -10..12 whatever the file's numbers are.

    Counts, radiance and reflectance become logarithms, so that an unknown gain is only a shift.

    Args:
        pixels: any shape, in `quantity`.
        quantity: what the numbers mean.
    """
    values: NDArray[np.floating] = np.nan_to_num(pixels, nan=0.0, posinf=0.0, neginf=0.0)
    match quantity:
        case Quantity.DIGITAL_NUMBER | Quantity.RADIANCE:
            values = np.log1p(np.maximum(values, 0))
        case Quantity.REFLECTANCE | Quantity.REFLECTANCE_1E4:
            unit = 1.0 if quantity is Quantity.REFLECTANCE else 1e-4
            values = np.log(np.clip(values * np.float32(unit), 0, 10) + np.float32(0.02)) + 4
        case Quantity.BRIGHTNESS_TEMPERATURE:
            values = (values - 280) / 20
        case Quantity.DECIBEL:
            values = np.clip(values, -50, 30) / 5
        case Quantity.METRE:
            values = values / 100
        case Quantity.INDEX:
            pass
    clipped: NDArray[np.float32] = np.clip(values, -100, 100).astype(np.float32)
    return clipped


@lru_cache(maxsize=256)
def responses(sensor: Sensor) -> NDArray[np.float32]:
    """Return how much each band speaks for each slot, [SLOTS, bands] in 0..1 (1: exactly its meaning)."""
    table = np.zeros((SLOTS, len(sensor.bands)), np.float32)
    for position, band in enumerate(sensor.bands):
        table[:, position] = _response(band, position, sensor)
    return table


def _response(band: Band, position: int, sensor: Sensor) -> NDArray[np.float64]:
    row = np.zeros(SLOTS)
    if band.polarisation in _POLARISATIONS:
        row[_SAR + _POLARISATIONS.index(band.polarisation)] = 1
    elif band.wavelength_nm is not None and band.wavelength_nm >= _THERMAL_FROM_NM[0]:
        row[_THERMAL + np.searchsorted(_THERMAL_FROM_NM, band.wavelength_nm, side="right") - 1] = 1
    elif band.wavelength_nm is not None:
        row[:_THERMAL] = _optical_response(band.wavelength_nm, band.width_nm or 0.0)
    elif sensor.quantity in _SCALARS and sensor.modality is not Modality.POINTS:
        row[_SCALAR + _SCALARS.index(sensor.quantity)] = 1
    else:
        row[FIRST_NUMBERED + _numbered(position, len(sensor.bands))] = 1
    return row


def _optical_response(centre_nm: float, width_nm: float) -> NDArray[np.float64]:
    """Return a Gaussian of the band's width, at least as wide as the lattice, with its peak at 1."""
    nearest = np.clip(centre_nm, OPTICAL_NM[0], OPTICAL_NM[-1])
    sigma = np.hypot(width_nm / 2.355, 0.5 * np.interp(nearest, OPTICAL_NM, _OPTICAL_SPACING_NM))
    response = np.exp(-0.5 * ((OPTICAL_NM - nearest) / sigma) ** 2)
    kept: NDArray[np.float64] = np.where(response > 0.1, response, 0)
    peaked: NDArray[np.float64] = kept / kept.max()
    return peaked


def _numbered(position: int, count: int) -> int:
    """Return the slot of a band that has only its position; more bands than slots share them in order."""
    return position if count <= _NUMBERED else position * _NUMBERED // count


@lru_cache(maxsize=256)
def averaging(sensor: Sensor) -> NDArray[np.float32]:
    """Return weights [SLOTS, bands] that average bands into slots; a slot without a band is a row of zeros."""
    table = responses(sensor)
    return _rows_to_one(np.where(table >= 0.5, table, 0))


@lru_cache(maxsize=256)
def grouping(sensor: Sensor) -> NDArray[np.float32]:
    """Return weights [GROUPS, bands] that average bands into coarse groups; an absent group is a row of zeros."""
    table = responses(sensor)
    member = np.searchsorted(_GROUP_EDGES_NM, OPTICAL_NM)
    optical = [np.where(member == group, table[:_THERMAL].T, 0).max(1) for group in range(_OPTICAL_GROUPS)]
    stacked = np.vstack([np.stack(optical), table[_THERMAL:]])
    return _rows_to_one(np.where(stacked >= 0.5, stacked, 0))


@lru_cache(maxsize=256)
def interpolation(sensor: Sensor) -> NDArray[np.float32]:
    """Return weights [SLOTS, bands] that rebuild a whole spectrum from the bands that a sensor has.

    The optical part is the smoothest spectrum that explains the bands (Tikhonov), so that another sensor,
    or a missing band, gives nearly the same values on the same lattice. Other slots are averaged.
    """
    table = averaging(sensor).copy()
    optical = responses(sensor)[:_THERMAL]
    columns = np.flatnonzero(optical.any(0))
    if columns.size == 0:
        return table
    rows = _rows_to_one(optical[:, columns].T).astype(np.float64)
    steps = np.diff(np.eye(_THERMAL), axis=0)
    normal = rows.T @ rows + _SMOOTHNESS * steps.T @ steps
    table[:_THERMAL] = 0
    table[:_THERMAL, columns] = np.linalg.solve(normal, rows.T)
    return table


@lru_cache(maxsize=256)
def filling(sensor: Sensor) -> NDArray[np.float32]:
    """Return weights [SLOTS, bands] like `interpolation`, but only from the shortest to the longest optical band.

    Inside, gaps are filled with the smoothest spectrum; outside, slots are absent: rows of zeros. Bands that fall on
    one wavelength are averaged.
    """
    table = interpolation(sensor).copy()
    reach = [_reach(band) for band in sensor.bands if responses(sensor)[:_THERMAL, sensor.bands.index(band)].any()]
    if reach:
        shortest, longest = min(low for low, _ in reach), max(high for _, high in reach)
        table[:_THERMAL][(shortest > OPTICAL_NM) | (longest < OPTICAL_NM)] = 0
    return table


def filled(sensor: Sensor) -> NDArray[np.bool_]:
    """Return which slots `filling` fills, bool [SLOTS]."""
    return np.asarray(filling(sensor).any(1), bool)


def _reach(band: Band) -> tuple[float, float]:
    """Return the wavelengths (nm) between which a band speaks: its width, and at least to the nearest slot."""
    centre = float(np.clip(band.wavelength_nm or 0.0, OPTICAL_NM[0], OPTICAL_NM[-1]))
    half = max((band.width_nm or 0.0) / 2, float(np.interp(centre, OPTICAL_NM, _OPTICAL_SPACING_NM)) / 2)
    return centre - half - 1, centre + half + 1


def presence(sensor: Sensor) -> NDArray[np.float32]:
    """Return 1 for each coarse group that the sensor has, [GROUPS]."""
    present: NDArray[np.float32] = (grouping(sensor).max(1) > 0).astype(np.float32)
    return present


def _rows_to_one(table: NDArray[np.floating]) -> NDArray[np.float32]:
    sums = table.sum(1, keepdims=True)
    shares: NDArray[np.float32] = np.divide(table, sums, out=np.zeros(table.shape), where=sums > 0).astype(np.float32)
    return shares
