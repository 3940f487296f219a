"""Ground that changed in part between two dates, for tests of pairs of epochs."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from django.contrib.auth.models import AbstractBaseUser
from numpy.typing import NDArray

from annotation.epochs import group_by_date, set_scope
from annotation.ingest import Status, Wishes, ingest_files
from annotation.labeling import Answer, submit
from annotation.models import Annotation, Project, Sample
from annotation.models.projects import Scope
from annotation.tasks.masks import wrapped
from tests.factories import make_project
from tests.rasters import write_raster

SIDE, TILES = 32, 8
DAYS = ("2000-03-17", "2003-02-06")
NO_CHANGE, BUILT, CLEARED = 1, 2, 3
CLASSES = ("No change", "Field to built", "Forest to field")
_LEVELS = np.array([[60, 110, 50], [120, 130, 70], [190, 185, 180]])  # forest, field, built


def became() -> NDArray[np.uint8]:
    """Return the class [TILES, TILES] of each tile: a block was built, another was cleared, the rest stayed."""
    classes = np.full((TILES, TILES), NO_CHANGE, np.uint8)
    classes[1:4, 1:4] = BUILT
    classes[4:6, 5:8] = CLEARED
    return classes


def covers() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the land cover of the earlier and of the later date: 0 forest, 1 field, 2 built."""
    earlier = np.zeros((TILES, TILES), np.uint8)
    earlier[:, : TILES // 2] = 1
    earlier[7] = 2
    later = np.where(became() == BUILT, 2, np.where(became() == CLEARED, 1, earlier))
    return earlier, later.astype(np.uint8)


def add_dates(project: Project, folder: Path, days: tuple[str, ...] = DAYS) -> None:
    """Ingest a scene a date, of the same ground."""
    for number, (day, cover) in enumerate(zip(days, covers(), strict=True)):
        pixels = np.kron(_LEVELS[cover].transpose(2, 0, 1), np.ones((1, SIDE, SIDE), int))
        noise = np.random.default_rng(number).normal(0, 10, pixels.shape)
        path = write_raster(folder / f"{day}.tif", np.clip(pixels + noise, 1, 255).astype(np.uint8))
        (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
        assert result.status is Status.ACCEPTED, result.message
        scene = project.scenes.latest("pk")
        scene.set_moment(date.fromisoformat(day))
        scene.save()


def pair_project(owner: AbstractBaseUser, folder: Path, **fields: Any) -> Project:
    """Return a project that labels what changed between the two dates."""
    project = make_project(owner, classes=CLASSES, **{"name": "Change", "tile_px": SIDE, **fields})
    add_dates(project, folder)
    earlier, later = group_by_date(project)
    set_scope(project, Scope.PAIR, [(earlier.pk, later.pk)])
    project.refresh_from_db()
    return project


def true_change(sample: Sample) -> int:
    """Return what became of a sample's tile."""
    return int(became()[sample.tile.row, sample.tile.column])


def answer_change(sample: Sample, user: AbstractBaseUser) -> Annotation:
    """Say what became of a sample's tile, as its class or as a mask of its northern half."""
    sample = Sample.objects.select_related("tile", "project").get(pk=sample.pk)
    if sample.project.task == "classes":
        return submit(sample, user, Answer(value={"class": true_change(sample)}, seconds=2.0))
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[: SIDE // 2] = true_change(sample)
    return submit(sample, user, Answer(value=wrapped(mask), seconds=5.0))


def some_of_each(project: Project, count: int) -> list[Sample]:
    """Return a few samples of each class, from all over the ground."""
    samples = list(project.samples.select_related("tile").order_by("index"))
    kinds = [[one for one in samples if true_change(one) == code] for code in (NO_CHANGE, BUILT, CLEARED)]
    return [kind[at * len(kind) // count] for kind in kinds for at in range(count)]
