"""Definitions of classes: written on Settings, read where people label."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Project, Sample
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)
MEANT = "Trees above 5 m, <img src=x onerror=alert(1)>"


def test_it_works(samples: list[Sample], alice: AbstractBaseUser, open_page: Open) -> None:
    project: Project = samples[0].project
    factories.make_round(project, samples)
    page = open_page(alice)
    page.goto(reverse("project-settings", args=[project.pk]))
    field = page.get_by_role("textbox", name="Definition of Forest")
    field.fill(MEANT)
    field.blur()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert project.classes.get(code=2).definition == MEANT
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_role("button", name="Forest")).to_have_attribute("title", MEANT)
    expect(page.get_by_role("img", name="Tile in column")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_text(MEANT)).to_be_visible()


def test_classes_are_added_as_fast_as_one_types(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("project-settings", args=[project.pk]))
    expect(page.get_by_role("textbox", name="Name of class 3")).to_be_visible()
    name = page.locator("#add-class [name=name]")
    names = ["Snow", "Sand", "Road", "Roof", "Reed", "Lava", "Ice"]
    for each in names:
        name.fill(each)
        name.press("Enter")
    expect(page.get_by_role("textbox", name="Name of class 10")).to_be_visible()
    added = project.classes.filter(code__gt=3).order_by("code")
    assert [each.name for each in added] == names
    keys = [each.hotkey for each in project.classes.all()]
    assert len(set(keys)) == len(keys) and all(keys)
