"""Painting a mask with the pointer and with the keyboard: what is saved is what was painted."""

import re

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from annotation.arrays.masks import load_mask
from annotation.models import Annotation, Project, Sample
from tests import factories
from tests.browser.conftest import Open, drafts_in

pytestmark = pytest.mark.django_db(transaction=True)

SIDE = 32


@pytest.fixture
def painted(alice: AbstractBaseUser, tmp_path) -> Project:
    """Return a segmentation of twelve tiles in a round."""
    project = factories.make_project(alice, task="masks")
    factories.make_scene(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    return project


def start(page: Page, project: Project) -> None:
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_text(f"0 of {SIDE * SIDE} pixels labelled")).to_be_visible()


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where a point of the tile, in its pixels, is in the window."""
    canvas = page.locator(".leaflet-mask-pane svg, .leaflet-mask-pane canvas").first
    box = canvas.bounding_box()
    assert box
    return box["x"] + x / SIDE * box["width"], box["y"] + y / SIDE * box["height"]


def stroke(page: Page, *points: tuple[float, float]) -> None:
    """Draw a line through points of the tile."""
    page.mouse.move(*spot(page, *points[0]))
    page.mouse.down()
    for point in points:
        page.mouse.move(*spot(page, *point))
    page.mouse.up()


def saved_mask(page: Page, sample: Sample) -> NDArray[np.uint8]:
    """Save, wait until the answer has arrived and return its mask."""
    with page.expect_response("**/annotations/"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("img", name=re.compile("column 1, row 0,"))).to_be_visible()
    said = Annotation.objects.get(sample=sample)
    mask = load_mask(said.mask)
    counted = {str(code): int((mask == code).sum()) for code in np.unique(mask[mask > 0])}
    assert said.value["pixels"] == counted
    return mask


def test_it_works(painted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, painted)
    page.get_by_label("Size").fill("1")
    page.keyboard.press("2")
    stroke(page, (4.5, 10.5), (20.5, 10.5))
    page.keyboard.press("3")
    stroke(page, (6.5, 2.5), (6.5, 20.5))
    expected = np.zeros((SIDE, SIDE), np.uint8)
    expected[10, 4:21] = 2
    expected[2:21, 6] = 3
    mask = saved_mask(page, painted.samples.first())
    np.testing.assert_array_equal(mask, expected)


def test_paint_that_was_not_saved_outlives_a_reload(painted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, painted)
    page.get_by_label("Size").fill("1")
    page.keyboard.press("2")
    stroke(page, (4.5, 10.5), (20.5, 10.5))
    page.reload()
    expect(page.get_by_text(f"17 of {SIDE * SIDE} pixels labelled")).to_be_visible()
    expected = np.zeros((SIDE, SIDE), np.uint8)
    expected[10, 4:21] = 2
    np.testing.assert_array_equal(saved_mask(page, painted.samples.first()), expected)
    assert drafts_in(page) == []


def test_strokes_are_undone_and_erased(painted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, painted)
    page.get_by_label("Size").fill("1")
    page.keyboard.press("1")
    stroke(page, (2.5, 2.5), (12.5, 2.5))
    stroke(page, (2.5, 8.5), (12.5, 8.5))
    page.keyboard.press("Control+z")
    page.keyboard.press("e")
    stroke(page, (10.5, 2.5), (12.5, 2.5))
    expected = np.zeros((SIDE, SIDE), np.uint8)
    expected[2, 2:10] = 1
    np.testing.assert_array_equal(saved_mask(page, painted.samples.first()), expected)


def test_a_polygon_is_filled(painted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, painted)
    page.keyboard.press("2")
    page.get_by_role("button", name=re.compile("^Polygon")).click()
    for corner in ((4, 4), (24, 4), (24, 16), (4, 16)):
        page.mouse.click(*spot(page, *corner))
    page.keyboard.press("Enter")  # closes the polygon; the next one saves
    expect(page.get_by_text(f"240 of {SIDE * SIDE} pixels labelled")).to_be_visible()
    expected = np.zeros((SIDE, SIDE), np.uint8)
    expected[4:16, 4:24] = 2
    np.testing.assert_array_equal(saved_mask(page, painted.samples.first()), expected)


def test_the_keyboard_alone_paints(painted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, painted)
    page.keyboard.press("3")
    for _ in range(4):
        page.keyboard.press("[")
    expect(page.get_by_text("1 px", exact=True)).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.down("Space")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.up("Space")
    mask = saved_mask(page, painted.samples.first())
    assert (mask == 3).sum() == 6
    assert len(np.unique(np.nonzero(mask)[1])) == 1


def test_nothing_painted_is_not_saved(painted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, painted)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is painted yet")).to_be_visible()
    assert not Annotation.objects.exists()
