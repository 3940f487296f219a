"""The overview of a project with sites far apart, and across the antimeridian."""

import os
from pathlib import Path

import pytest
from affine import Affine
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Project
from tests import factories
from tests.browser.conftest import Open

SHOTS = os.environ.get("SHOTS")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scattered(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a project with a scene in Italy and one across the antimeridian."""
    project = factories.make_project(alice)
    factories.make_scene(project, tmp_path, name="italy")
    place = Affine(0.001, 0, 179.95, 0, -0.001, -17)
    factories.make_scene(project, tmp_path, name="fiji", size=(3, 96, 127), crs="EPSG:4326", transform=place)
    return project


def test_it_opens_on_all_sites_and_zooms_to_each(scattered: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("project", args=[scattered.pk]))
    signs = page.locator(".site-sign")
    expect(signs).to_have_count(2)
    if SHOTS:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=f"{SHOTS}/sites-all.png")
    page.get_by_text("2 sites").click()
    page.get_by_role("button", name="fiji.tif").last.click()
    expect(signs).to_have_count(0)  # what is large enough needs none
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("tooltip")).to_contain_text("Tile")  # the middle is beyond 180 degrees
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/sites-one.png")
    page.keyboard.press("f")
    expect(signs).to_have_count(2)
    page.keyboard.press(".")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys").get_by_text("To the next site")).to_be_visible()
