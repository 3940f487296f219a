"""What surrounds the tile on the label page: its true shape, scale, north, the whole scene, other scenes."""

import re
from pathlib import Path

import pytest
from affine import Affine
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Page, expect

from annotation.epochs import add_epoch, set_scope
from annotation.models import Project, Sample
from annotation.models.projects import Scope
from tests import factories
from tests.browser.conftest import Open
from tests.browser.dated import add_scenes, pictures, shot, start, titles, until

pytestmark = pytest.mark.django_db(transaction=True)


def box(page: Page, selector: str) -> tuple[float, float]:
    """Return width and height of what is drawn."""
    there = page.locator(selector).first.bounding_box()
    assert there
    return there["width"], there["height"]


def test_it_works(alice: AbstractBaseUser, tmp_path: Path, open_page: Open) -> None:
    project = factories.make_project(alice)
    add_scenes(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    start(page, project)
    expect(page.get_by_role("img", name="North")).to_be_visible()
    expect(page.locator(".scale")).to_contain_text(re.compile(r"\d+ m"))
    across, down = box(page, "path.tile-frame")
    assert across == pytest.approx(down, abs=1.5)
    page.keyboard.press("z")
    expect(page.locator("#whole")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("img.tile-picture")).to_have_count(2)
    until(page, lambda: box(page, "path.tile-frame")[0] < 0.7 * across)
    shot(page, "context-whole")
    seen = [one for one in pictures(page) if "lattice=1" in one]
    page.keyboard.press("t")  # another date of all of it
    until(page, lambda: [one for one in pictures(page) if "lattice=1" in one] not in (seen, []))
    page.keyboard.press("z")
    until(page, lambda: abs(box(page, "path.tile-frame")[0] - across) < 1.5)
    expect(page.locator("img.tile-picture")).to_have_count(1)


def test_pixels_in_degrees_have_their_shape(alice: AbstractBaseUser, tmp_path: Path, open_page: Open) -> None:
    project: Project = factories.make_project(alice)
    place = Affine(0.001, 0, 25, 0, -0.001, 60)
    factories.make_scene(project, tmp_path, size=(3, 96, 128), crs="EPSG:4326", transform=place)
    grid = project.grids.get()
    if grid.crs != "EPSG:4326":  # a first scene in degrees proposes metres
        grid.crs, grid.transform = "EPSG:4326", list(place)[:6]
        grid.save()
        project.scenes.update(first_column=0, first_row=0, columns=4, rows=3)
    sample = project.samples.first()
    assert isinstance(sample, Sample)
    factories.make_round(project, [sample])
    page = open_page(alice)
    start(page, project)
    across, down = box(page, "path.tile-frame")
    assert across / down == pytest.approx(0.5, abs=0.03)
    picture = box(page, "img.tile-picture")
    assert picture[0] / picture[1] == pytest.approx(0.5, abs=0.03)
    shot(page, "context-degrees")


def test_scenes_that_the_label_does_not_speak_of_can_be_looked_at(
    alice: AbstractBaseUser, tmp_path: Path, open_page: Open
) -> None:
    project = factories.make_project(alice)
    _march, may, drone = add_scenes(project, tmp_path)
    epoch = add_epoch(project, name="May", scenes=[may.pk])
    set_scope(project, Scope.EPOCH)
    sample = project.samples.filter(epoch=epoch).first()
    assert isinstance(sample, Sample)
    factories.make_round(project, [sample])
    page = open_page(alice)
    start(page, project)
    expect(titles(page)).to_contain_text("2021-05-01")
    page.keyboard.press("v")
    expect(titles(page)).to_contain_text("2021-05-03")
    assert f"scene={drone.pk}" in pictures(page)[0]
