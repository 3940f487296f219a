"""What is known about a chip besides its pixels, as encodings: ground sample distance, season and place."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

GSD_DIM, SEASON_DIM, PLACE_DIM = 6, 5, 4
CONTEXT_DIM = GSD_DIM + SEASON_DIM + PLACE_DIM
PARTS = (slice(0, GSD_DIM), slice(GSD_DIM, GSD_DIM + SEASON_DIM), slice(GSD_DIM + SEASON_DIM, CONTEXT_DIM))


def context(
    gsd_m: float | None = None, acquired: date | None = None, place: tuple[float, float] | None = None
) -> NDArray[np.float32]:
    """Return [CONTEXT_DIM]; what is unknown is zero, and what is known ends in a one, so that absence is a value too.

    Args:
        gsd_m: ground sample distance in metres.
        acquired: day of acquisition, of which only the season is used.
        place: longitude and latitude in degrees.
    """
    return np.concatenate([_gsd(gsd_m), _season(acquired), _place(place)]).astype(np.float32)


def _gsd(gsd_m: float | None) -> NDArray[np.float64]:
    if not gsd_m:
        return np.zeros(GSD_DIM)
    octaves = np.log2(max(gsd_m, 1e-3)) / 4
    angles = np.pi * octaves * np.array([0.5, 1.0])
    return np.array([*np.sin(angles), *np.cos(angles), octaves, 1.0])


def _season(acquired: date | None) -> NDArray[np.float64]:
    if acquired is None:
        return np.zeros(SEASON_DIM)
    angles = 2 * np.pi * acquired.timetuple().tm_yday / 365.25 * np.array([1, 2])
    return np.array([*np.sin(angles), *np.cos(angles), 1.0])


def _place(place: tuple[float, float] | None) -> NDArray[np.float64]:
    if place is None:
        return np.zeros(PLACE_DIM)
    longitude, latitude = np.radians(place)
    return np.array([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude), 1.0])
