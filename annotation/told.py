"""Told: what posts and weather series of a project say of its tiles, by place and time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import shapely

from annotation.models import Project, Sample
from annotation.models.imagery import RECORDS
from mlcore.readers.records import Posts, posts_of, series_of
from mlcore.samples import Weather

Post = tuple[float, float, str, str]  # longitude, latitude, moment in ISO 8601 or '', words


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
                    yield (*posts.lonlat[at].tolist(), posts.moments[at], posts.texts[at])

    def texts(self, sample: Sample) -> tuple[str, ...]:
        """Return the words of the posts inside a tile."""
        return tuple(text for _, _, _, text in self.posts_in(sample))

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
