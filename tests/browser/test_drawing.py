"""Drawing shapes into masks by pointer and keys: what is saved is what was drawn, and can be edited again."""

import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Page, expect

from annotation.arrays.masks import load_mask
from annotation.models import Annotation, Project
from tests.browser.conftest import Open
from tests.browser.test_segment import SIDE, painted, spot, start, stroke

__all__ = ["painted"]
pytestmark = pytest.mark.django_db(transaction=True)


def save(page: Page) -> Annotation:
    """Save, wait until the answer has arrived and return it."""
    with page.expect_response("**/annotations/"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("img", name=re.compile("column 1, row 0,"))).to_be_visible()
    return Annotation.objects.latest("pk")


def labelled(page: Page, pixels: int) -> None:
    expect(page.get_by_text(f"{pixels} of {SIDE * SIDE} pixels labelled")).to_be_visible()


def rounded(said: Annotation) -> list[tuple[int, list[list[tuple[int, int]]]]]:
    """Return class and corners of what was drawn, to the pixel, from the least on."""
    return [
        (each["class"], [sorted((round(x), round(y)) for x, y in ring) for ring in each["polygon"]])
        for each in said.value.get("shapes", [])
    ]


def test_it_works(painted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, painted)
    page.keyboard.press("2")
    page.keyboard.press("Shift+R")
    page.mouse.move(*spot(page, 4, 4))
    page.mouse.down()
    page.mouse.move(*spot(page, 24, 16))
    expect(page.locator(".tile-words")).to_have_text(re.compile("m² · 640 m|ha · 640 m"))
    page.mouse.up()
    labelled(page, 240)
    page.keyboard.press("Shift+H")
    for corner in ((8, 8), (12, 8), (12, 12), (8, 12)):
        page.mouse.click(*spot(page, *corner))
    page.keyboard.press("Enter")
    labelled(page, 224)
    said = save(page)
    outer, hole = [(4, 4), (4, 16), (24, 4), (24, 16)], [(8, 8), (8, 12), (12, 8), (12, 12)]
    assert rounded(said) == [(2, [outer, hole])]
    assert int((load_mask(said.mask) == 2).sum()) == 224


def test_corners_are_moved_after_a_reload_and_on_the_way_back(
    painted: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    start(page, painted)
    page.keyboard.press("2")
    page.keyboard.press("Shift+R")
    stroke(page, (4, 4), (12, 12))
    labelled(page, 64)
    page.reload()
    labelled(page, 64)
    page.keyboard.press("Shift+V")
    stroke(page, (12, 12), (16, 12))
    labelled(page, 80)
    save(page)
    page.get_by_role("button", name=re.compile("^Back")).click()
    labelled(page, 80)
    page.keyboard.press("Shift+V")
    page.keyboard.press("Tab")
    expect(page.locator(".tile-dot.current").first).to_be_attached()
    page.mouse.click(*spot(page, 8, 8))
    page.keyboard.press("Delete")
    labelled(page, 0)
    page.keyboard.press("Control+z")
    labelled(page, 80)


def test_paint_over_a_shape_leaves_only_paint(painted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, painted)
    page.keyboard.press("2")
    page.keyboard.press("Shift+R")
    stroke(page, (4, 4), (12, 12))
    labelled(page, 64)
    page.get_by_label("Size").fill("1")
    page.keyboard.press("e")
    stroke(page, (6.5, 6.5), (8.5, 6.5))
    labelled(page, 61)
    assert "shapes" not in save(page).value


def test_a_locked_class_is_not_painted_over(painted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, painted)
    page.keyboard.press("2")
    page.keyboard.press("Shift+R")
    stroke(page, (4, 4), (12, 12))
    labelled(page, 64)
    page.keyboard.press("Shift+K")
    lock = page.locator(".lock").nth(1)
    expect(lock).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("3")
    stroke(page, (8, 4), (16, 12))
    labelled(page, 96)
    lock.click()
    expect(lock).to_have_attribute("aria-pressed", "false")
    said = save(page)
    assert said.value["pixels"] == {"2": 64, "3": 32}
    assert len(said.value["shapes"]) == 2


def test_a_line_splits_a_shape_and_a_click_joins_it(painted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, painted)
    page.keyboard.press("2")
    page.keyboard.press("Shift+F")
    stroke(page, (4, 4), (20, 4), (20, 20), (4, 20), (4, 5))
    page.keyboard.press("Shift+S")
    for corner in ((0, 12), (28, 12)):
        page.mouse.click(*spot(page, *corner))
    page.keyboard.press("Enter")
    assert len(save(page).value["shapes"]) == 2
    page.get_by_role("button", name=re.compile("^Back")).click()
    page.get_by_role("button", name=re.compile("^Join")).click()
    page.mouse.click(*spot(page, 8, 8))
    assert len(save(page).value["shapes"]) == 1


def test_nothing_suggests_where_there_is_no_suggestion_and_no_message_covers_a_control(
    painted: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice, viewport={"width": 1366, "height": 768})
    start(page, painted)
    expect(page.get_by_role("button", name=re.compile("^Suggestion"))).to_be_disabled()
    page.keyboard.press("m")
    message = page.get_by_text("There is no suggestion for this tile.")
    expect(message).to_be_visible()
    box = page.locator("#toasts .toast").bounding_box()
    assert box
    for control in page.locator(".panel button, .looks button, .sitting").all():
        other = control.bounding_box()
        if other:
            beside = box["x"] + box["width"] <= other["x"] or other["x"] + other["width"] <= box["x"]
            apart = box["y"] + box["height"] <= other["y"] or other["y"] + other["height"] <= box["y"]
            assert beside or apart, control.text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_drawn_shows_in_the_colour_of_its_class(
    painted: Project, alice: AbstractBaseUser, open_page: Open, scheme: str
) -> None:
    page = open_page(alice, viewport={"width": 1366, "height": 768}, color_scheme=scheme)
    start(page, painted)
    page.keyboard.press("1")
    page.keyboard.press("Shift+R")
    stroke(page, (2, 18), (12, 30))
    page.keyboard.press("2")
    page.keyboard.press("p")
    for corner in ((4, 4), (24, 6), (20, 16)):
        page.mouse.click(*spot(page, *corner))
    swatch = page.locator(".classes .swatch").nth(1)
    colour = swatch.evaluate("node => getComputedStyle(node).backgroundColor")
    sketch = page.locator(".tile-sketch:not(.halo)").first
    assert sketch.evaluate("node => getComputedStyle(node).fill") == colour
    expect(page.locator(".tile-words")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".tile-words")).to_have_count(0)
    page.mouse.click(*spot(page, 20, 20))
    expect(page.locator(".tile-sketch").first).to_be_attached()
    page.keyboard.press("Escape")
    expect(page.locator(".tile-sketch")).to_have_count(0)
    page.keyboard.press("Shift+V")
    page.keyboard.press("Tab")
    expect(page.locator(".tile-dot.current")).to_be_visible()
