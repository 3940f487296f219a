"""Panes of the label page: several views of one tile side by side, by the keyboard and by the pointer."""

import re
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.arrays.masks import load_mask
from annotation.models import Annotation, Project, Sample
from tests import factories
from tests.browser.conftest import Open
from tests.browser.dated import add_scenes, panes, pictures, shot, start, titles, until

pytestmark = pytest.mark.django_db(transaction=True)
SIDE = 32


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
    expect(page.get_by_role("img", name=re.compile("^Pane 2: tile"))).to_be_visible()
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


def test_the_view_is_told_whole_where_a_file_has_a_long_name(
    alice: AbstractBaseUser, tmp_path: Path, open_page: Open
) -> None:
    project = factories.make_project(alice)
    name = "land_cover_campaign_of_the_southern_mountains_flight_line"
    for bands in (7, 6, 3):
        factories.make_scene(project, tmp_path, name=f"{name}_{bands}", size=(bands, 96, 128))
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    start(page, project)
    for _ in range(3):
        page.keyboard.press("/")
    page.keyboard.press("i")
    expect(titles(page)).to_have_count(4)
    expect(page.locator("#inspector")).to_be_visible()
    page.wait_for_load_state("networkidle")
    for title in titles(page).all():
        which, view = title.locator(".title-which"), title.locator(".title-view")
        assert view.evaluate("each => each.scrollWidth <= each.clientWidth"), view.inner_text()
        assert which.evaluate("each => each.scrollWidth > each.clientWidth"), which.inner_text()
        outer, inner = title.bounding_box(), view.bounding_box()
        assert outer and inner
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
        assert name in (title.get_attribute("title") or "")
