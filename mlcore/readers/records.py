"""Records: posts and weather series, each as a raster of where they are, with themselves behind its last byte."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mlcore.raster.cog import Progress
from mlcore.raster.info import DEFAULT_LIMITS, Limits, RasterInfo
from mlcore.readers.rasters import RasterReader
from mlcore.readers.reader import Facts
from mlcore.readers.tails import append_tail, copy_tail, read_tail
from mlcore.samples import Weather

_MAGIC = b"TSRECORD"
_MOST_BYTES = 512 * 2**20  # unpacked
_EARTH_KM = 6371.0
FARTHEST_KM = 200.0  # of a station whose weather a place gets


@dataclass(frozen=True)
class PostsInfo(RasterInfo):
    """Posts as the raster of how many there are."""

    kind: ClassVar[str] = "posts"

    @property
    def summary(self) -> str:
        """Return what it is in words."""
        return "posts with places"


@dataclass(frozen=True)
class SeriesInfo(RasterInfo):
    """Weather series as the raster of where their stations are."""

    kind: ClassVar[str] = "series"

    @property
    def summary(self) -> str:
        """Return what it is in words."""
        return "weather series"


class PostsReader(RasterReader):
    """Posts: words with a place, and perhaps a time."""

    kind = PostsInfo.kind
    title = "set of posts"
    is_sent = False
    facts: ClassVar[type[Facts]] = PostsInfo

    def begins(self, start: bytes) -> bool:
        """Return False: such files are made here, of tables."""
        return False

    def inspect(self, file: Path, *, limits: Limits = DEFAULT_LIMITS) -> RasterInfo:
        """Validate the raster and describe it."""
        info: RasterInfo = type(self).facts(**vars(super().inspect(file, limits=limits)))  # type: ignore[assignment]
        return info

    def convert(self, source: Path, target: Path, facts: Facts, *, progress: Progress | None = None) -> None:
        """Write the raster, and the records behind it."""
        super().convert(source, target, facts, progress=progress)
        copy_tail(source, target, _MAGIC)


class SeriesReader(PostsReader):
    """Weather series of places."""

    kind = SeriesInfo.kind
    title = "set of weather series"
    facts: ClassVar[type[Facts]] = SeriesInfo


def append_records(path: Path, records: Mapping[str, Any]) -> None:
    """Write records behind the last byte of a raster, where nothing that reads rasters looks."""
    append_tail(path, _MAGIC, zlib.compress(json.dumps(records, separators=(",", ":")).encode(), 6))


def read_records(path: Path) -> dict[str, Any]:
    """Return the records behind a raster.

    Raises:
        UnreadableFile: there are none.
    """
    text = zlib.decompressobj().decompress(read_tail(path, _MAGIC), _MOST_BYTES)
    told: dict[str, Any] = json.loads(text)
    return told


@dataclass(frozen=True)
class Posts:
    """Words with places, N of them."""

    lonlat: NDArray[np.float64]  # [N, 2] in degrees
    moments: list[str]  # ISO 8601; '' where unknown
    texts: list[str]
    languages: list[str]  # ISO 639; '' where unknown

    def within(self, west: float, south: float, east: float, north: float) -> NDArray[np.int64]:
        """Return the numbers of the posts in a box of degrees, the oldest first."""
        x, y = self.lonlat[:, 0], self.lonlat[:, 1]
        inside = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        return np.array(sorted(inside, key=lambda at: self.moments[at]), np.int64)


@dataclass(frozen=True)
class Series:
    """The weather of P places."""

    lonlat: NDArray[np.float64]  # [P, 2] in degrees
    weather: list[Weather]  # of each place

    def nearest(self, place: tuple[float, float]) -> Weather | None:
        """Return the weather of the nearest place; None where none lies within 200 km."""
        if not len(self.lonlat):
            return None
        distance = _distances_km(self.lonlat, place)
        at = int(distance.argmin())
        return self.weather[at] if distance[at] <= FARTHEST_KM else None


def _distances_km(lonlat: NDArray[np.float64], place: tuple[float, float]) -> NDArray[np.float64]:
    lon, lat = np.radians(lonlat).T
    own_lon, own_lat = np.radians(place)
    chord = np.sin((lat - own_lat) / 2) ** 2 + np.cos(lat) * np.cos(own_lat) * np.sin((lon - own_lon) / 2) ** 2
    distances: NDArray[np.float64] = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return distances


def posts_of(path: Path) -> Posts:
    """Return the posts of a file; they are kept for the next time."""
    return _posts(path, path.stat().st_mtime_ns)


def series_of(path: Path) -> Series:
    """Return the weather series of a file; they are kept for the next time."""
    return _series(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _posts(path: Path, _modified: int) -> Posts:
    rows = read_records(path)["posts"]
    lonlat = np.array([row[:2] for row in rows], np.float64).reshape(-1, 2)
    languages = [row[4] if len(row) > 4 else "" for row in rows]  # older files tell none
    return Posts(lonlat, [row[2] for row in rows], [row[3] for row in rows], languages)


@lru_cache(maxsize=4)
def _series(path: Path, _modified: int) -> Series:
    told = read_records(path)
    names, rows = tuple(told["variables"]), told["series"]
    weather = [
        Weather(
            tuple(date.fromisoformat(day) for day in own["days"]),
            names,
            np.array(own["values"], np.float32).reshape(len(own["days"]), len(names)),
        )
        for own in rows
    ]
    return Series(np.array([own["place"] for own in rows], np.float64).reshape(-1, 2), weather)
