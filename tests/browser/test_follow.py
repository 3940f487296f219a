"""Lines that follow the border of a neighbour, or the edges in the picture: shown before the click, and saved so."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_benchmark.fixture import BenchmarkFixture

from annotation.arrays.masks import load_mask
from annotation.models import Annotation, Project
from tests import factories
from tests.browser.conftest import Open
from tests.browser.test_drawing import save
from tests.browser.test_likeness import hover_until_shown, pick
from tests.browser.test_segment import SIDE, painted, spot, start
from tests.browser.test_stroke import GESTURE

__all__ = ["painted"]
SHOTS = os.environ.get("SHOTS")
pytestmark = pytest.mark.django_db(transaction=True)


def corners(page: Page, *points: tuple[float, float]) -> None:
    for point in points:
        page.mouse.click(*spot(page, *point))


def test_it_works(painted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, painted)
    page.keyboard.press("2")
    page.keyboard.press("p")
    corners(page, (4, 4), (16, 4), (20, 12), (14, 20), (4, 20))
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(f"^[1-9][0-9]+ of {SIDE * SIDE} pixels labelled"))).to_be_visible()
    page.keyboard.press("Control+b")
    expect(page.get_by_role("button", name="Borders")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("1")
    corners(page, (16, 4))
    page.mouse.move(*spot(page, 14, 20), steps=3)
    expect(page.locator(".tile-words")).to_be_visible()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/borders.png")
    corners(page, (14, 20), (28, 20), (28, 4))
    page.keyboard.press("Enter")
    said = save(page)
    mask = load_mask(said.mask)
    assert (mask[4:20, 4:28] > 0).all()
    assert set(np.unique(mask)) == {0, 1, 2}
    left, right = (next(each for each in said.value["shapes"] if each["class"] == code) for code in (2, 1))
    shared = {(round(x), round(y)) for x, y in left["polygon"][0]} & {
        (round(x), round(y)) for x, y in right["polygon"][0]
    }
    assert shared == {(16, 4), (20, 12), (14, 20)}


def test_edges_of_the_picture_are_followed_once_that_is_asked_for(
    alice: AbstractBaseUser, tmp_path: Path, open_page: Open
) -> None:
    """The scene has a bright disc; four clicks about its border are enough."""
    side = 64
    project = factories.make_project(alice, task="masks", tile_px=side)
    rows, columns = np.mgrid[0:side, 0:side] + 0.5
    inside = np.hypot(rows - 32, columns - 32) < 20
    picture = np.where(inside, 180, 40).astype(np.uint8)
    factories.make_scene(project, tmp_path, values=np.repeat(picture[None], 3, 0))
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_text(f"0 of {side * side} pixels labelled")).to_be_visible()
    page.keyboard.press("1")
    pick(page, "Click")
    hover_until_shown(page, 16, 16)  # what the tile looks like is known now
    page.keyboard.press("p")
    page.keyboard.press("Control+i")
    expect(page.get_by_role("button", name="Edges")).to_have_attribute("aria-pressed", "true")
    for x, y in ((32, 12.6), (51.5, 32.2), (32.4, 51.6), (12.5, 32)):
        page.mouse.move(*spot(page, x / 2 - 0.2, y / 2))
        page.mouse.click(*spot(page, x / 2, y / 2))
    page.mouse.move(*spot(page, 10, 8), steps=3)
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/edges.png")
    page.keyboard.press("Enter")
    with page.expect_response("**/annotations/"):
        page.keyboard.press("Enter")
    mask = load_mask(Annotation.objects.get().mask) == 1
    assert (mask & inside).sum() / (mask | inside).sum() > 0.95


def test_edges_are_followed_within_a_frame_on_large_tiles(
    alice: AbstractBaseUser, tmp_path: Path, open_page: Open, benchmark: BenchmarkFixture
) -> None:
    """`pytest tests/browser/test_follow.py --benchmark-enable`: at most 16 ms (p95) of the main thread for a move."""
    if benchmark.disabled:
        pytest.skip("only with --benchmark-enable")
    side = 1024
    project = factories.make_project(alice, task="masks", tile_px=side)
    picture = np.random.default_rng(0).integers(1, 255, (3, side, side), dtype=np.uint8)
    factories.make_scene(project, tmp_path, values=picture)
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_text(re.compile("^0 of 1048576 pixels labelled"))).to_be_visible()
    page.keyboard.press("2")
    pick(page, "Click")
    hover_until_shown(page, 16, 16)
    page.keyboard.press("p")
    page.keyboard.press("Control+i")
    box = page.locator(".leaflet-mask-pane svg, .leaflet-mask-pane canvas").first.bounding_box()
    press = 'send("pointerdown", 0.1, 0.5);'
    moves, _ = page.evaluate(GESTURE.replace(press, press + press.replace("down", "up")), box)
    expect(page.locator(".tile-words")).to_be_visible()
    p50, p95 = np.percentile(moves, (50, 95))
    benchmark.pedantic(lambda: None, rounds=1)
    print(f"\na move: p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    assert p95 <= 16
