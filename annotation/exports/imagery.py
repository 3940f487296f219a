"""Imagery: which scenes show a sample, and what an export tells of each: the user's name, source, sensor and time."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import F

from annotation.exports.cells import is_path
from annotation.models import Project, Scene
from annotation.models.acquisition import moment_of
from annotation.models.epochs import members_of

Record = dict[str, Any]

_ENDING = re.compile(r"\.(tiff?|jp2|vrt|img|png|jpe?g|nc|h5|hdr|bsq|bil|bip|dat|zip|laz|las)$", re.IGNORECASE)
_BUCKET = 5  # bits of column and row: scenes are looked up for blocks of 32 x 32 tiles at once


@dataclass(frozen=True)
class Shown:
    """A scene on a lattice, as far as records tell of it."""

    pk: int
    grid: int
    name: str  # the user's
    stem: str  # the same as the beginning of files' names, nobody else's
    source: str  # SHA-256 of the file as it came
    sensor: str  # code
    acquired: str | None  # ISO 8601: a day, or a moment in UTC
    left: int
    top: int
    right: int
    bottom: int

    def covers(self, column: int, row: int) -> bool:
        """Return whether a cell lies in its block of tiles."""
        return self.left <= column < self.right and self.top <= row < self.bottom


class Imagery:
    """The scenes of a project's lattices, found by the cells that they show."""

    def __init__(self, project: Project) -> None:
        """Read them once, the newest first."""
        self.members = members_of(project)
        self._by_grid: dict[int, list[Shown]] = defaultdict(list)
        for shown in _lattice_scenes(project):
            self._by_grid[shown.grid].append(shown)
        self._around = lru_cache(maxsize=4096)(self._around_bucket)

    def of(self, grid: int, column: int, row: int, epochs: tuple[int, ...]) -> list[Shown]:
        """Return the scenes that a label of these epochs speaks of at a cell, the newest first."""
        near = self._around(grid, column >> _BUCKET, row >> _BUCKET)
        here = [shown for shown in near if shown.covers(column, row)]
        return [shown for shown in here if self.shows(shown.pk, epochs)] if epochs else here

    def shows(self, scene: int, epochs: tuple[int, ...]) -> bool:
        """Return whether a scene is among what a label of these epochs speaks of; without any it is."""
        return not epochs or any(scene in self.members.get(epoch, ()) for epoch in epochs)

    def _around_bucket(self, grid: int, across: int, down: int) -> list[Shown]:
        left, top = across << _BUCKET, down << _BUCKET
        right, bottom = left + (1 << _BUCKET), top + (1 << _BUCKET)
        across_it = [each for each in self._by_grid.get(grid, []) if each.left < right and each.right > left]
        return [each for each in across_it if each.top < bottom and each.bottom > top]


def _lattice_scenes(project: Project) -> Iterator[Shown]:
    rows = project.scenes.filter(grid__ready_made=False).order_by(F("acquired").desc(nulls_last=True), "-id")
    columns = (
        "pk", "grid_id", "name", "asset__sha256", "sensor__code", "acquired", "day_only", "first_column", "first_row",
        "columns", "rows",
    )  # fmt: skip
    scenes = list(rows.values_list(*columns))
    taken = Counter(_plain(name).casefold() for _, _, name, *_ in scenes)
    for pk, grid, name, source, sensor, acquired, day_only, left, top, across, down in scenes:
        plain = _plain(name)
        alone = taken[plain.casefold()] == 1
        stem = (plain if alone else f"{plain}-{pk}") if is_path(plain) else f"scene-{pk}"
        when = moment_text(acquired, day_only)
        yield Shown(pk, grid, name, stem, source, sensor, when, left, top, left + across, top + down)


def moment_text(acquired: date | None, day_only: bool) -> str | None:
    """Return when something was acquired, as ISO 8601: a day where no more is known."""
    moment, _ = moment_of(acquired)
    if moment is None:
        return None
    return moment.date().isoformat() if day_only else moment.isoformat()


def _plain(name: str) -> str:
    return _ENDING.sub("", name)


def describe(project: Project) -> Iterator[Record]:
    """Yield what scenes.jsonl tells of each scene, oldest first."""
    epochs: dict[int, list[int]] = defaultdict(list)
    for epoch, members in sorted(members_of(project).items()):
        for member in members:
            epochs[member].append(epoch)
    rows = project.scenes.select_related("asset").defer("asset__footprint").order_by("id")
    for scene in rows.iterator(chunk_size=500):
        yield {**_description(scene), "epochs": epochs.get(scene.pk, [])}


def _description(scene: Scene) -> Record:
    facts = scene.asset.facts
    pixels = {name: facts[name] for name in ("width", "height", "dtype", "crs", "transform") if facts.get(name)}
    return {
        "scene": scene.pk,
        "name": scene.name,
        "source": scene.asset.sha256,
        "kind": scene.asset.kind,
        **pixels,
        "sensor": scene.sensor,
        "sensor_guessed": scene.sensor_guessed,
        "acquired": moment_text(scene.acquired, scene.day_only),
        "details": scene.details,
        "grid": scene.grid_id,
        "block": [scene.first_column, scene.first_row, scene.columns, scene.rows],
    }
