"""Laser returns by class: a lasso from above and one in a profile, undone, kept, shown and exported."""

import os
import re
from pathlib import Path

import laspy
import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.arrays.masks import load_mask
from annotation.models import Annotation, Project
from tests import factories
from tests.annotation.exports.reading import unpacked
from tests.browser.conftest import Open
from tests.browser.test_clouds import look, take_in
from tests.clouds import write_cloud

SHOTS = os.environ.get("SHOTS")
SIDE = 20
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def surveyed(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return masks of one tile of 20 px of 2 m with a cloud: level ground, and a tree of 10 m in its north-west."""
    project = factories.make_project(alice, task="masks", tile_px=SIDE)
    take_in(project, write_cloud(tmp_path / "trees.laz"))
    factories.make_round(project, list(project.samples.all()))
    return project


def start(page: Page, project: Project) -> None:
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_text(f"0 of {SIDE * SIDE} pixels labelled")).to_be_visible()
    look(page, "Points by height")
    page.keyboard.press("Control+g")
    expect(page.locator("[data-tool=returns]")).to_have_attribute("aria-pressed", "true")


def around(page: Page, *points: tuple[float, float]) -> None:
    """Draw a lasso through points of the tile."""
    box = page.locator(".leaflet-mask-pane svg, .leaflet-mask-pane canvas").first.bounding_box()
    assert box
    places = [(box["x"] + x / SIDE * box["width"], box["y"] + y / SIDE * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def in_profile(page: Page, *shares: tuple[float, float]) -> None:
    """Draw a lasso through shares of the width and the height of the profile."""
    box = page.locator(".cloud-profile canvas").bounding_box()
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in shares]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def labelled(page: Page, pixels: int) -> None:
    expect(page.get_by_text(f"{pixels} of {SIDE * SIDE} pixels labelled", exact=True)).to_be_visible()


def save(page: Page) -> Annotation:
    with page.expect_response("**/annotations/"):
        page.keyboard.press("Enter")
    return Annotation.objects.latest("pk")


def test_it_works(surveyed: Project, alice: AbstractBaseUser, open_page: Open, tmp_path: Path) -> None:
    page = open_page(alice)
    start(page, surveyed)
    legend = page.locator(".cloud-legend")
    page.keyboard.press("2")
    around(page, (12, 12), (18, 12), (18, 18), (12, 18))
    labelled(page, 36)
    expect(page.get_by_text("144 returns got the class Forest; 36 pixels.")).to_be_visible()
    expect(legend).to_contain_text("Forest, 144")
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/returns-above.png")
    page.keyboard.press("Control+z")
    labelled(page, 0)
    expect(legend).not_to_contain_text("Forest")
    page.keyboard.press("Control+y")
    expect(legend).to_contain_text("Forest, 144")
    said = save(page)
    assert [(each["class"], each["scene"]) for each in said.value["returns"]] == [(2, surveyed.scenes.get().pk)]
    mask = load_mask(said.mask)
    assert (mask[12:18, 12:18] == 2).all()
    page.goto(f"{reverse('label', args=[surveyed.pk])}?sample={said.sample_id}")
    labelled(page, 36)
    expect(legend).to_contain_text("Forest, 144")
    cloud = laspy.read(unpacked(surveyed, "laz", tmp_path) / "clouds" / "trees.laz")
    assert (np.asarray(cloud["label"]) == 2).sum() == 144


def test_a_lasso_in_a_profile_takes_what_is_high_and_leaves_what_lies_below(
    surveyed: Project, alice: AbstractBaseUser, open_page: Open, tmp_path: Path
) -> None:
    page = open_page(alice)
    start(page, surveyed)
    page.get_by_role("button", name="Profile").click()
    profile = page.locator(".cloud-profile canvas")
    expect(page.get_by_text("Draw around returns here")).to_be_visible()
    profile.focus()
    for _ in range(4):
        page.keyboard.press("ArrowUp")  # over the tree
    expect(profile).to_have_attribute("aria-label", re.compile("0.0 to 10.0 m"))
    page.keyboard.press("3")
    in_profile(page, (0.02, 0.01), (0.98, 0.01), (0.98, 0.3), (0.02, 0.3))
    told = page.locator(".cloud-about")
    expect(told).to_have_text(re.compile(r"^[1-9]\d* returns got the class Bare rock; [1-9]\d* pixels"))
    expect(page.locator(".cloud-legend")).to_contain_text("Bare rock")
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/returns-profile.png")
    profile.focus()
    page.keyboard.press("ArrowUp")
    expect(told).to_contain_text("Draw around returns here")
    said = save(page)
    (lasso,) = said.value["returns"]
    assert lasso["metres"] == [pytest.approx(2, rel=1e-3)] * 2
    cloud = laspy.read(unpacked(surveyed, "laz", tmp_path) / "clouds" / "trees.laz")
    given = np.asarray(cloud["label"]) == 3
    high = np.asarray(cloud.z) > 5
    assert given[high].any()
    painted = int((load_mask(said.mask) == 3).sum())
    assert 0 < painted <= given.sum()


def test_a_lasso_around_nothing_one_across_itself_and_alt(
    surveyed: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    start(page, surveyed)
    page.keyboard.press("2")
    around(page, (21, 8), (24, 8), (24, 12), (21, 12))
    expect(page.get_by_text("No laser return lies inside.")).to_be_visible()
    around(page, (11, 11), (19, 19), (19, 11), (11, 19))
    expect(page.get_by_text(re.compile(r"[1-9]\d* returns got the class Forest"))).to_be_visible()
    page.keyboard.down("Alt")
    around(page, (0, 0), (20, 0), (20, 20), (0, 20))
    page.keyboard.up("Alt")
    expect(page.get_by_text(re.compile("returns lost their class"))).to_be_visible()
    labelled(page, 0)


def test_a_tile_without_a_cloud_does_not_offer_it_and_says_why(
    alice: AbstractBaseUser, open_page: Open, tmp_path: Path
) -> None:
    project = factories.make_project(alice, task="masks", tile_px=SIDE)
    factories.make_scene(project, tmp_path, size=(3, SIDE, SIDE))
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    labelled(page, 0)
    expect(page.locator("[data-tool=returns]")).to_be_hidden()
    page.keyboard.press("Control+g")
    page.keyboard.press("2")
    around(page, (2, 2), (8, 2), (8, 8), (2, 8))
    expect(page.get_by_text("No point cloud lies on this tile")).to_be_visible()
