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
