"""Naming: which files the rows of the database name; all of these must lie in a backup."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings

from annotation.arrays.masks import mask_file
from annotation.encoders import own_file
from annotation.models import Asset, Export, Import, Job, ModelVersion, Project
from annotation.models.jobs import JobKind

_CHUNK = 10_000
_DIGEST = re.compile(r"[0-9a-f]{64}")
PATHS = {
    Asset: "path",
    Export: "path",
    Import: "path",
    ModelVersion: "head",
}  # columns that hold a path relative to DATA_DIR


def named() -> Iterator[Path]:
    """Yield each file that a row names, relative to DATA_DIR; some more than once."""
    for path in _named():
        yield path.relative_to(settings.DATA_DIR) if path.is_absolute() else path


def _named() -> Iterator[Path]:
    for model, column in PATHS.items():
        rows = model._default_manager.exclude(**{column: ""}).order_by()
        if model is Asset:
            rows = rows.filter(mounted="")  # what lies elsewhere is kept by whoever keeps that
        yield from map(Path, rows.values_list(column, flat=True).iterator(_CHUNK))
    for model in apps.get_app_config("annotation").get_models():
        if any(field.name == "mask" for field in model._meta.concrete_fields):
            masks = model._default_manager.exclude(mask="").order_by().values_list("mask", flat=True)
            yield from map(mask_file, masks.iterator(_CHUNK))
    for project in Project.objects.order_by():
        if _DIGEST.fullmatch(project.encoder):
            yield own_file(project, project.encoder)
    for job in Job.objects.under_way().filter(kind=JobKind.INGEST).order_by():
        files = [] if job.params.get("mounted") else job.params.get("files", [])
        yield from (Path(each["path"]) for file in files for each in (file, *file.get("parts", [])))
