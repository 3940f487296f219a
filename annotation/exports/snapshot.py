"""Snapshot: a project at one moment, frozen in files that every format reads.

All is read in one transaction; formats that need two passes see the same in both, and a million labels need no memory.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import orjson
import shapely
from django.db import connection, transaction
from shapely import Polygon

from annotation.exports.cells import Cell, cell_of_chip, cell_of_tile
from annotation.exports.describing import describe
from annotation.exports.options import Options
from annotation.exports.records import LABELLED, NEGATIVE, Record, Records
from annotation.exports.shared import Shared
from annotation.models import Grid, Project, Scene
from annotation.models.label_classes import in_order
from annotation.tasks import Task, task_of
from annotation.tasks.protocol import Region
from mlcore.raster.grid import GridSpec
from mlcore.raster.stamps import Stamps

SAMPLES = "samples.jsonl"
_COUNTING = tuple(f'"status":"{status}"'.encode() for status in (LABELLED, NEGATIVE))


@dataclass(frozen=True)
class Snapshot:
    """What a project held when it was frozen, with what is needed to place and name it."""

    project: Project
    classes: list[dict[str, Any]]  # LabelClass.to_dict(), retired ones too
    schema: int  # number of the newest schema
    counts: Counter[str]  # samples by status
    file: Path  # one Record a line, in the order of the samples
    options: Options

    def __iter__(self) -> Iterator[Record]:
        """Read the records of the samples with a label that counts."""
        with self.file.open("rb") as lines:
            for line in lines:
                if any(mark in line for mark in _COUNTING):
                    record: Record = orjson.loads(line)
                    if record["status"] in (LABELLED, NEGATIVE):
                        yield record

    def everything(self) -> Iterator[Record]:
        """Read the records of all samples."""
        with self.file.open("rb") as lines:
            for line in lines:
                yield orjson.loads(line)

    @property
    def count(self) -> int:
        """Return the number of labels that count."""
        return self.counts[LABELLED] + self.counts[NEGATIVE]

    @cached_property
    def names(self) -> dict[int, str]:
        """Return the class names by code."""
        return {item["code"]: item["name"] for item in self.classes}

    @cached_property
    def colours(self) -> dict[int, tuple[int, int, int]]:
        """Return red, green and blue by code."""
        return {item["code"]: tuple(bytes.fromhex(item["colour"][1:])) for item in self.classes}  # type: ignore[misc]

    @cached_property
    def codes(self) -> dict[int, int]:
        """Return as which class each code counts, through all mergers."""
        targets = {item["code"]: item["merged_into"] for item in self.classes}

        def final(code: int) -> int:
            return final(targets[code]) if targets.get(code) else code

        return {code: final(code) for code in targets}

    @cached_property
    def used_classes(self) -> list[dict[str, Any]]:
        """Return the classes that labels may count as: merged ones left out."""
        return [item for item in self.classes if item["merged_into"] is None]

    @cached_property
    def indexed_classes(self) -> list[dict[str, Any]]:
        """Return the classes in use by code: what counts them from 0 must not change when people reorder the list."""
        return sorted((item for item in self.used_classes if not item["retired"]), key=lambda item: item["code"])

    @cached_property
    def grids(self) -> dict[int, Grid]:
        """Return the project's grids by id."""
        return {grid.pk: grid for grid in self.project.grids.all()}

    @cached_property
    def specs(self) -> dict[int, GridSpec]:
        """Return their lattices by id."""
        return {pk: grid.spec() for pk, grid in self.grids.items()}

    @cached_property
    def task(self) -> Task:
        """Return what the labels say."""
        return task_of(self.project)

    @cached_property
    def shared(self) -> dict[str, Any]:
        """Return what all labels have in common."""
        return self.task.shared_properties(self.project)

    @cached_property
    def stamps(self) -> Stamps:
        """Return what writes the masks of this project's classes."""
        return Stamps(self.colours, self.names)

    def says(self, record: Record) -> dict[str, Any]:
        """Return what a label says of the whole tile, as properties."""
        return {**self.shared, **self.task.properties(record["value"], self.codes, self.names)}

    def cell(self, record: Record) -> Cell:
        """Return the cell of a record's tile; a ready-made chip has a lattice of its own."""
        spec = self.specs[record["grid"]]
        if "chip" in record:
            return cell_of_chip(record["chip"], spec.tile_px)
        return cell_of_tile(spec, record["column"], record["row"])

    def regions(self, record: Record) -> Iterator[Region]:
        """Yield the classes that a label names, each with its pixels [height, width] in the cell; None: all of it."""
        cell = self.cell(record)
        for code, region in self.task.regions(record["value"], self.codes):
            if region is None:
                yield code, None
            elif (inside := cell.inside(region)).any():  # padding beside a chip may be painted, too
                yield code, inside

    def drawn(self, record: Record) -> dict[int, list[Polygon]]:
        """Return what was drawn of each class with corners, in pixels of the cell."""
        cell = self.cell(record)
        ground = shapely.box(0, 0, cell.width, cell.height)
        told = self.task.drawn(record["value"], self.codes)
        if not cell.is_padded:
            return {code: list(polygons) for code, polygons in told.items()}
        return {code: parts for code, polygons in told.items() if (parts := _within(polygons, ground))}

    @property
    def has_chips(self) -> bool:
        """Return whether any of the tiles is a ready-made chip."""
        return any(grid.ready_made for grid in self.grids.values())

    def is_ready_made(self, record: Record) -> bool:
        """Return whether a record speaks of a chip as it came."""
        return self.grids[record["grid"]].ready_made

    @cached_property
    def _load_scene(self) -> Callable[[int], Scene]:
        scenes = Scene.objects.select_related("asset", "grid").defer("asset__footprint")
        return lru_cache(maxsize=256)(lambda pk: scenes.get(pk=pk))

    def newest_scene(self, record: Record) -> Scene | None:
        """Return the newest scene that shows a record's tile; of a chip the file with the most pixels a side."""
        if not record.get("scenes"):
            return None
        return self._load_scene(record.get("chip", {}).get("scene", record["scenes"][0]))


def _within(polygons: Sequence[Polygon], ground: Polygon) -> list[Polygon]:
    cut = shapely.get_parts(shapely.intersection(list(polygons), ground))
    return [part for part in cut if isinstance(part, Polygon) and part.area > 0]


def epochs_of(record: Record) -> tuple[int, ...]:
    """Return the epochs that a record speaks of; none: all scenes of the place."""
    return tuple(record[name] for name in ("epoch", "later_epoch") if record.get(name))


def freeze(project: Project, folder: Path, options: Options) -> Snapshot:
    """Write the records of all samples to samples.jsonl, and beside it what they share."""
    counts: Counter[str] = Counter()
    file = folder / SAMPLES
    with _one_moment(), file.open("wb") as lines:
        shared = Shared.of(project, pseudonyms=options.pseudonyms)
        for status, line in Records(shared):
            counts[status] += 1
            lines.write(line)
        describe(shared, folder)
        newest = project.schemas.first()
        classes = [item.to_dict() for item in in_order(project.classes.select_related("merged_into"))]
    return Snapshot(project, classes, newest.number if newest else 0, counts, file, options)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Let all that is read in the body be of one moment; inside another transaction that is the caller's affair."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
