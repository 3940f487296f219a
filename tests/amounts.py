"""Amounts for tests: a scene whose share of water is known, and people who say it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from annotation.labeling import Answer, submit
from annotation.models import Annotation, Project, Sample
from tests.factories import make_audit, make_project
from tests.pools import SIDE, add_scene, true_class

WATER = {"name": "Share of water", "unit": "%", "low": 0, "high": 100, "step": 5, "tolerance": 10}
SHARES = {1: 10.0, 2: 50.0, 3: 90.0}  # by land cover


def amount_project(owner: AbstractBaseUser, **fields: Any) -> Project:
    """Return a project of amounts without imagery."""
    wanted = {"name": "Ponds", "task": "amount", "task_options": WATER, "refit_every": 5, "classes": (), **fields}
    return make_project(owner, **wanted)


def wet_project(owner: AbstractBaseUser, folder: Path, **fields: Any) -> Project:
    """Return a project of amounts with an ingested scene of 8 x 8 tiles."""
    project = amount_project(owner, tile_px=SIDE, **fields)
    add_scene(project, folder)
    return project


def true_amount(sample: Sample) -> float:
    """Return the share of water in a sample's tile: by its land cover, with a little that differs."""
    return SHARES[true_class(sample)] + (sample.index * 7 % 5) - 2


def say(sample: Sample, user: AbstractBaseUser, amount: float, **more: Any) -> Annotation:
    """Let a person give a sample an amount."""
    return submit(sample, user, Answer(value={"amount": amount, **more}, seconds=2.0))


def measure(samples: Sequence[Sample], user: AbstractBaseUser, *, audits: int = 0) -> None:
    """Label samples as they are, the first `audits` of them as audits."""
    for place, sample in enumerate(samples):
        if place < audits:
            make_audit(sample, probability=0.2)
        say(sample, user, true_amount(sample))
