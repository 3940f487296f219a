"""Tools that go by what the tile looks like: a click, the wand, superpixels, points, and a model taught in place."""

import re

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Page, expect

from annotation.models import Project
from tests import factories
from tests.browser.conftest import Open
from tests.browser.test_segment import SIDE, saved_mask, spot, start

pytestmark = pytest.mark.django_db(transaction=True)

THING = (slice(8, 20), slice(8, 20))  # of each tile


@pytest.fixture
def things(alice: AbstractBaseUser, tmp_path) -> Project:
    """Return a segmentation of tiles with a bright square each, and a smaller one apart from it."""
    project = factories.make_project(alice, task="masks")
    tile = np.full((SIDE, SIDE), 80)
    tile[THING] = 180
    tile[24:30, 24:30] = 180
    noise = np.random.default_rng(0).integers(0, 5, (3, 4 * SIDE, 3 * SIDE))
    factories.make_scene(project, tmp_path, values=(np.tile(tile, (4, 3)) + noise).astype("uint8"))
    factories.make_round(project, list(project.samples.all()))
    return project


def preview(page: Page):
    return page.locator("#tools")


def pick(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{name}")).click()


def hover_until_shown(page: Page, x: float, y: float) -> int:
    """Move the pointer there until a shape is shown, and return its pixels."""
    for turn in range(100):
        page.mouse.move(*spot(page, x + 0.2 * (turn % 2), y))
        if preview(page).get_attribute("data-shown") not in (None, "0"):
            return int(preview(page).get_attribute("data-shown"))
        page.wait_for_timeout(100)
    raise AssertionError("No shape was shown under the pointer.")


def test_a_click_paints_the_shape_that_was_shown_before(
    things: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    start(page, things)
    page.keyboard.press("2")
    pick(page, "Click")
    shown = hover_until_shown(page, 14, 14)
    assert 0.8 * 144 <= shown <= 1.2 * 144
    page.mouse.click(*spot(page, 14, 14))
    expect(page.get_by_text(f"0 of {SIDE * SIDE} pixels labelled")).to_be_visible()  # it can still be made right
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{shown} of {SIDE * SIDE} pixels labelled")).to_be_visible()
    mask = saved_mask(page, things.samples.first())
    assert (mask[THING] == 2).mean() > 0.9


def test_alt_and_click_takes_away_and_undo_brings_back(
    things: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    start(page, things)
    page.keyboard.press("2")
    page.keyboard.press("q")
    hover_until_shown(page, 10, 10)
    page.mouse.click(*spot(page, 10, 10))
    whole = preview(page).get_attribute("data-shown")
    page.mouse.move(*spot(page, 18, 18))
    page.keyboard.down("Alt")
    page.mouse.click(*spot(page, 18, 18))
    page.keyboard.up("Alt")
    expect(preview(page)).not_to_have_attribute("data-shown", whole)
    assert int(preview(page).get_attribute("data-shown")) < int(whole)
    page.keyboard.press("Control+z")
    expect(preview(page)).to_have_attribute("data-shown", whole)
    page.keyboard.press("Escape")
    expect(page.get_by_text(f"0 of {SIDE * SIDE} pixels labelled")).to_be_visible()


def test_the_wand_paints_what_is_alike_and_with_shift_everywhere(
    things: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    start(page, things)
    page.keyboard.press("3")
    pick(page, "Wand")
    assert hover_until_shown(page, 14, 14) == 144
    page.mouse.click(*spot(page, 14, 14))
    expect(page.get_by_text(f"144 of {SIDE * SIDE} pixels labelled")).to_be_visible()
    page.keyboard.down("Shift")
    page.mouse.click(*spot(page, 14, 14))
    page.keyboard.up("Shift")
    expect(page.get_by_text(f"180 of {SIDE * SIDE} pixels labelled")).to_be_visible()
    for _ in range(9):
        page.keyboard.press("]")
    expect(preview(page)).to_have_attribute("data-shown", str(SIDE * SIDE))  # so tolerant that all is alike


def test_pieces_are_painted_along_a_pull_in_one_step(things: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, things)
    page.keyboard.press("1")
    pick(page, "Pieces")
    page.keyboard.press("[")
    expect(page.get_by_text("small", exact=True)).to_be_visible()
    small = hover_until_shown(page, 10, 14)
    page.mouse.down()
    for x in (12, 14, 16, 18):
        page.mouse.move(*spot(page, x, 14))
    page.mouse.up()
    expect(page.get_by_text(f"0 of {SIDE * SIDE} pixels labelled")).not_to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text(f"0 of {SIDE * SIDE} pixels labelled")).to_be_visible()
    page.keyboard.press("]")
    page.keyboard.press("]")
    expect(page.get_by_text("large", exact=True)).to_be_visible()
    expect(preview(page)).not_to_have_attribute("data-shown", str(small))


def test_points_say_what_single_pixels_are(things: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, things)
    pick(page, "Point")
    for key, x, y in (("1", 3.5, 3.5), ("2", 10.5, 10.5), ("2", 27.5, 27.5), ("2", 30.5, 3.5)):
        page.keyboard.press(key)
        page.mouse.click(*spot(page, x, y))
    expect(page.get_by_text(f"4 of {SIDE * SIDE} pixels labelled")).to_be_visible()
    expect(page.locator(".tile-dot")).to_have_count(4)
    page.keyboard.down("Alt")
    page.mouse.click(*spot(page, 30.5, 3.5))
    page.keyboard.up("Alt")
    mask = saved_mask(page, things.samples.first())
    expected = np.zeros((SIDE, SIDE), np.uint8)
    expected[3, 3], expected[10, 10], expected[27, 27] = 1, 2, 2
    np.testing.assert_array_equal(mask, expected)


def test_strokes_teach_the_tile_which_can_be_seen_and_taken(
    things: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    start(page, things)
    page.get_by_label("Size").fill("1")
    page.keyboard.press(";")
    expect(page.locator("#taught")).to_be_visible()
    for key, y in (("1", 3.5), ("2", 14.5)):
        page.keyboard.press(key)
        page.mouse.move(*spot(page, 10.5, y))
        page.mouse.down()
        page.mouse.move(*spot(page, 16.5, y))
        page.mouse.up()
    expect(page.get_by_text("learnt from 14 pixels of yours in 2 classes")).to_be_visible()
    expect(page.locator("canvas.taught")).to_be_visible()
    page.keyboard.press("Shift+D")
    expect(page.get_by_role("button", name=re.compile("^Differ"))).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Shift+A")
    expect(page.locator("canvas.taught")).to_have_count(0)
    page.keyboard.press(";")
    expect(page.locator("canvas.taught")).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_text(f"{SIDE * SIDE} of {SIDE * SIDE} pixels labelled")).to_be_visible()
    mask = saved_mask(page, things.samples.first())
    assert (mask[THING] == 2).mean() > 0.98
    assert (mask[24:30, 24:30] == 2).mean() > 0.9
    assert (mask[0:6, 0:6] == 1).mean() > 0.9
