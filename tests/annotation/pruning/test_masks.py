"""Pruned masks: what any row names stays, and so does what is being stored."""

import os
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.masks import load_mask, mask_file, store_mask
from annotation.models import (
    Annotation,
    AuditForecast,
    Project,
    Sample,
    Suggestion,
)
from annotation.pruning import shared
from annotation.pruning.shared import models_with_masks
from tests.factories import label, make_audit, make_project, suggest
from tests.pools import make_samples
from tests.pruned import State, mask_of, pruned, version_of


def test_masks_that_any_row_names_stay(project: Project, samples: list[Sample], alice: AbstractBaseUser) -> None:
    said, foreseen, suggested, orphan = (mask_of(value) for value in (1, 2, 3, 4))
    annotation = label(samples[0], alice, 1)
    Annotation.objects.filter(pk=annotation.pk).update(mask=said, current=False)
    version = version_of(project, State.PUBLISHED)
    named = project.classes.first()
    AuditForecast.objects.create(
        model_version=version, draw=make_audit(samples[1]), label=named, confidence=1, mask=foreseen
    )
    suggest(version, samples[2], 1, mask=suggested)
    young = store_mask(np.full((32, 32), 5, np.uint8))
    assert pruned(project)["masks that nothing refers to"].files == 1
    assert [mask_file(mask).is_file() for mask in (said, foreseen, suggested, orphan, young)] == [True] * 3 + [
        False,
        True,
    ]


def test_masks_of_another_project_stay(project: Project, samples: list[Sample], alice: AbstractBaseUser) -> None:
    other = make_project(alice, name="Rivers")
    suggest(version_of(other, State.PUBLISHED), make_samples(other, 1)[0], 1, mask=mask_of(1))
    assert pruned(project) == {}


def test_a_table_that_gets_masks_some_day_is_asked_too() -> None:
    assert {Annotation, Suggestion, AuditForecast} <= set(models_with_masks())


def test_a_mask_that_is_submitted_once_more_becomes_young(project: Project) -> None:
    mask = mask_of(1)
    assert store_mask(np.full((32, 32), 1, np.uint8)) == mask
    assert pruned(project) == {}


def test_a_mask_that_is_stored_while_it_is_removed_survives(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = mask_of(1), mask_of(2)
    rename = os.replace

    def meanwhile(source: Path, target: Path) -> None:
        if Path(target).name == f".doomed-{first}.png":  # just before it is taken away ...
            store_mask(np.full((32, 32), 1, np.uint8))
        rename(source, target)
        if Path(target).name == f".doomed-{second}.png":  # ... and just after
            store_mask(np.full((32, 32), 2, np.uint8))

    monkeypatch.setattr(shared.os, "replace", meanwhile)
    pruned(project)
    for value, mask in ((1, first), (2, second)):
        assert (load_mask(mask) == value).all()


def test_what_a_killed_pruning_held_is_put_back_or_removed(project: Project, samples: list[Sample]) -> None:
    named, orphan = mask_of(1), mask_of(2)
    suggest(version_of(project, State.PUBLISHED), samples[0], 1, mask=named)
    for mask in (named, orphan):
        os.replace(mask_file(mask), mask_file(mask).with_name(f".doomed-{mask}.png"))
    pruned(project)
    assert (load_mask(named) == 1).all()
    assert not list(mask_file(orphan).parent.glob(".doomed-*"))
