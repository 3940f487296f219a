"""Panes of the label page: several views of one tile side by side, by the keyboard and by the pointer."""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from annotation.arrays.masks import load_mask
from annotation.ingest import Status, Wishes, ingest_files
from annotation.models import Annotation, Project, Sample, Scene
from tests import factories
from tests.browser.conftest import Open
from tests.rasters import write_raster

SHOTS = os.environ.get("SHOTS")
SIDE = 32
pytestmark = pytest.mark.django_db(transaction=True)


SCENES = [("march", 7, "2021-03-01"), ("may", 7, "2021-05-01"), ("drone", 3, "2021-05-03")]


def add_scenes(
    project: Project,
    folder: Path,
    scenes: list[tuple[str, int, str]] = SCENES,
    *,
    size: tuple[int, int] = (96, 128),
) -> list[Scene]:
    """Add scenes of the same ground, by name, number of bands and day."""
    made: list[Scene] = []
    for name, bands, day in scenes:
        path = write_raster(folder / f"{name}.tif", ground(bands, *size, seed=len(made)))
        (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
        assert result.status is Status.ACCEPTED, result.message
        made.append(Scene.objects.filter(project=project).latest("pk"))
        made[-1].set_moment(datetime.fromisoformat(day).replace(tzinfo=UTC))
        made[-1].save()
    return made


def ground(bands: int, height: int, width: int, *, seed: int) -> NDArray[np.uint16]:
    """Return waves and grain, other ones for each seed."""
    grain = np.random.default_rng(seed).normal(0, 60, (bands, height, width))
    rows, columns = np.mgrid[:height, :width]
    waves = np.sin(columns / 9 + seed) + np.cos(rows / 7 - seed)
    levels = 1200 + 400 * waves[None] * np.linspace(0.5, 1.5, bands)[:, None, None]
    return np.clip(levels + grain, 1, None).astype(np.uint16)


@pytest.fixture
def dated(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a project whose tiles were seen three times, by two sensors."""
    project = factories.make_project(alice)
    add_scenes(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    return project


def start(page: Page, project: Project) -> None:
    page.goto(reverse("label", args=[project.pk]))
    expect(panes(page)).to_have_count(1)
    expect(page.locator("#stage")).not_to_have_class(re.compile("empty"))


def panes(page: Page) -> Locator:
    return page.locator("#panes .pane")


def titles(page: Page) -> Locator:
    return page.locator(".pane-title")


def pictures(page: Page) -> list[str]:
    """Return the addresses of the pictures on the screen, pane by pane."""
    shown: list[str] = page.locator("img.tile-picture").evaluate_all("all => all.map(one => one.src)")
    return shown


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(25)
    raise AssertionError("It never came about.")


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=f"{SHOTS}/{name}.png")


def test_it_works(dated: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, dated)
    expect(titles(page)).to_have_text(re.compile("2021-03-01 · "))
    for count in (2, 3, 4):
        page.keyboard.press("/")
        expect(panes(page)).to_have_count(count)
    expect(titles(page).filter(has_text="2021-05-01")).to_have_count(1)
    expect(page.get_by_role("img", name=re.compile("tile in column 0, row 0"))).to_have_count(4)
    before = pictures(page)
    assert len(set(before)) == 4
    shot(page, "panes-4")
    page.keyboard.press("1")  # the next tile, in all panes
    expect(page.get_by_role("img", name=re.compile("tile in column 1, row 0"))).to_have_count(4)
    after = pictures(page)
    assert len(set(after) - set(before)) == 4
    wanted = [re.sub(r"samples/\d+", "", address) for address in before]
    assert [re.sub(r"samples/\d+", "", address) for address in after] == wanted
    page.reload()
    expect(panes(page)).to_have_count(4)
    page.keyboard.press("Shift+X")
    expect(panes(page)).to_have_count(3)


def test_keys_change_the_active_pane_alone(dated: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, dated)
    page.keyboard.press("/")
    expect(panes(page).nth(1)).to_have_class(re.compile("active"))
    first = titles(page).nth(0).inner_text()
    second = titles(page).nth(1)
    view = second.inner_text().split(" · ")[-1]
    page.keyboard.press("t")  # two dates of this sensor: back to the first
    expect(second).to_contain_text(f"2021-03-01 · {view}")
    page.keyboard.press("Shift+T")
    expect(second).to_contain_text(f"2021-05-01 · {view}")
    page.keyboard.press("b")
    expect(second).not_to_contain_text(view)
    page.keyboard.press("v")
    expect(second).to_contain_text("2021-05-03")
    expect(titles(page).nth(0)).to_have_text(first)
    page.keyboard.press(",")
    expect(panes(page).nth(0)).to_have_class(re.compile("active"))
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    for text in ("Add a pane beside the active one", "Next date, in the same view", "Next sensor", "To the next pane"):
        expect(keys.get_by_text(text)).to_be_visible()


def test_panes_move_together_and_have_one_cursor(dated: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, dated)
    page.keyboard.press("/")
    expect(page.locator("img.tile-picture")).to_have_count(2)

    def places() -> list[tuple[int, int, int]]:
        found = page.locator("img.tile-picture").evaluate_all(
            """all => all.map(one => {
                const [frame, image] = [one.closest(".pane"), one].map(node => node.getBoundingClientRect());
                return [image.x - frame.x, image.y - frame.y, image.width].map(Math.round);
            })"""
        )
        return [tuple(place) for place in found]

    first = places()
    assert max(abs(one - other) for one, other in zip(*first, strict=True)) <= 1  # whole pixels of the window
    box = panes(page).nth(1).bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.wheel(0, -300)
    until(page, lambda: places()[0][2] > first[0][2])
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1] + 25, steps=4)
    page.mouse.up()
    moved = places()
    assert moved[0] != first[0]
    assert max(abs(one - other) for one, other in zip(*moved, strict=True)) <= 1
    expect(page.locator(".tile-cross")).to_have_count(1)
    cross = panes(page).nth(0).locator(".tile-cross")
    expect(cross).to_be_visible()
    there = cross.bounding_box()
    left = panes(page).nth(0).bounding_box()
    assert there
    assert left
    offset = there["x"] + there["width"] / 2 - left["x"]
    assert abs(offset - (middle[0] + 40 - box["x"])) < 2


def test_paint_shows_in_all_panes(alice: AbstractBaseUser, tmp_path: Path, open_page: Open) -> None:
    project = factories.make_project(alice, task="masks")
    add_scenes(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    start(page, project)
    page.keyboard.press("/")
    expect(page.locator("canvas.tile-mask")).to_have_count(2)
    page.get_by_label("Size").fill("1")
    page.keyboard.press("2")
    for pane, (y, code) in enumerate([(10.5, "2"), (20.5, "3")]):  # one stroke in each pane
        page.keyboard.press(code)
        canvas = panes(page).nth(pane).locator("canvas.tile-mask")
        box = canvas.bounding_box()
        assert box
        spots = [(box["x"] + x / SIDE * box["width"], box["y"] + y / SIDE * box["height"]) for x in (4.5, 20.5)]
        page.mouse.move(*spots[0])
        page.mouse.down()
        page.mouse.move(*spots[1])
        page.mouse.up()
    expect(panes(page).nth(1)).to_have_class(re.compile("active"))
    page.wait_for_timeout(100)
    drawn = page.locator("canvas.tile-mask").evaluate_all("all => all.map(one => one.toDataURL())")
    assert drawn[0] == drawn[1]
    shot(page, "panes-paint")
    with page.expect_response("**/annotations/"):
        page.keyboard.press("Enter")
    expected = np.zeros((SIDE, SIDE), np.uint8)
    expected[10, 4:21] = 2
    expected[20, 4:21] = 3
    sample = Sample.objects.filter(project=project).first()
    np.testing.assert_array_equal(load_mask(Annotation.objects.get(sample=sample).mask), expected)


def test_a_picture_that_fails_leaves_the_others(
    dated: Project, alice: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append("500")
    page = open_page(alice)
    start(page, dated)
    drone = dated.scenes.get(name__startswith="drone")
    page.route(re.compile(rf"scene={drone.pk}\b"), lambda route: route.fulfill(status=500))
    page.keyboard.press("/")
    page.keyboard.press("v")
    expect(page.get_by_role("alert").filter(has_text="could not be loaded")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_role("img", name=re.compile("Pane 1: tile in column 1, row 0"))).to_be_visible()


@pytest.mark.parametrize("width", [1366, 768])
def test_four_panes_fit_the_window(dated: Project, alice: AbstractBaseUser, open_page: Open, width: int) -> None:
    page = open_page(alice, viewport={"width": width, "height": 768})
    start(page, dated)
    for _ in range(3):
        page.keyboard.press("/")
    expect(panes(page)).to_have_count(4)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        shot(page, f"panes-{width}-{scheme}")
    wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= window


def test_two_dates_are_compared_by_swipe_and_by_flicker(
    dated: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    start(page, dated)
    page.keyboard.press("w")
    divider = page.get_by_role("slider", name="Divider")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    expect(page.locator("img.tile-picture")).to_have_count(2)
    expect(page.locator(".pane-title.other")).to_contain_text("2021-05-01")
    shot(page, "panes-swipe")
    page.keyboard.press("<")
    expect(divider).to_have_attribute("aria-valuenow", "45")
    divider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "55")
    expect(page.get_by_role("img", name=re.compile("column 0, row 0"))).to_be_visible()  # the arrows did not go on
    box = divider.bounding_box()
    pane = panes(page).first.bounding_box()
    assert box
    assert pane
    page.mouse.move(box["x"] + 7, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(pane["x"] + 0.25 * pane["width"], box["y"] + 60)
    page.mouse.up()
    expect(divider).to_have_attribute("aria-valuenow", "25")
    page.keyboard.press("1")  # the next tile is compared as well
    expect(page.get_by_role("img", name=re.compile("column 1, row 0"))).to_be_visible()
    expect(page.locator("img.tile-picture")).to_have_count(2)
    page.keyboard.press("w")
    expect(page.locator("img.tile-picture")).to_have_count(1)
    page.keyboard.down("l")
    expect(page.locator("img.tile-picture")).to_have_count(2)
    page.keyboard.up("l")
    expect(page.locator("img.tile-picture")).to_have_count(1)
    page.keyboard.press("Shift+L")
    expect(page.get_by_label("Changes a second")).to_be_visible()
    other = page.locator(".pane-title.other")
    expect(other).to_be_visible()
    expect(other).to_be_hidden()
    page.keyboard.press("Shift+L")
    expect(page.locator("img.tile-picture")).to_have_count(1)


def test_the_contrast_is_the_tiles_own(dated: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, dated)
    before = pictures(page)
    page.keyboard.press("c")
    expect(page.locator("#contrast")).to_have_attribute("aria-pressed", "true")
    until(page, lambda: pictures(page) != before)
    assert "%22of%22%3A%22tile%22" in pictures(page)[0]
    page.keyboard.press("c")
    until(page, lambda: pictures(page) == before)


def test_a_slider_goes_through_many_dates(alice: AbstractBaseUser, tmp_path: Path, open_page: Open) -> None:
    project = factories.make_project(alice)
    days = [f"2021-{month:02}-10" for month in range(1, 7)]
    add_scenes(project, tmp_path, [(f"m{day}", 7, day) for day in days])
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    start(page, project)
    slider = page.get_by_role("slider", name="Date")
    expect(slider).to_have_attribute("aria-valuetext", "2021-01-10")
    expect(page.locator(".dates button")).to_have_count(6)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "2021-03-10")
    expect(page.get_by_role("img", name=re.compile("column 0, row 0, 2021-03-10"))).to_be_visible()
    page.locator(".dates button").nth(4).click()
    expect(titles(page)).to_contain_text("2021-05-10")
    page.keyboard.press("t")
    expect(page.locator(".dates .current")).to_have_text("2021-06-10")
    shot(page, "panes-times")


def test_two_dates_need_no_slider(dated: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, dated)
    expect(page.locator("#times")).to_be_hidden()


def test_a_view_is_made_saved_and_named(
    dated: Project, alice: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append("400 (Bad Request)")  # what cannot be read is told
    page = open_page(alice)
    start(page, dated)
    page.keyboard.press("Shift+C")
    editor = page.get_by_role("dialog", name="View")
    expect(editor.get_by_label("View", exact=True)).to_be_focused()
    expect(editor.get_by_role("slider", name=re.compile("becomes white"))).to_have_count(3)
    shot(page, "view-editor-composite")
    editor.get_by_label("Numbers").select_option("expression")
    editor.get_by_label("Band or arithmetic").fill("nir - nonsense")
    page.keyboard.press("Tab")
    expect(editor.get_by_role("alert")).to_contain_text("nonsense")
    editor.get_by_label("Band or arithmetic").fill("(nir - red) / (nir + red)")
    page.keyboard.press("Tab")
    expect(titles(page)).to_contain_text("(nir - red) / (nir + red)")
    expect(editor.get_by_role("alert")).to_have_text("")
    editor.get_by_label("Colours").select_option("viridis")
    until(page, lambda: "viridis" in pictures(page)[0])
    white = editor.get_by_role("slider", name=re.compile("becomes white"))
    expect(white).to_have_count(1)
    before = white.get_attribute("aria-valuenow")
    white.focus()
    page.keyboard.press("ArrowLeft")
    until(page, lambda: "%22by%22%3A%22ends%22" in pictures(page)[0])
    assert before != white.get_attribute("aria-valuenow")
    shot(page, "view-editor")
    editor.get_by_label("Name").fill("Green things")
    editor.get_by_role("button", name="Save as new").click()
    expect(titles(page)).to_contain_text("Green things")
    editor.get_by_label("Name").fill("Plants")
    editor.get_by_role("button", name="Rename").click()
    expect(titles(page)).to_contain_text("Plants")
    saved = dated.views.get()
    assert (saved.name, saved.recipe["ramp"], saved.recipe["stretch"]["by"]) == ("Plants", "viridis", "ends")
    page.keyboard.press("Escape")
    expect(editor).to_be_hidden()
    page.keyboard.press("1")
    expect(page.get_by_role("img", name=re.compile("column 1, row 0, .*Plants"))).to_be_visible()


def test_a_layout_is_saved_for_all(dated: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, dated)
    page.keyboard.press("/")
    page.keyboard.press("v")
    expect(titles(page).nth(1)).to_contain_text("2021-05-03")
    page.keyboard.press("Shift+W")
    menu = page.get_by_role("dialog", name="Layouts")
    menu.get_by_label("Name of the layout").fill("Both sensors")
    page.keyboard.press("Enter")
    expect(menu.get_by_role("button", name="Both sensors", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+X")
    expect(panes(page)).to_have_count(1)
    page.keyboard.press("Shift+W")
    menu.get_by_role("button", name="Both sensors", exact=True).click()
    expect(panes(page)).to_have_count(2)
    expect(titles(page).nth(1)).to_contain_text("2021-05-03")
    page.keyboard.press("Shift+W")
    shot(page, "panes-layouts")
    menu.get_by_role("button", name="Delete Both sensors").click()
    expect(menu.get_by_text("No layout is saved yet.")).to_be_visible()
    assert not dated.layouts.exists()
