"""Objects for tests: a scene with bright squares on dark ground at known places, and people who name them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.contrib.auth.models import AbstractBaseUser

from annotation.ingest import Status, Wishes, ingest_files
from annotation.labeling import Answer, submit
from annotation.models import Annotation, Project, Sample
from tests.factories import make_audit, make_project
from tests.pools import run_jobs
from tests.rasters import write_raster

SIDE, TILES, OBJECT = 32, 8, 8  # px of a tile, tiles along a side of the scene, px of a square


def places() -> list[tuple[int, int]]:
    """Return column and row of the centre of each square in the scene; every fourth tile has none."""
    rng, centres = np.random.default_rng(7), list[tuple[int, int]]()
    for tile in range(TILES * TILES):
        if tile % 4 == 3:
            continue
        x, y = rng.integers(OBJECT // 2 + 2, SIDE - OBJECT // 2 - 2, 2)
        centres.append((tile % TILES * SIDE + int(x), tile // TILES * SIDE + int(y)))
    return centres


def objects_project(owner: AbstractBaseUser, folder: Path, task: str, **fields: Any) -> Project:
    """Return a project of boxes or points with the scene."""
    wanted = {"name": "Harbour", "task": task, "tile_px": SIDE, "refit_every": 5, "classes": ("Ship",), **fields}
    project = make_project(owner, **wanted)
    level = np.full((3, TILES * SIDE, TILES * SIDE), 40.0) + np.random.default_rng(1).normal(0, 6, (3, 1, 1))
    for x, y in places():
        level[:, y - OBJECT // 2 : y + OBJECT // 2, x - OBJECT // 2 : x + OBJECT // 2] = 200
    noisy = level + np.random.default_rng(2).normal(0, 6, level.shape)
    path = write_raster(folder / "harbour.tif", np.clip(noisy, 1, 255).astype(np.uint8))
    (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
    assert result.status is Status.ACCEPTED, result.message
    return project


def true_value(sample: Sample) -> dict[str, Any]:
    """Return what is on a sample's tile, as its project takes it."""
    left, top = sample.tile.column * SIDE, sample.tile.row * SIDE
    own = [(x - left, y - top) for x, y in places() if 0 <= x - left < SIDE and 0 <= y - top < SIDE]
    things: list[dict[str, Any]] = [{"class": 1, "x": x, "y": y} for x, y in own]
    if sample.project.task == "points":
        return {"points": things}
    return {"boxes": [{**thing, "width": OBJECT, "height": OBJECT} for thing in things]}


def name_objects(sample: Sample, user: AbstractBaseUser, value: dict[str, Any] | None = None) -> Annotation:
    """Let a person say what is on a sample's tile; what is there, where no value is given."""
    return submit(sample, user, Answer(value=true_value(sample) if value is None else value, seconds=4.0))


def name_all(samples: Sequence[Sample], user: AbstractBaseUser, *, audits: int = 0) -> None:
    """Label samples as they are, the first `audits` of them as audits."""
    for place, sample in enumerate(samples):
        if place < audits:
            make_audit(sample, probability=0.2)
        name_objects(sample, user)


def labelled_project(owner: AbstractBaseUser, folder: Path, task: str, **fields: Any) -> Project:
    """Return a project of 64 tiles with 24 labels, 12 audits and a published version."""
    project = objects_project(owner, folder, task, audit_share=0, **fields)
    run_jobs(project)
    name_all(list(project.samples.select_related("tile", "project").order_by("index")[:36]), owner, audits=12)
    assert {job.error for job in run_jobs(project)} == {""}
    return project
