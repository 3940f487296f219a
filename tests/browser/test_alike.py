"""Review: fifty more like the focused tile, and a look at its surroundings while a key is held."""

import os
import re

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.arrays.vectors import Vectors
from annotation.models import Project, Scene
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def suggested(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a project with twelve suggestions, whose tiles are of three looks, four of each."""
    samples = list(scene.project.samples.order_by("index"))
    version, ranked = factories.make_model_version(scene.project), factories.make_round(scene.project, samples)
    looks = np.eye(3, dtype=np.float32)[np.arange(12) % 3] + np.linspace(0, 0.01, 12, dtype=np.float32)[:, None]
    Vectors(scene.project, ranked.encoder).write(range(12), looks)
    for sample in samples:
        factories.suggest(version, sample, 2, 0.9)
    return scene.project


def cards(page: Page):
    return page.get_by_role("checkbox", name=re.compile("^Tile"))


def test_it_works(suggested: Project, carol: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(carol)
    page.goto(reverse("review", args=[suggested.pk]))
    expect(cards(page)).to_have_count(12)
    page.get_by_role("checkbox", name="Tile 4:").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    number = re.search(r"Tile (\d+)", page.locator(".card.current").get_attribute("aria-label") or "")
    assert number
    page.keyboard.press("f")
    expect(page.locator("#like")).to_contain_text(f"Like tile {number[1]}")
    expect(cards(page).first).to_have_attribute("aria-label", re.compile(f"^Tile {number[1]}:"))
    names = [card.get_attribute("aria-label") or "" for card in cards(page).all()[:4]]
    assert {int(re.findall(r"\d+", name)[0]) % 3 for name in names} == {int(number[1]) % 3}
    assert "alike=" in page.url
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/alike.png")
    page.reload()  # the address says whose look-alikes they are
    expect(page.locator("#like")).to_contain_text(f"Like tile {number[1]}")
    page.get_by_role("button", name="Show all again").click()
    expect(page.locator("#like")).to_be_hidden()
    assert "alike=" not in page.url


def test_a_held_key_shows_the_tile_with_its_surroundings(
    suggested: Project, carol: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(carol)
    page.goto(reverse("review", args=[suggested.pk]))
    expect(cards(page)).to_have_count(12)
    page.keyboard.down("c")
    large = page.get_by_role("img", name="with its surroundings")
    expect(large).to_be_visible()
    assert "margin=16" in (large.get_attribute("src") or "")
    expect(large).to_have_js_property("complete", True)
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/closer.png")
    page.keyboard.up("c")
    expect(large).to_be_hidden()


def test_from_the_label_page_a_key_opens_the_look_alikes(
    suggested: Project, carol: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(carol)
    page.goto(reverse("label", args=[suggested.pk]))
    expect(page.get_by_role("img", name=re.compile("^Tile in column"))).to_be_visible()
    with page.context.expect_page() as opened:
        page.keyboard.press("Shift+F")
    expect(opened.value.locator("#like")).to_contain_text("Like tile")


def test_an_area_of_the_map_has_look_alikes(suggested: Project, carol: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(carol)
    page.goto(reverse("project", args=[suggested.pk]))
    expect(page.locator("#map img.leaflet-tile-loaded").first).to_be_visible()
    page.get_by_role("button", name="Like an area").click()
    box = page.locator("#map").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 30, steps=3)
    page.mouse.up()
    page.wait_for_url("**/review/?alike_area=*")
    expect(page.locator("#like")).to_contain_text("Like the area on the map")
    expect(cards(page)).to_have_count(12)
