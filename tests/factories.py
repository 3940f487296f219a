"""Rows for tests: a project with its cast's imagery, labels and suggestions, made by the domain's own functions."""

import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.utils import timezone

from annotation import hooks
from annotation.colours import COLOURS
from annotation.ingest import Status, Wishes, ingest_files
from annotation.labeling import Answer, submit
from annotation.models import (
    Acceptance,
    Annotation,
    AuditDraw,
    Comment,
    Grid,
    LabelClass,
    Member,
    ModelVersion,
    Overlay,
    Project,
    Rank,
    Round,
    Sample,
    Scene,
    Suggestion,
    Tile,
    Webhook,
)
from annotation.models.projects import Role
from annotation.overlays import add_overlay
from annotation.projects import KEYS, create_project, freeze_schema
from tests.rasters import ramp, write_raster

CLASSES = ("Open water", "Forest", "Bare rock")
PASSWORD = "correct horse battery"


def make_user(name: str, **fields: Any) -> AbstractBaseUser:
    """Return a person with an account."""
    return get_user_model().objects.create_user(name, password=PASSWORD, **fields)


def make_project(owner: AbstractBaseUser, *, classes: Sequence[str] = CLASSES, **fields: Any) -> Project:
    """Return a project of 32 px tiles with three classes, which are written at once: these need no checks."""
    fields = {"name": "Lakes", "tile_px": 32, **fields}
    project = create_project(owner, classes=[], **fields)
    if classes:
        keys = itertools.zip_longest(classes, KEYS[: len(classes)], fillvalue="")
        LabelClass.objects.bulk_create(
            LabelClass(project=project, code=code, name=name, colour=COLOURS[(code - 1) % len(COLOURS)], hotkey=key)
            for code, (name, key) in enumerate(keys, start=1)
        )
        project.schemas.all().delete()
        freeze_schema(project)
    return project


def join(project: Project, user: AbstractBaseUser, role: Role) -> Member:
    """Give a person a role."""
    return Member.objects.create(project=project, user=user, role=role)


def write_scene(folder: Path, *, name: str = "scene", size: tuple[int, int, int] = (3, 96, 128), **raster: Any) -> Path:
    """Write a small GeoTIFF: 3 bands, 128 x 96 px, so 4 x 3 tiles of 32 px."""
    return write_raster(folder / f"{name}.tif", **{"values": ramp(*size), **raster})


def make_scene(project: Project, folder: Path, **raster: Any) -> Scene:
    """Ingest a small GeoTIFF that is built here, see `write_scene`."""
    path = write_scene(folder, **raster)
    (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
    assert result.status is Status.ACCEPTED, result.message
    return Scene.objects.filter(project=project).latest("pk")


def say(sample: Sample, user: AbstractBaseUser, value: Mapping[str, Any]) -> Annotation:
    """Let a person say of a sample whatever its kind of label takes."""
    return submit(sample, user, Answer(value=dict(value)))


def label(sample: Sample, user: AbstractBaseUser, code: int, **answer: Any) -> Annotation:
    """Let a person give a sample a class."""
    return submit(sample, user, Answer(value={"class": code}, **answer))


def make_audit(sample: Sample, *, probability: float = 0.1) -> AuditDraw:
    """Draw a sample as an audit."""
    return AuditDraw.objects.create(sample=sample, probability=probability, pool=12, uniform_at=timezone.now())


def make_round(project: Project, samples: Sequence[Sample]) -> Round:
    """Rank samples in this order."""
    number = project.rounds.count() + 1
    made = Round.objects.create(
        project=project, number=number, strategy="margin", seed=0, encoder="e" * 64, labels=0, candidates=len(samples)
    )
    Rank.objects.bulk_create(
        Rank(round=made, sample=sample, position=place, score=1 / place, reason=f"margin 0.{place:02}")
        for place, sample in enumerate(samples, start=1)
    )
    return made


def make_model_version(project: Project, **fields: Any) -> ModelVersion:
    """Publish a model version."""
    values = {
        "number": project.model_versions.count() + 1,
        "state": ModelVersion.State.PUBLISHED,
        "encoder_name": "nano",
        "encoder": "e" * 64,
        "head": "projects/head.safetensors",
        "labels": 10,
        **fields,
    }
    return ModelVersion.objects.create(project=project, **values)


def make_acceptance(version: ModelVersion, user: AbstractBaseUser) -> Acceptance:
    """Return an acceptance by promise, of no label yet."""
    promised = {"kind": "average", "bound": 0.05, "threshold": 0.2, "expected_errors": 0, "limit": 0.1, "audits": 60}
    return Acceptance.objects.create(project=version.project, model_version=version, accepted_by=user, **promised)


def suggest(version: ModelVersion, sample: Sample, code: int, confidence: float = 0.9, **fields: Any) -> Suggestion:
    """Let a model version suggest a class."""
    named = LabelClass.objects.get(project=sample.project, code=code)
    said = {"value": {"class": code}, "label": named, "confidence": confidence, **fields}
    return Suggestion.objects.create(model_version=version, sample=sample, **said)


def make_webhook(project: Project, user: AbstractBaseUser) -> Webhook:
    """Return a webhook that hears of labels."""
    return hooks.make_webhook(project, url="https://example.org/", events=["labels.created"], by=user)[0]


def make_comment(sample: Sample, text: str = "Half of it is cloud.", *, flags: bool = True) -> Comment:
    """Let the project's owner write about a tile."""
    owner = sample.project.members.get(role="owner").user
    return sample.comments.create(author=owner, text=text, flags=flags)


def make_overlay(project: Project, *, name: str = "Border", content: object = None) -> Overlay:
    """Return an overlay of an owner's; by default with one line across the ground of `make_scene`."""
    line = {"type": "LineString", "coordinates": [[8.998, 45.142], [9.018, 45.155]]}
    owner = project.members.get(role="owner").user
    return add_overlay(project, owner, name=name, colour="#ff0000", content=json.dumps(content or line).encode())


def make_tiles(project: Project, columns: int, rows: int) -> list[Sample]:
    """Write many tiles and their samples without imagery, for tests of speed."""
    grid = Grid.objects.create(
        project=project, crs="EPSG:32632", transform=[10, 0, 500_000, 0, -10, 5_000_000], tile_px=project.tile_px
    )
    cells = np.array([(column, row) for row in range(rows) for column in range(columns)])
    outlines = grid.spec().tile_polygons_wgs84(cells[:, 0], cells[:, 1])
    tiles = Tile.objects.bulk_create(
        (
            Tile(grid=grid, column=int(column), row=int(row), outline=GEOSGeometry(outline.wkt, srid=4326))
            for (column, row), outline in zip(cells, outlines, strict=True)
        ),
        batch_size=5000,
    )
    samples = (Sample(project=project, tile=tile, index=index) for index, tile in enumerate(tiles))
    return Sample.objects.bulk_create(samples, batch_size=5000)


def analyse() -> None:
    """Let PostgreSQL know the sizes of tables that were filled in this transaction, as it soon does by itself."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def label_all(samples: Sequence[Sample], user: AbstractBaseUser) -> None:
    """Label many samples in bulk, with the project's classes in turn."""
    project = samples[0].project
    classes, schema = list(project.classes.all()), project.schemas.first()
    said = Annotation.objects.bulk_create(
        (
            Annotation(sample=sample, author=user, schema=schema, label=label, value={"class": label.code})
            for sample, label in zip(samples, itertools.cycle(classes))
        ),
        batch_size=5000,
    )
    for sample, annotation in zip(samples, said, strict=True):
        sample.answer, sample.state = annotation, Sample.State.LABELLED
    Sample.objects.bulk_update(samples, ["answer", "state"], batch_size=2000)
