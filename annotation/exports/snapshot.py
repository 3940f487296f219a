"""Snapshot: the labels of a project at one moment, frozen in a file that every format reads.

One query, one pass: formats that need two passes see the same labels in both, and a million labels need no memory.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON, GeoFunc
from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from annotation.exports.cells import Cell, cell_of_chip, cell_of_tile, finest, stems_of
from annotation.models import Annotation, Grid, Project, Sample, Scene, Tile
from annotation.models.epochs import members_of
from annotation.tasks import Task, task_of
from annotation.tasks.protocol import Region

CHUNK = 2000
DECIMALS = 8  # of a degree: about a millimetre

Record = dict[str, Any]


class ForcePolygonCCW(GeoFunc):
    """Exterior rings counter-clockwise, as RFC 7946 wants them."""

    geom_param_pos = (0,)

    function = "ST_ForcePolygonCCW"


COLUMNS: dict[str, Combinable] = {
    "sample": F("pk"),
    "index": F("index"),
    "grid": F("tile__grid"),
    "column": F("tile__column"),
    "row": F("tile__row"),
    "epoch": F("epoch"),
    "later_epoch": F("later_epoch"),
    "epoch_name": F("epoch__name"),
    "later_epoch_name": F("later_epoch__name"),
    "tile_name": F("tile__name"),
    "code": Coalesce(F("answer__label__merged_into__code"), F("answer__label__code")),
    "given_code": F("answer__label__code"),
    "value": F("answer__value"),
    "mask": F("answer__mask"),
    "annotation": F("answer__pk"),
    "version": F("answer__version"),
    "provenance": F("answer__provenance"),
    "author": F("answer__author__username"),
    "model_version": F("answer__model_version__number"),
    "acceptance": F("answer__acceptance"),
    "promised_kind": F("answer__acceptance__kind"),
    "promised_bound": F("answer__acceptance__bound"),
    "threshold": F("answer__acceptance__threshold"),
    "seconds": F("answer__seconds"),
    "created_at": F("answer__created_at"),
    "schema": F("answer__schema__number"),
    "inclusion_probability": F("audit__probability"),
    "outline": AsGeoJSON(ForcePolygonCCW("tile__outline"), precision=DECIMALS),
}


@dataclass(frozen=True)
class Snapshot:
    """The labels that counted when they were frozen, with what is needed to place and name them."""

    project: Project
    classes: list[dict[str, Any]]  # LabelClass.to_dict(), retired ones too
    schema: int  # number of the newest schema
    count: int  # labels
    file: Path  # one Record a line, in the order of the samples

    def __iter__(self) -> Iterator[Record]:
        """Read the records."""
        with self.file.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)

    @cached_property
    def names(self) -> dict[int, str]:
        """Return the class names by code."""
        return {item["code"]: item["name"] for item in self.classes}

    @cached_property
    def colours(self) -> dict[int, tuple[int, int, int]]:
        """Return red, green and blue by code."""
        return {item["code"]: tuple(bytes.fromhex(item["colour"][1:])) for item in self.classes}  # type: ignore[misc]

    @cached_property
    def grids(self) -> dict[int, Grid]:
        """Return the project's grids by id."""
        return {grid.pk: grid for grid in self.project.grids.all()}

    @cached_property
    def _scenes(self) -> dict[int, list[Scene]]:
        by_grid: dict[int, list[Scene]] = defaultdict(list)
        rows = self.project.scenes.filter(grid__ready_made=False).select_related("asset", "grid")
        for scene in rows.order_by("-acquired", "-id"):
            by_grid[scene.grid_id].append(scene)
        return by_grid

    @cached_property
    def _chips(self) -> dict[tuple[int, int], Scene]:
        rows = self.project.scenes.filter(grid__ready_made=True).select_related("asset", "grid").order_by("id")
        return finest(rows)

    @cached_property
    def _stems(self) -> dict[tuple[int, int], str]:
        tiles = Tile.objects.filter(grid__project=self.project, grid__ready_made=True).order_by("id")
        return stems_of(tiles.values_list("grid", "column", "name"))

    @cached_property
    def _members(self) -> dict[int, frozenset[int]]:
        return members_of(self.project)

    @cached_property
    def task(self) -> Task:
        """Return what the labels say."""
        return task_of(self.project)

    @cached_property
    def shared(self) -> dict[str, Any]:
        """Return what all labels have in common."""
        return self.task.shared_properties(self.project)

    @cached_property
    def codes(self) -> dict[int, int]:
        """Return as which class each code counts: a merged one as the class that it became part of."""
        return {item["code"]: item["merged_into"] or item["code"] for item in self.classes}

    def cell(self, record: Record) -> Cell:
        """Return the cell of a record's tile; a ready-made chip has a lattice of its own."""
        grid = self.grids[record["grid"]]
        if not grid.ready_made:
            return cell_of_tile(grid, record["column"], record["row"])
        return cell_of_chip(self._chips[grid.pk, record["column"]].asset.info(), grid.tile_px)

    def regions(self, record: Record) -> Iterator[Region]:
        """Yield the classes that a label names, each with its pixels [height, width] in the cell; None: all of it."""
        cell = self.cell(record)
        for code, region in self.task.regions(record["value"], self.codes):
            if region is None:
                yield code, None
            elif (inside := cell.inside(region)).any():  # padding beside a chip may be painted, too
                yield code, inside

    @property
    def has_chips(self) -> bool:
        """Return whether any of the tiles is a ready-made chip."""
        return any(grid.ready_made for grid in self.grids.values())

    def is_ready_made(self, record: Record) -> bool:
        """Return whether a record speaks of a chip as it came."""
        return self.grids[record["grid"]].ready_made

    def stem(self, record: Record) -> str:
        """Return the path, without an ending, below which files about a record's tile go: a chip's is the user's."""
        stem = self._stems.get((record["grid"], record["column"])) if self.is_ready_made(record) else None
        if stem is None:
            return f"tile-{record['index']:07d}"
        return "-".join([stem, *(str(epoch) for epoch in epochs_of(record))])

    def shows(self, scene: int, epochs: tuple[int, ...]) -> bool:
        """Return whether a scene is among what a label of these epochs speaks of; without any it is."""
        return not epochs or any(scene in self._members.get(epoch, ()) for epoch in epochs)

    def newest_scene(self, record: Record) -> Scene | None:
        """Return the newest scene that shows a record's tile."""
        grid, column, row = record["grid"], record["column"], record["row"]
        if chip := self._chips.get((grid, column)):
            return chip
        epochs = epochs_of(record)
        for scene in self._scenes[grid]:
            if not self.shows(scene.pk, epochs):
                continue
            across = scene.first_column <= column < scene.first_column + scene.columns
            if across and scene.first_row <= row < scene.first_row + scene.rows:
                return scene
        return None


def epochs_of(record: Record) -> tuple[int, ...]:
    """Return the epochs that a record speaks of; none: all scenes of the place."""
    return tuple(record[name] for name in ("epoch", "later_epoch") if record.get(name))


def freeze(project: Project, file: Path) -> Snapshot:
    """Write the labels that count now to a file, one JSON object a line."""
    names = {item.code: item.name for item in project.classes.all()}
    count = 0
    with file.open("w", encoding="utf-8") as lines:
        for record in _records(project):
            record["name"] = names.get(record["code"])
            lines.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    newest = project.schemas.first()
    classes = [item.to_dict() for item in project.classes.select_related("merged_into")]
    return Snapshot(project, classes, newest.number if newest else 0, count, file)


def _records(project: Project) -> Iterator[Record]:
    files = _files_of_chips(project)
    rows = Sample.objects.filter(project=project, answer__verdict=Annotation.Verdict.LABEL).order_by("index")
    for values in rows.values_list(*COLUMNS.values()).iterator(chunk_size=CHUNK):
        record = dict(zip(COLUMNS, values, strict=True))
        record["created_at"] = record["created_at"].isoformat()
        record["outline"] = json.loads(record["outline"]) if record["outline"] else None
        for name in ("epoch", "later_epoch", "epoch_name", "later_epoch_name", "tile_name"):
            if not record[name]:
                del record[name]  # of a timeless sample, and of a tile of a lattice
        if names := files.get((record["grid"], record["column"])):
            record["tile_files"] = names
        record["audit"] = record["inclusion_probability"] is not None
        accepted = record["provenance"] in (Annotation.Provenance.MODEL_ACCEPTED, Annotation.Provenance.PROMISED)
        record["accepted_by"] = record["author"] if accepted else None
        yield record


def _files_of_chips(project: Project) -> dict[tuple[int, int], list[str]]:
    """Return the user's paths of the files of each ready-made chip, by its grid and column."""
    files: dict[tuple[int, int], list[str]] = defaultdict(list)
    rows = project.scenes.filter(grid__ready_made=True).order_by("id")
    for grid, column, name in rows.values_list("grid", "first_column", "name"):
        files[grid, column].append(name)
    return files
