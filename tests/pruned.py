"""Things that grow old, for tests of pruning."""

import os
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
from django.utils import timezone

from annotation.arrays.masks import mask_file, store_mask
from annotation.arrays.vectors import folder_of
from annotation.models import (
    ModelVersion,
    Project,
    Sample,
    Suggestion,
)
from annotation.pruning import prune, prune_shared
from annotation.pruning.cuts import Freed
from tests.factories import make_model_version, suggest

DAY = timedelta(days=1)
State = ModelVersion.State


def grow_old(*things: object, days: float = 2) -> None:
    """Let rows, or files with all in their folders, be so many days old."""
    for thing in things:
        if isinstance(thing, Path):
            moment = time.time() - days * 24 * 3600
            for path in (thing, *thing.rglob("*")):
                os.utime(path, (moment, moment))
        else:
            type(thing).objects.filter(pk=thing.pk).update(created_at=timezone.now() - days * DAY)  # type: ignore[attr-defined]


def pruned(project: Project, *, dry: bool = False) -> dict[str, Freed]:
    """Prune a project and what is shared; return what that freed, by rule."""
    parts = [*prune(project, dry=dry), *prune_shared(project, dry=dry)]
    return {what: freed for what, freed in parts if freed != Freed()}


def version_of(project: Project, state: str = State.RETIRED, *, days: float = 2, **fields: object) -> ModelVersion:
    """Return a model version of that age, with a head."""
    version = make_model_version(project, state=state, **fields)
    folder = folder_of(project) / "models" / str(version.number)
    folder.mkdir(parents=True)
    (folder / "head.safetensors").write_bytes(b"h" * 1000)
    version.head = str((folder / "head.safetensors").relative_to(folder_of(project).parents[1]))
    version.save()
    grow_old(version, folder, days=days)
    return version


def superseded(version: ModelVersion, sample: Sample, **fields: object) -> Suggestion:
    """Return a suggestion that a newer version took the place of."""
    return suggest(version, sample, 1, state=Suggestion.State.SUPERSEDED, **fields)


def mask_of(value: int) -> str:
    """Store a mask and let it be old; return its hash."""
    sha256 = store_mask(np.full((32, 32), value, np.uint8))
    grow_old(mask_file(sha256))
    return sha256
