"""Pools for tests of the loop: samples without imagery, and a scene whose land cover is known."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from affine import Affine
from django.contrib.auth.models import AbstractBaseUser
from numpy.typing import NDArray

from annotation import jobs
from annotation.ingest import Status, Wishes, ingest_files
from annotation.labeling import Answer, claim, submit
from annotation.models import Annotation, Grid, Job, Lease, Project, Sample, Tile
from annotation.models.jobs import JobKind
from annotation.rounds import Place, Ranking, write_round
from annotation.tasks.masks import wrapped
from tests.factories import make_audit, make_project
from tests.rasters import UTM_ORIGIN, write_raster

SIDE = 32  # px of a tile
TILES = 8  # along each side of the scene


def make_samples(project: Project, count: int) -> list[Sample]:
    """Write samples without imagery, on a grid in image coordinates."""
    grid = Grid.objects.create(project=project, crs="", transform=[1, 0, 0, 0, -1, 0], tile_px=SIDE)
    tiles = Tile.objects.bulk_create(Tile(grid=grid, column=n % 1000, row=n // 1000) for n in range(count))
    return Sample.objects.bulk_create(Sample(project=project, tile=tile, index=n) for n, tile in enumerate(tiles))


def rank(project: Project, samples: Sequence[Sample], **facts: object) -> None:
    """Land a round with the samples in this order, by the domain's own function."""
    places = [Place(sample.pk, 1 / (n + 1), f"margin 0.{n:02}") for n, sample in enumerate(samples)]
    values = {"strategy": "margin", "seed": 0, "encoder": "e" * 64, "labels": 0, "classes": 0, **facts}
    write_round(project, Ranking(places=places, candidates=len(places), **values))  # type: ignore[arg-type]


def take(project: Project, user: AbstractBaseUser) -> Lease:
    """Claim one sample and look at it."""
    lease = claim(project, user, count=1).queue[0]
    claim(project, user, count=0, showing=lease.sample_id)
    return lease


def run_jobs(project: Project, kind: JobKind | None = None) -> list[Job]:
    """Run what waits, and what that asks for, as a worker would; return the jobs as they ended."""
    ran = []
    waiting = Job.objects.filter(project=project, state=Job.State.QUEUED).order_by("id")
    while job := (waiting.filter(kind=kind) if kind else waiting).first():
        jobs.run(job.pk)
        job.refresh_from_db()
        ran.append(job)
    return ran


def cover() -> NDArray[np.uint8]:
    """Return the class [TILES, TILES] of each tile of the scene: 1 in the west, 2 in the east, 3 along the south."""
    classes = np.ones((TILES, TILES), np.uint8)
    classes[:, TILES // 2 :] = 2
    classes[-2:] = 3
    return classes


def covered_project(owner: AbstractBaseUser, folder: Path, *, repeat: int = 1, **fields: object) -> Project:
    """Return a project with an ingested scene of three kinds of land cover: 8 x 8 tiles of 32 px, repeated."""
    project = make_project(owner, **{"tile_px": SIDE, "refit_every": 5, **fields})  # type: ignore[arg-type]
    add_scene(project, folder, repeat=repeat)
    return project


def add_scene(project: Project, folder: Path, *, name: str = "cover", east: int = 0, repeat: int = 1) -> None:
    """Ingest the scene; `east` moves it by so many tiles, so that it covers ground of its own."""
    path = write_cover(folder, name=name, east=east, repeat=repeat)
    (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
    assert result.status is Status.ACCEPTED, result.message


def write_cover(folder: Path, *, name: str = "cover", east: int = 0, repeat: int = 1) -> Path:
    """Write the scene as a file."""
    levels = np.array([[0, 0, 0], [30, 60, 90], [120, 80, 40], [200, 210, 220]])
    pixels = np.kron(np.tile(levels[cover()].transpose(2, 0, 1), (1, repeat, repeat)), np.ones((1, SIDE, SIDE), int))
    noise = np.random.default_rng(east).normal(0, 12, pixels.shape)
    values = np.clip(pixels + noise, 1, 255).astype(np.uint8)
    transform = UTM_ORIGIN @ Affine.translation(east * SIDE, 0)
    return write_raster(folder / f"{name}.tif", values, transform=transform)


def true_class(sample: Sample) -> int:
    """Return the land cover of a sample's tile."""
    return int(cover()[sample.tile.row % TILES, sample.tile.column % TILES])


def answer_truly(sample: Sample, user: AbstractBaseUser) -> None:
    """Label a sample as it is: with its class, or with a mask of its northern half."""
    sample = Sample.objects.select_related("tile", "project").get(pk=sample.pk)
    code = true_class(sample)
    if sample.project.task == "classes":
        submit(sample, user, Answer(value={"class": code}, seconds=2.0))
        return
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[: SIDE // 2] = code
    paint(sample, user, mask)


def one_of_each(project: Project) -> list[Sample]:
    """Return the samples, one of each class in turn."""
    samples = project.samples.select_related("tile").order_by("index")
    kinds = [[sample for sample in samples if true_class(sample) == code] for code in (1, 2, 3)]
    return [sample for three in zip(*kinds, strict=False) for sample in three]


def label_truly(samples: list[Sample], user: AbstractBaseUser, *, audits: int = 0) -> None:
    """Label samples as they are, the first `audits` of them as audits."""
    for place, sample in enumerate(samples):
        if place < audits:
            make_audit(sample, probability=0.2)
        answer_truly(sample, user)


def paint(sample: Sample, user: AbstractBaseUser, mask: NDArray[np.uint8]) -> Annotation:
    """Label a sample with a mask."""
    return submit(sample, user, Answer(value=wrapped(mask), seconds=5.0))
