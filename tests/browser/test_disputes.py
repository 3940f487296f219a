"""Tiles on which people disagree: shown on the Quality page with each answer, and settled by one click."""

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Project, Sample
from annotation.models.projects import Role
from tests import factories
from tests.browser.conftest import Open
from tests.pools import paint

pytestmark = pytest.mark.django_db(transaction=True)


def disputed_project(owner: AbstractBaseUser, other: AbstractBaseUser, folder, **fields: object) -> Project:
    """Return a project that wants two opinions, in which another person labels as well."""
    project = factories.make_project(owner, opinions=2, **fields)
    factories.join(project, other, Role.ANNOTATOR)
    factories.make_scene(project, folder)
    return project


def settle(page, project: Project, answer: str) -> None:
    page.goto(reverse("quality", args=[project.pk]))
    tile = page.get_by_role("region", name="People disagree").get_by_role("listitem")
    expect(tile).to_contain_text("Forest")
    tile.get_by_role("button", name=answer).click()
    expect(page.get_by_role("region", name="People disagree")).to_be_hidden()


def test_it_works(alice: AbstractBaseUser, bob: AbstractBaseUser, tmp_path, open_page: Open) -> None:
    project = disputed_project(alice, bob, tmp_path)
    sample = project.samples.first()
    mine, _ = factories.label(sample, alice, 1), factories.label(sample, bob, 2)
    settle(open_page(alice), project, "Open water")
    sample.refresh_from_db()
    assert (sample.state, sample.answer) == (Sample.State.LABELLED, mine)


def test_tags_are_settled_as_well(alice: AbstractBaseUser, bob: AbstractBaseUser, tmp_path, open_page: Open) -> None:
    project = disputed_project(alice, bob, tmp_path, task="tags")
    sample = project.samples.first()
    factories.say(sample, alice, {"tags": [1], "unsure": []})
    other = factories.say(sample, bob, {"tags": [2], "unsure": []})
    settle(open_page(alice), project, "Forest")
    sample.refresh_from_db()
    assert sample.answer == other


def test_masks_are_settled_as_well(alice: AbstractBaseUser, bob: AbstractBaseUser, tmp_path, open_page: Open) -> None:
    project = disputed_project(alice, bob, tmp_path, task="masks")
    sample = project.samples.first()
    paint(sample, alice, np.full((32, 32), 1, np.uint8))
    other = paint(sample, bob, np.full((32, 32), 2, np.uint8))
    settle(open_page(alice), project, "Forest")
    sample.refresh_from_db()
    assert sample.answer == other
