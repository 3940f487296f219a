"""Labels of other dates of the same ground: which are offered to begin with, and what a mask says that began so."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.epochs import group_by_date, set_scope
from annotation.errors import BadAnswer
from annotation.labeling import Answer, retract, submit
from annotation.labeling.other_dates import labels_of_other_dates
from annotation.models import Annotation, Epoch, Project, Sample
from annotation.models.projects import Role, Scope
from annotation.tasks.masks import wrapped
from tests import factories

pytestmark = pytest.mark.django_db

DAYS = ("2019-06-01", "2020-06-01", "2021-06-01", "2022-06-01")


def masked(code: int) -> dict[str, str]:
    """Return a mask whose upper left corner is of a class."""
    mask = np.zeros((32, 32), np.uint8)
    mask[:8, :8] = code
    return wrapped(mask)


def dated(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return a project of masks, one for each of four dates."""
    project = factories.make_project(owner, task="masks")
    for day in DAYS:
        scene = factories.make_scene(project, folder, name=day, nodata=int(day[:4]) - 1800)
        scene.set_moment(date.fromisoformat(day))
        scene.save()
    group_by_date(project)
    set_scope(project, Scope.EPOCH)
    project.refresh_from_db()
    return project


@pytest.fixture
def of_tile(alice: AbstractBaseUser, tmp_path: Path) -> list[Sample]:
    """Return the samples of one tile, from the earliest date on."""
    project = dated(alice, tmp_path)
    tile = project.samples.order_by("index")[0].tile
    return list(project.samples.filter(tile=tile).order_by("epoch__starts", "epoch"))


def others(sample: Sample, user: AbstractBaseUser) -> list[int]:
    """Return the samples whose labels are offered."""
    told = labels_of_other_dates(Sample.objects.get(pk=sample.pk), user.pk, Annotation.objects.readable_by(user))
    return [said.sample_id for said in told]


def test_it_works(of_tile: list[Sample], alice: AbstractBaseUser) -> None:
    """The nearest date comes first, and of two as near the earlier one; other tiles are another ground."""
    first, second, third, last = of_tile
    for sample in (first, second, last):
        factories.say(sample, alice, masked(1))
    beside = third.project.samples.exclude(tile=third.tile).filter(epoch=second.epoch).first()
    assert beside
    factories.say(beside, alice, masked(2))
    assert others(third, alice) == [second.pk, last.pk, first.pk]
    assert others(first, alice) == [second.pk, last.pk]


def test_ones_own_comes_before_what_counts(
    of_tile: list[Sample], alice: AbstractBaseUser, bob: AbstractBaseUser
) -> None:
    first, second, *_ = of_tile
    project = first.project
    project.opinions = 2
    project.save()
    factories.join(project, bob, Role.ANNOTATOR)
    factories.say(first, alice, masked(1))
    theirs = factories.say(first, bob, masked(1))
    (told,) = labels_of_other_dates(second, bob.pk, Annotation.objects.all())
    assert told == theirs


def test_what_was_taken_back_skipped_or_waits_as_an_audit_is_not_offered(
    of_tile: list[Sample], alice: AbstractBaseUser
) -> None:
    first, second, third, _ = of_tile
    factories.say(first, alice, masked(1))
    assert others(second, alice) == [first.pk]
    factories.make_audit(third)
    assert others(third, alice) == []
    retract(first, alice)
    assert others(second, alice) == []
    submit(first, alice, Answer(verdict="skip", reason="Clouds"))
    assert others(second, alice) == []


def test_a_mask_says_which_one_it_began_with(of_tile: list[Sample], alice: AbstractBaseUser) -> None:
    first, second, *_ = of_tile
    origin = factories.say(first, alice, masked(1))
    said = factories.say(second, alice, {**masked(1), "copied_from": origin.pk})
    assert said.value["copied_from"] == origin.pk
    assert said.mask == origin.mask


@pytest.mark.parametrize("origin", [0, -1, "7", True, 2**60, 1.5, [1], 10**6])
def test_an_origin_that_is_no_mask_of_the_tile_is_refused(
    of_tile: list[Sample], alice: AbstractBaseUser, origin: object
) -> None:
    with pytest.raises(BadAnswer, match=r"copied_from|no mask"):
        factories.say(of_tile[1], alice, {**masked(1), "copied_from": origin})


def test_a_mask_of_another_tile_or_of_the_same_date_is_no_origin(
    of_tile: list[Sample], alice: AbstractBaseUser
) -> None:
    first, second, *_ = of_tile
    beside = first.project.samples.exclude(tile=first.tile).first()
    assert beside
    wrong = factories.say(beside, alice, masked(1))
    own = factories.say(second, alice, masked(1))
    for origin in (wrong, own):
        with pytest.raises(BadAnswer, match="at another date"):
            factories.say(second, alice, {**masked(2), "copied_from": origin.pk})


def test_labels_of_all_dates_at_once_have_no_other_date(
    project: Project, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    factories.make_scene(project, tmp_path)
    sample = project.samples.first()
    assert sample
    assert others(sample, alice) == []
    assert not Epoch.objects.exists()
