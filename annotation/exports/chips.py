"""Chips: the files of ready-made tiles, as far as records tell of them."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min
from django.db.models.functions import Lower

from annotation.exports.imagery import moment_text
from annotation.models import Project, Tile

_COLUMNS = (
    "grid_id", "first_column", "pk", "name", "asset__sha256", "sensor__code", "acquired", "day_only",
    "asset__facts__width", "asset__facts__height", "asset__facts__crs", "asset__facts__transform",
)  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """A file of a ready-made tile."""

    pk: int  # of its scene
    name: str
    source: str
    sensor: str
    acquired: str | None
    side: int  # px, the longer
    placed: dict[str, Any]  # its scene, width, height, transform and, where it has a place, crs


def chips_of(
    project: Project, rows: Iterable[dict[str, Any]], ready_made: Container[int]
) -> dict[tuple[int, int], list[Chip]]:
    """Return the files of the ready-made tiles among these rows, by grid and column, the oldest first."""
    columns: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row["grid"] in ready_made:
            columns[row["grid"]].append(row["column"])
    chips: dict[tuple[int, int], list[Chip]] = defaultdict(list)
    for grid, wanted in columns.items():
        files = project.scenes.filter(grid=grid, first_column__in=wanted).order_by("id")
        for _, column, pk, name, source, sensor, acquired, day_only, *size in files.values_list(*_COLUMNS):
            when, placed = moment_text(acquired, day_only), _placed(pk, *size)
            chips[grid, column].append(Chip(pk, name, source, sensor, when, max(size[:2]), placed))
    return chips


def _placed(scene: int, width: int, height: int, crs: str | None, transform: list[float]) -> dict[str, Any]:
    place = {"crs": crs} if crs else {}
    return {"scene": scene, "width": width, "height": height, "transform": transform, **place}


def doubled_names(project: Project) -> dict[str, int]:
    """Return names that several tiles bear, in small letters, with the oldest tile of each: files are called by it."""
    tiles = Tile.objects.filter(grid__project=project, grid__ready_made=True)
    names = tiles.values(small=Lower("name")).annotate(count=Count("pk"), first=Min("pk")).filter(count__gt=1)
    return dict(names.order_by("small").values_list("small", "first"))
