"""Boxes by pointer and by keyboard: drawn, moved, sized, turned, suggested, saved and reloaded."""

import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Project
from annotation.models.projects import Role
from tests import factories
from tests.browser.axe import violations
from tests.browser.conftest import Open, drafts_in
from tests.browser.drawing import click, drag, on_tile, saved, spot, start, suggest, told

pytestmark = pytest.mark.django_db(transaction=True)

SUGGESTED = {
    "boxes": [
        {"class": 1, "x": 8, "y": 8, "width": 8, "height": 6, "score": 0.9},
        {"class": 2, "x": 24, "y": 22, "width": 6, "height": 6, "score": 0.3},
    ]
}


@pytest.fixture
def boxed(alice: AbstractBaseUser, carol: AbstractBaseUser, tmp_path) -> Project:
    """Return a project of boxes that may be turned, with twelve tiles in a round."""
    project = factories.make_project(alice, task="boxes", task_options={"rotated": True, "threshold": 0.5})
    factories.join(project, carol, Role.REVIEWER)
    factories.make_scene(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    return project


def near(box: dict, x: float, y: float, width: float, height: float) -> bool:
    """Return whether a box lies there, to a pixel."""
    wanted = {"x": x, "y": y, "width": width, "height": height}
    return all(abs(box[name] - value) < 1 for name, value in wanted.items())


def test_it_works(boxed: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, boxed)
    drag(page, (4, 4), (14, 10))
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    drag(page, (18, 18), (28, 26))
    told(page, "2 boxes")
    one, other = saved(page, boxed.samples.first())["boxes"]
    assert near(one, 9, 7, 10, 6) and one["class"] == 1
    assert near(other, 23, 22, 10, 8) and other["class"] == 2
    assert drafts_in(page) == []


def test_boxes_that_were_not_saved_outlive_a_reload(boxed: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, boxed)
    drag(page, (4, 4), (14, 10))
    told(page, "1 box")
    page.reload()
    told(page, "1 box")
    (box,) = saved(page, boxed.samples.first())["boxes"]
    assert near(box, 9, 7, 10, 6)


def test_a_box_is_moved_sized_and_turned_by_its_grips_and_all_of_it_undone(
    boxed: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    start(page, boxed)
    drag(page, (8, 12), (16, 18))
    drag(page, (12, 15), (16, 17))  # as a whole
    drag(page, (20, 20), (24, 22))  # by its lower right corner
    expect(page.locator("#stage .grip")).to_have_count(9)
    x, y = spot(page, 18, 14)
    page.mouse.move(x, y - 26)  # by the grip above
    page.mouse.down()
    page.mouse.move(*spot(page, 30, 18), steps=4)
    page.mouse.up()
    (box,) = saved(page, boxed.samples.first())["boxes"]
    assert near(box, 18, 18, 12, 8) and box["angle"] == pytest.approx(90, abs=3)
    on_tile(page, 1)
    page.keyboard.press("ArrowLeft")
    on_tile(page, 0)
    for _ in range(4):
        page.keyboard.press("Control+z")
    told(page, "0 boxes")


def test_the_keyboard_alone_draws(boxed: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, boxed)
    for key in ("a", "Shift+ArrowLeft", "ArrowUp", "Control+ArrowRight", "r", "3", "d", "Tab", "Delete"):
        page.keyboard.press(key)
    told(page, "1 box")
    for key in ("a", "Shift+Tab", "2"):
        page.keyboard.press(key)
    boxes = saved(page, boxed.samples.first())["boxes"]
    assert len(boxes) == 2 and sorted(box["class"] for box in boxes) == [2, 3]
    turned = next(box for box in boxes if box.get("angle"))
    assert turned["angle"] == 5 and turned["width"] == 7 and turned["height"] == 6


def test_suggestions_are_drawn_and_guesses_taken_by_a_click(
    boxed: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    first, second = boxed.samples.all()[:2]
    for sample in (first, second):
        suggest(boxed, sample, SUGGESTED)
    page = open_page(alice)
    start(page, boxed)
    told(page, "1 box, 1 by the model, 1 guess")
    expect(page.locator("#stage .ghost")).to_have_count(1)
    assert len(saved(page, first)["boxes"]) == 1
    on_tile(page, 1)
    click(page, 24, 22)
    told(page, "2 boxes, 1 by the model")
    boxes = saved(page, second)["boxes"]
    assert [box["class"] for box in boxes] == [1, 2]
    assert all("score" not in box for box in boxes)


def test_one_key_says_that_none_is_here_and_nothing_drawn_is_not_saved(
    boxed: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    start(page, boxed)
    page.keyboard.press("Enter")
    expect(page.get_by_text("No box is drawn yet")).to_be_visible()
    assert saved(page, boxed.samples.first(), "n") == {"boxes": []}


def test_boxes_are_drawn_in_all_panes_and_nothing_is_out_of_reach(
    boxed: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    start(page, boxed)
    drag(page, (4, 4), (14, 10))
    page.get_by_role("button", name="Add pane").click()
    expect(page.locator("#stage .drawn-objects")).to_have_count(2)
    expect(page.locator("#stage .object.selected")).to_have_count(2)
    assert violations(page) == []


def test_a_reviewer_sees_the_boxes_over_the_pictures(boxed: Project, carol: AbstractBaseUser, open_page: Open) -> None:
    suggest(boxed, boxed.samples.first(), SUGGESTED)
    page: Page = open_page(carol)
    page.goto(reverse("review", args=[boxed.pk]))
    card = page.locator(".card")
    expect(card).to_have_count(1)
    expect(card.locator(".object")).to_have_count(1)  # the guess is none
    expect(card).to_contain_text("1 Open water")


def test_a_reviewer_corrects_a_card_on_its_tile(boxed: Project, carol: AbstractBaseUser, open_page: Open) -> None:
    sample = boxed.samples.first()
    suggest(boxed, sample, SUGGESTED)
    page = open_page(carol)
    page.goto(reverse("review", args=[boxed.pk]))
    expect(page.get_by_text(f"Tile {sample.index} is wrong:")).to_be_visible()
    with page.context.expect_page() as opened:  # in a tab that knows nothing of this one
        page.get_by_role("button", name="Correct it on its tile").click()
    place = f"Tile in column {sample.tile.column}, row {sample.tile.row},"
    expect(opened.value.get_by_role("img", name=re.compile(place)).first).to_be_visible()
