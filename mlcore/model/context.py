"""What is known besides the pixels, as encodings: resolution, season, radar geometry, place and weather.

What is unknown is zero, and what is known says so in a one at its end, so that absence is a value too.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from math import factorial

import numpy as np
from numpy.typing import NDArray

from mlcore.samples import WEATHER, Chip, Orbit, Sample, Weather

Place = tuple[float, float]  # longitude, latitude in degrees

GSD_DIM, SEASON_DIM, SAR_DIM = 6, 5, 10
CONTEXT_DIM = GSD_DIM + SEASON_DIM + SAR_DIM
# A chip's context is these parts in order; pretraining hides each at random.
PARTS = (slice(0, GSD_DIM), slice(GSD_DIM, GSD_DIM + SEASON_DIM), slice(GSD_DIM + SEASON_DIM, CONTEXT_DIM))

PLACE_DEGREE = 6
PLACE_DIM = (PLACE_DEGREE + 1) ** 2  # the constant harmonic's room is taken by the one that says 'known'
WEATHER_DIM = 2 * len(WEATHER) + SEASON_DIM
_EPOCH = date(2000, 1, 1)


def chip_context(chip: Chip, sample: Sample) -> NDArray[np.float32]:
    """Return what is known about one chip of a sample, [CONTEXT_DIM]."""
    return context(
        chip.sensor.gsd_m,
        chip.acquired or sample.acquired,
        sample.place,
        orbit=chip.orbit,
        incidence_deg=chip.incidence_deg,
        frequency_ghz=chip.sensor.frequency_ghz,
    )


def context(
    gsd_m: float | None = None,
    acquired: date | None = None,
    place: Place | None = None,
    *,
    orbit: Orbit | None = None,
    incidence_deg: float | None = None,
    frequency_ghz: float | None = None,
) -> NDArray[np.float32]:
    """Return [CONTEXT_DIM]: resolution, season and radar geometry.

    Args:
        gsd_m: ground sample distance in metres.
        acquired: day of acquisition, of which only the season is used.
        place: longitude and latitude in degrees, of which only the hemisphere is used: its season is half a year away.
        orbit: direction of the satellite's pass.
        incidence_deg: angle between the look direction and the vertical.
        frequency_ghz: carrier frequency of the radar.
    """
    season = season_encoding(acquired, place)
    return np.concatenate([gsd_encoding(gsd_m), season, _sar(orbit, incidence_deg, frequency_ghz)]).astype(np.float32)


def days_since_2000(day: date | None) -> float:
    """Return days since 2000-01-01; NaN where the date is unknown."""
    return float("nan") if day is None else float((day - _EPOCH).days)


def gsd_encoding(gsd_m: float | None) -> NDArray[np.float64]:
    """Return a ground sample distance in m as waves and level of its octave, [GSD_DIM]."""
    if not gsd_m:
        return np.zeros(GSD_DIM)
    octaves = np.log2(max(gsd_m, 1e-3)) / 4
    angles = np.pi * octaves * np.array([0.5, 1.0])
    return np.array([*np.sin(angles), *np.cos(angles), octaves, 1.0])


def season_encoding(acquired: date | None, place: Place | None = None) -> NDArray[np.float64]:
    """Return two harmonics of the day of the year, half a year on in the south, [SEASON_DIM]."""
    if acquired is None:
        return np.zeros(SEASON_DIM)
    south = 0.5 if place is not None and place[1] < 0 else 0.0
    angles = 2 * np.pi * (acquired.timetuple().tm_yday / 365.25 + south) * np.array([1, 2])
    return np.array([*np.sin(angles), *np.cos(angles), 1.0])


def _sar(orbit: Orbit | None, incidence_deg: float | None, frequency_ghz: float | None) -> NDArray[np.float64]:
    numbers = np.zeros(SAR_DIM)
    if orbit is not None:
        numbers[:2] = 1.0 if orbit == "ascending" else -1.0, 1.0
    if incidence_deg is not None:
        angle = np.radians(incidence_deg)
        numbers[2:5] = np.sin(angle), np.cos(angle), 1.0
    if frequency_ghz:
        octaves = np.log2(frequency_ghz)  # P band 0.4 GHz is -1.3, X band 9.65 GHz is 3.3
        angles = np.pi * octaves / 4 * np.array([1.0, 2.0])
        numbers[5:10] = *np.sin(angles), *np.cos(angles), 1.0
    return numbers


def place_encoding(place: Place | None, degree: int = PLACE_DEGREE) -> NDArray[np.float32]:
    """Return the real spherical harmonics of degrees 1 to `degree`, then 1, [(degree + 1) ** 2].

    The first three are the unit vector of the place (as in Presto, arXiv 2304.14065); harmonics as the natural
    basis on a sphere, without seams at the poles and the date line, are those of arXiv 2310.06743. Each is scaled
    to a mean square of 1 / 3 on the sphere, like the parts of the unit vector.
    """
    encoding = np.zeros((degree + 1) ** 2, np.float32)
    if place is not None:
        longitude, latitude = np.radians(place)
        encoding[:-1] = _harmonics(float(longitude), float(np.sin(latitude)), degree)
        encoding[-1] = 1.0
    return encoding


def _harmonics(longitude: float, height: float, degree: int) -> list[float]:
    """Return real harmonics by the recurrence of associated Legendre functions (Numerical Recipes 6.7)."""
    radius = np.sqrt(max(0.0, 1 - height * height))
    legendre = np.zeros((degree + 1, degree + 1))
    legendre[0, 0] = 1.0
    for order in range(degree + 1):
        if order:
            legendre[order, order] = (2 * order - 1) * radius * legendre[order - 1, order - 1]
        for step in range(order + 1, degree + 1):
            before = legendre[step - 2, order] if step - 2 >= order else 0.0
            legendre[step, order] = (
                (2 * step - 1) * height * legendre[step - 1, order] - (step + order - 1) * before
            ) / (step - order)
    harmonics: list[float] = []
    for step in range(1, degree + 1):
        for order in [1, -1, 0] if step == 1 else range(-step, step + 1):
            wave = np.cos(order * longitude) if order >= 0 else np.sin(-order * longitude)
            harmonics.append(_norm(step, abs(order)) * wave * legendre[step, abs(order)])
    return harmonics


@lru_cache(maxsize=256)
def _norm(degree: int, order: int) -> float:
    doubled = 1 if order == 0 else 2
    return float(np.sqrt(doubled * (2 * degree + 1) / 3 * factorial(degree - order) / factorial(degree + order)))


def weather_encoding(weather: Weather | None, place: Place | None, steps: int) -> NDArray[np.float32]:
    """Return one row a step, [steps, WEATHER_DIM]: scaled variables, which are known, and the season.

    Only the last `steps` steps are kept; the rows of a shorter series, or of none, come last and are zero.
    """
    encoding = np.zeros((steps, WEATHER_DIM), np.float32)
    if weather is None or not steps:
        return encoding
    known = len(WEATHER)
    rows = weather.values[-steps:]
    for column, name in enumerate(weather.variables):
        usual, spread = WEATHER[name]
        slot, values = list(WEATHER).index(name), (rows[:, column] - usual) / spread
        encoding[: len(rows), slot] = np.clip(np.nan_to_num(values), -10, 10)
        encoding[: len(rows), known + slot] = np.isfinite(values)
    for row, day in enumerate(weather.days[-steps:]):
        encoding[row, 2 * known :] = season_encoding(day, place)
    return encoding


def weather_days(weather: Weather | None, steps: int) -> Sequence[float]:
    """Return the first day of each of the last `steps` steps, in days since 2000; NaN where there is no step."""
    days = [days_since_2000(day) for day in weather.days[-steps:]] if weather and steps else []
    return [*days, *[float("nan")] * (steps - len(days))]
