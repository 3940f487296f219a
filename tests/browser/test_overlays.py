"""Overlays out of GeoJSON: added and shown on the overview, and as lines beneath the masks on the label page."""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Member, Overlay, Project
from tests import factories
from tests.browser.conftest import Open
from tests.browser.dated import add_scenes, panes, shot, start, until

pytestmark = pytest.mark.django_db(transaction=True)
PLOTS = {
    "type": "GeometryCollection",
    "geometries": [
        {"type": "LineString", "coordinates": [[8.99, 45.1405], [9.025, 45.1575]]},
        {"type": "Polygon", "coordinates": [[[9.001, 45.147], [9.011, 45.147], [9.008, 45.1525], [9.001, 45.147]]]},
        {"type": "Point", "coordinates": [9.0125, 45.1505]},
    ],
}


@pytest.fixture
def project(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a project with imagery."""
    made = factories.make_project(alice)
    add_scenes(made, tmp_path)
    factories.make_round(made, list(made.samples.all()))
    return made


def inked(page: Page) -> int:
    """Return how many pixels of the overview's drawings have ink."""
    count: int = page.evaluate("""() => {
        const canvas = document.querySelector(".leaflet-drawings-pane canvas");
        if (!canvas?.width) return 0;
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.filter((value, at) => at % 4 === 3 && value > 0).length; }""")
    return count


def test_it_works(
    project: Project, alice: AbstractBaseUser, tmp_path: Path, open_page: Open, excused: list[str]
) -> None:
    excused.append("willReadFrequently")  # of this test's own looking
    (tmp_path / "Field plots.geojson").write_text(json.dumps(PLOTS))
    page = open_page(alice)
    page.goto(reverse("project", args=[project.pk]))
    page.get_by_text("Context", exact=True).click()
    page.get_by_label("Add a GeoJSON file").set_input_files(tmp_path / "Field plots.geojson")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Field plots")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("checkbox", name="Field plots")).to_be_checked()
    until(page, lambda: inked(page) > 500)
    shot(page, "overlay-overview")
    page.get_by_role("checkbox", name="Field plots").uncheck()
    until(page, lambda: inked(page) == 0)
    page.get_by_role("checkbox", name="Field plots").check()
    until(page, lambda: inked(page) > 500)
    page.reload()
    until(page, lambda: inked(page) > 500)
    page.get_by_text("Context", exact=True).click()
    page.get_by_role("button", name="Delete Field plots").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("Context", exact=True).click()  # the click into the question closed it
    expect(page.get_by_text("None yet.", exact=True)).to_be_visible()
    until(page, lambda: inked(page) == 0)
    assert not Overlay.objects.exists()


def test_what_is_wrong_with_a_file_is_said_in_the_menu(
    project: Project, alice: AbstractBaseUser, tmp_path: Path, open_page: Open, excused: list[str]
) -> None:
    excused.append("400")
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "Point", "coordinates": [45.148, 9.005]}))
    page = open_page(alice)
    page.goto(reverse("project", args=[project.pk]))
    page.get_by_text("Context", exact=True).click()
    page.get_by_label("Add a GeoJSON file").set_input_files(tmp_path / "a.geojson")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="swapped")).to_be_visible()


def test_a_long_name_breaks_beside_its_box(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    name = "Plots that were walked by the second party in the wet week of May"
    factories.make_overlay(project, name=name)
    page = open_page(alice)
    page.goto(reverse("project", args=[project.pk]))
    page.get_by_text("Context", exact=True).click()
    box = page.get_by_role("checkbox", name=name).bounding_box()
    left, right = page.get_by_text(name).evaluate(
        """(label) => {
             const words = document.createRange();
             words.selectNode(label.lastChild);
             const { left, right } = words.getBoundingClientRect();
             return [left, right];
           }"""
    )
    away = page.get_by_role("button", name=f"Delete {name}").bounding_box()
    assert box and away
    assert box["x"] + box["width"] <= left and right <= away["x"] + 1


def test_whoever_looks_on_shows_and_hides_and_no_more(
    project: Project, django_user_model: type[AbstractBaseUser], open_page: Open
) -> None:
    dave = factories.make_user("dave")
    Member.objects.create(project=project, user=dave, role="viewer")
    page = open_page(dave)
    page.goto(reverse("project", args=[project.pk]))
    expect(page.locator("#map-tools .choice")).to_be_visible()
    expect(page.get_by_text("Context", exact=True)).to_have_count(0)  # nothing is offered
    factories.make_overlay(project, content=PLOTS)
    page.reload()
    page.get_by_text("Context", exact=True).click()
    expect(page.get_by_role("checkbox", name="Border")).not_to_be_checked()
    expect(page.get_by_label("Add a GeoJSON file")).to_have_count(0)
    expect(page.get_by_role("button", name="Delete Border")).to_have_count(0)


def test_a_key_draws_them_on_the_stage_in_all_panes(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    factories.make_overlay(project, content=PLOTS)
    page = open_page(alice)
    start(page, project)
    lines = page.locator(".leaflet-lines-pane path.overlay-line:not(.halo)")
    expect(page.locator("#overlays")).to_have_attribute("aria-pressed", "false")
    expect(lines).to_have_count(0)
    page.keyboard.press("Shift+o")
    expect(page.locator("#overlays")).to_have_attribute("aria-pressed", "true")
    until(page, lambda: lines.count() >= 1)
    shot(page, "overlay-stage")
    one = lines.count()
    page.keyboard.press("/")
    expect(panes(page)).to_have_count(2)
    expect(lines).to_have_count(2 * one)
    page.keyboard.press("n")
    shot(page, "overlay-panes")
    page.reload()
    until(page, lambda: lines.count() >= 2)  # it is remembered
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Lines of the project's overlays")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Shift+o")
    expect(lines).to_have_count(0)


def test_a_tile_without_any_says_so_to_whoever_asks(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, project)
    page.keyboard.press("Shift+o")
    expect(page.get_by_text("No overlay of the project lies here.")).to_be_visible()
