"""Recording: posts and weather series written as a raster of where they are, with themselves behind it."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS

from mlcore.containers.writing import Sheet, write_layer
from mlcore.readers.records import append_records
from mlcore.sensors import Band, Composite, Modality, Quantity, Sensor

_SIDE = 256  # px of the raster's longer side
_LEAST_DEGREES = 0.0005  # of a pixel


def _sensor(code: str, title: str, band: str) -> Sensor:
    shown = (Composite("count", title, (band,)),)
    return Sensor(code, title, (Band(band, f"{band} here"),), Modality.TEXT, None, Quantity.INDEX, shown)


POSTS, STATIONS = _sensor("posts", "Posts", "posts"), _sensor("weather", "Weather series", "stations")


def write_posts(path: Path, posts: Sequence[Sequence[Any]]) -> Sensor:
    """Write posts, each longitude, latitude, moment, words and language; return the sensor that stands for them."""
    _raster(path, np.array([post[:2] for post in posts], np.float64), POSTS)
    append_records(path, {"posts": [list(post) for post in posts]})
    return POSTS


def write_series(
    path: Path, names: Sequence[str], by_place: Mapping[tuple[float, float], Mapping[str, Sequence[float]]]
) -> Sensor:
    """Write the weather of each place by day; return the sensor that stands for it."""
    _raster(path, np.array(list(by_place), np.float64), STATIONS)
    series = [
        {
            "place": list(place),
            "days": sorted(days),
            "values": [[None if math.isnan(value) else value for value in days[day]] for day in sorted(days)],
        }
        for place, days in by_place.items()
    ]
    append_records(path, {"variables": list(names), "series": series})
    return STATIONS


def _raster(path: Path, lonlat: NDArray[np.float64], sensor: Sensor) -> None:
    """Write how many there are in each pixel of their box."""
    west, south = lonlat.min(axis=0)
    east, north = lonlat.max(axis=0)
    side = max(east - west, north - south, _LEAST_DEGREES * 4) / _SIDE * 1.001
    side = max(side, _LEAST_DEGREES)
    left, top = max(west - side / 2, -180.0), min(north + side / 2, 90.0)
    columns, rows = (max(1, math.ceil(length / side) + 1) for length in (east - west, north - south))
    counts = np.zeros((1, rows, columns), np.float32)
    column = np.clip(((lonlat[:, 0] - left) / side).astype(int), 0, columns - 1)
    row = np.clip(((top - lonlat[:, 1]) / side).astype(int), 0, rows - 1)
    np.add.at(counts[0], (row, column), 1)
    transform = Affine(side, 0, left, 0, -side, top)
    sheet = Sheet(columns, rows, "float32", sensor.bands, CRS.from_epsg(4326), transform)
    write_layer(path, sheet, lambda r, c: counts[:, r, c], progress=lambda share: None)
