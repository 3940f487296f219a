"""What is at the cursor: values, spectra, series and profiles beside the tile, by pointer and by keys."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Page, Route, expect

from annotation.ingest import correct_sensor
from annotation.models import Project
from tests import factories
from tests.browser.conftest import Open
from tests.browser.covering import covered, drawn_share
from tests.browser.test_label import start, tile
from tests.rasters import ramp

pytestmark = pytest.mark.django_db(transaction=True)
BANDS = ("Blue", "Green", "Red", "NIR")


@pytest.fixture
def watched(project: Project, tmp_path: Path) -> Project:
    """Return the project with three dates of four bands and a model of the ground, its samples in a round."""
    for step in range(3):
        values = (ramp(4, 96, 128, "uint16") * 10 + 40 * step).astype("uint16")
        scene = factories.make_scene(project, tmp_path, name=f"s{step}", values=values, descriptions=BANDS)
        scene.set_moment(date(2020, 6, 1) + timedelta(days=10 * step))
        scene.save()
    ground = np.broadcast_to(np.linspace(100, 160, 128, dtype=np.float32), (1, 96, 128)).copy()
    correct_sensor(factories.make_scene(project, tmp_path, name="dem", values=ground), "elevation")
    factories.make_round(project, list(project.samples.all()))
    return project


def panel(page: Page):
    return page.get_by_role("region", name="At the cursor")


def test_it_works(watched: Project, bob: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(bob)
    start(page, watched)
    expect(panel(page)).to_be_hidden()
    page.keyboard.press("i")
    expect(panel(page)).to_contain_text("EPSG:32632")
    expect(panel(page).get_by_role("table").first).to_be_visible()
    expect(panel(page).get_by_role("row", name=re.compile("^NIR|near"))).to_be_visible()
    expect(panel(page).get_by_role("table").first.get_by_role("caption")).to_have_text("Unit: DN")
    expect(panel(page).get_by_role("cell", name="DN")).to_have_count(0)  # it is said once
    expect(panel(page).get_by_role("cell", name="m", exact=True)).to_have_count(1)
    expect(panel(page).get_by_role("img", name=re.compile("^Spectrum of"))).to_be_visible()
    expect(panel(page).get_by_role("img", name=re.compile("^NDVI.* 3 dates"))).to_be_visible()
    assert drawn_share(panel(page).get_by_role("img", name=re.compile("^Spectrum of"))) > 0.5
    page.reload()
    expect(panel(page)).to_contain_text("EPSG:32632")  # it is remembered
    page.keyboard.press("i")
    expect(panel(page)).to_be_hidden()


def test_the_pointer_tells_where_to_look(watched: Project, bob: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(bob)
    start(page, watched)
    page.keyboard.press("i")
    grid = panel(page).get_by_text("EPSG:32632")
    expect(grid).to_be_visible()
    before = grid.text_content()
    box = tile(page).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 + 90, box["y"] + box["height"] / 2 + 60)
    expect(grid).not_to_have_text(before)
    page.keyboard.press("Shift+I")
    expect(panel(page).get_by_text("pinned")).to_be_visible()
    pinned = grid.text_content()
    page.mouse.move(box["x"] + box["width"] / 2 - 90, box["y"] + box["height"] / 2)
    page.wait_for_timeout(400)
    expect(grid).to_have_text(pinned)


def test_keys_pin_a_place_and_move_it(watched: Project, bob: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(bob)
    start(page, watched)
    page.keyboard.press("i")
    expect(panel(page)).to_contain_text("500160.0, 4999840.0")
    page.keyboard.press("Shift+ArrowRight")
    expect(panel(page)).to_contain_text("500175.0, 4999835.0")
    page.keyboard.press("Shift+ArrowUp")
    expect(panel(page)).to_contain_text("500175.0, 4999845.0")
    expect(panel(page).get_by_role("status")).to_contain_text("At 45.1")
    page.keyboard.press("2")
    expect(panel(page)).to_contain_text("500480.0, 4999840.0")  # the next tile begins in its middle


def test_a_line_gives_a_profile_of_heights(watched: Project, bob: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(bob)
    start(page, watched)
    page.keyboard.press("i")
    expect(panel(page)).to_contain_text("Press Shift P where the line begins")
    page.keyboard.press("Shift+P")
    expect(panel(page)).to_contain_text("Now go to where the line ends")
    for _ in range(8):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+P")
    expect(panel(page).get_by_role("img", name=re.compile("^Height profile: 8[45].* m long"))).to_be_visible()
    page.keyboard.press("Shift+P")
    expect(panel(page)).to_contain_text("Press Shift P where the line begins")


def test_classes_appear_in_the_spectrum(watched: Project, bob: AbstractBaseUser, open_page: Open) -> None:
    samples = list(watched.samples.order_by("index"))
    factories.label(samples[10], bob, 1)
    factories.label(samples[11], bob, 2)
    page = open_page(bob)
    start(page, watched)
    page.keyboard.press("i")
    classes = panel(page).get_by_role("region", name="Spectrum").get_by_role("listitem")
    expect(classes).to_have_text([re.compile("Open water 1"), re.compile("Forest 1")])


def test_arithmetic_of_bands_can_be_asked_for(
    watched: Project, bob: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append("400")
    page = open_page(bob)
    start(page, watched)
    page.keyboard.press("i")
    asked = panel(page).get_by_role("combobox", name="Over time")
    asked.fill("nir - red")
    asked.press("Enter")
    expect(panel(page).get_by_role("img", name=re.compile("^nir - red"))).to_be_visible()
    asked.fill("nir -")
    asked.press("Enter")
    expect(panel(page)).to_contain_text("this is no arithmetic")


def test_a_key_asks_what_the_model_would_say_without_a_sensor(
    watched: Project, bob: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(bob)
    waiting, ready = {"state": "waiting"}, {"state": "ready", "difference": 1.0}
    ready |= {"with": {"text": "Forest", "confidence": 0.8}, "without": {"text": "Open water", "confidence": 0.6}}
    answers = [(202, waiting), (200, ready)]
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        status, told = answers.pop(0)
        route.fulfill(status=status, json=told)

    page.route("**/without/**", answer)
    start(page, watched)
    page.keyboard.press("Shift+M")
    expect(panel(page)).to_contain_text("it would be Open water (60%) instead of Forest (80%).")
    assert all(url.endswith("modality=optical") for url in asked)
    page.keyboard.press("2")
    expect(panel(page)).not_to_contain_text("instead of Forest")


def test_what_cannot_be_read_is_said_and_tried_again(
    watched: Project, bob: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append("503")
    page = open_page(bob)
    broken = [True]

    def answer(route: Route) -> None:
        if broken[0]:
            route.fulfill(status=503, json={"error": {"code": "away", "message": "The storage is away."}})
        else:
            route.continue_()

    page.route("**/cursor/**", answer)
    start(page, watched)
    page.keyboard.press("i")
    expect(panel(page).get_by_role("alert")).to_contain_text("The storage is away.")
    broken[0] = False
    panel(page).get_by_role("button", name="Try again").click()
    expect(panel(page)).to_contain_text("EPSG:32632")


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (768, 900)])
def test_it_covers_no_control_and_moves_no_answer(
    alice: AbstractBaseUser, tmp_path: Path, open_page: Open, size: tuple[int, int]
) -> None:
    project = factories.make_project(alice, classes=[f"Class number {number}" for number in range(1, 13)])
    factories.make_scene(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice, viewport={"width": size[0], "height": size[1]})
    start(page, project)
    boxes = [each.bounding_box() for each in page.locator("#answer button, #panel .actions button").all()]
    page.keyboard.press("i")
    expect(panel(page)).to_contain_text("EPSG:32632")
    now = [each.bounding_box() for each in page.locator("#answer button, #panel .actions button").all()]
    if size[0] > 800:
        assert now == boxes
        assert all(box["y"] + box["height"] <= size[1] for box in now)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert covered(page) == []
