"""A scene over the pole itself in the browser: the overview says that the map ends before it, the label page has it."""

import re
from pathlib import Path

import pytest
from affine import Affine
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Project
from tests import factories
from tests.browser.conftest import Open
from tests.browser.test_context import box
from tests.browser.test_panes import shot, start

pytestmark = pytest.mark.django_db(transaction=True)
OVER_THE_POLE = Affine(1000, 0, -64_000, 0, -1000, 64_000)


def put_pole(project: Project, folder: Path, crs: str) -> None:
    """Give a project a scene of 128 km over a pole."""
    factories.make_scene(project, folder, name="pole", size=(3, 128, 128), crs=crs, transform=OVER_THE_POLE)


@pytest.mark.parametrize("crs", ["EPSG:3031", "EPSG:3413"])
def test_it_works(alice: AbstractBaseUser, tmp_path: Path, open_page: Open, crs: str) -> None:
    project = factories.make_project(alice)
    put_pole(project, tmp_path, crs)
    factories.make_round(project, list(project.samples.order_by("-index")))
    page = open_page(alice)
    page.goto(reverse("project", args=[project.pk]))
    expect(page.locator("#chips li")).to_have_count(16)  # no map of Mercator's reaches it
    start(page, project)
    expect(page.get_by_role("img", name="North")).to_be_visible()
    expect(page.locator(".scale")).to_contain_text(re.compile(r"\d+ km"))
    across, down = box(page, "path.tile-frame")
    assert across == pytest.approx(down, abs=1.5)
    page.keyboard.press("i")
    place = page.locator("img.tile-picture").first.bounding_box()
    assert place
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(page.locator(".inspector")).to_contain_text(re.compile(r"-?89\.\d+"))
    shot(page, f"pole-{crs[5:]}")


def test_beside_others_it_is_said_to_be_beyond_the_map(
    alice: AbstractBaseUser, tmp_path: Path, open_page: Open
) -> None:
    project = factories.make_project(alice)
    factories.make_scene(project, tmp_path, name="italy")
    put_pole(project, tmp_path, "EPSG:3031")
    page = open_page(alice)
    page.goto(reverse("project", args=[project.pk]))
    expect(page.locator("#map")).to_be_visible()
    page.get_by_text("2 scenes").click()
    expect(page.get_by_text("pole.tif: beyond the map, which ends at 85°")).to_be_visible()
    expect(page.get_by_role("button", name="italy.tif")).to_be_visible()
    expect(page.get_by_role("button", name="pole.tif")).to_have_count(0)
