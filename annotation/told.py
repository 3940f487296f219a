"""Told: what posts and weather series of a project say of its tiles, by place and time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely

from annotation.models import Project, Sample
from annotation.models.imagery import RECORDS
from mlcore.raster.lonlat import apply, transformer
from mlcore.readers.records import Posts, posts_of, series_of
from mlcore.samples import Weather


class Post(NamedTuple):
    """What somebody wrote somewhere."""

    longitude: float
    latitude: float
    moment: str  # ISO 8601; '' where unknown
    text: str
    language: str  # ISO 639; '' where unknown


@dataclass(frozen=True)
class Told:
    """The files of a project that speak of places."""

    posts: list[Path]
    series: list[Path]

    def posts_in(self, sample: Sample) -> Iterator[Post]:
        """Yield the posts inside a tile, of its epochs only if it speaks of some, the oldest first in each file."""
        outline = sample.tile.outline
        if outline is None:
            return
        shape = shapely.from_wkb(bytes(outline.wkb))
        for path in self.posts:
            posts = posts_of(path)
            near = posts.within(*shape.bounds)
            inside = shapely.contains_xy(shape, posts.lonlat[near]) if len(near) else np.zeros(0, bool)
            for at in near[inside]:
                if _is_in_epochs(posts, int(at), sample):
                    longitude, latitude = posts.lonlat[at].tolist()
                    yield Post(longitude, latitude, posts.moments[at], posts.texts[at], posts.languages[at])

    def texts(self, sample: Sample) -> tuple[str, ...]:
        """Return the words of the posts inside a tile."""
        return tuple(post.text for post in self.posts_in(sample))

    def weather(self, place: tuple[float, float] | None) -> Weather | None:
        """Return the weather of the nearest station; None where none is near."""
        if place is None:
            return None
        near = (series_of(path).nearest(place) for path in self.series)
        return next((weather for weather in near if weather), None)


def _is_in_epochs(posts: Posts, at: int, sample: Sample) -> bool:
    """Return whether a post is of the time that a sample speaks of; one without a time is of all."""
    if not sample.epoch_id or not posts.moments[at]:
        return True
    day = datetime.fromisoformat(posts.moments[at]).date()
    ends = [(epoch.starts, epoch.ends) for epoch in (sample.epoch, sample.later_epoch) if epoch]
    periods = [(first, last) for first, last in ends if first and last]
    return any(first <= day <= last for first, last in periods) if periods else True


def told_in(project: Project) -> Told:
    """Return what speaks of the places of a project."""
    rows = project.scenes.filter(asset__kind__in=RECORDS, fault="").select_related("asset").order_by("id")
    files = [(scene.asset.kind, scene.asset.file) for scene in rows]
    return Told(*([path for kind, path in files if kind == own] for own in RECORDS))


def places_in_tile(sample: Sample, posts: Sequence[Post]) -> list[tuple[float, float]]:
    """Return where posts lie in px of a tile of the map, right and down from its upper left corner."""
    tile = sample.tile
    if not posts or not tile.grid.crs:
        return [(0.0, 0.0)] * len(posts)
    lon, lat = np.array([post[:2] for post in posts], np.float64).T
    x, y = transformer("EPSG:4326", tile.grid.crs).transform(lon, lat)
    columns, rows = apply(~tile.grid.spec().tile_transform(tile.column, tile.row), np.asarray(x), np.asarray(y))
    return list(zip(columns.tolist(), rows.tolist(), strict=True))
