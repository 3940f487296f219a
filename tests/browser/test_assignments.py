"""Assignments: an owner draws an area for bob, who is asked for it first and sees what is left; alice is not."""

import os
import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.assigning import Choice, assign
from annotation.models import Assignment, Project, Sample, Scene
from tests import factories
from tests.browser.axe import violations
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def ranked(scene: Scene) -> Project:
    """Return a project on the map whose tiles are ranked, the first of the grid first."""
    factories.make_round(scene.project, list(scene.project.samples.order_by("index")))
    return scene.project


def shot(page: Page, name: str) -> None:
    """Keep a picture, light and dark, where somebody wants to look at it."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=f"{SHOTS}/{name}-dark.png")
        page.emulate_media(color_scheme="light")


def draw_lower_half(page: Page) -> None:
    """Draw a box over the lower half of the scene."""
    box = page.locator("#map img.leaflet-tile-loaded").first.bounding_box()
    frame = page.locator("#map").bounding_box()
    assert box and frame
    page.mouse.move(frame["x"] + 4, frame["y"] + frame["height"] / 2 + 20)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] - 4, frame["y"] + frame["height"] - 4, steps=4)
    page.mouse.up()


def tiles_of(person: AbstractBaseUser) -> set[int]:
    return set(Sample.objects.filter(assignment__member__user=person).values_list("pk", flat=True))


def shown(page: Page) -> int:
    """Return the sample on the screen, which the address names."""
    expect(page).to_have_url(re.compile(r"sample=\d+"))
    return int(page.url.split("sample=")[1])


def label(page: Page, key: str = "1") -> None:
    """Label what is shown and wait for what follows."""
    before = page.url
    expect(page.get_by_role("img", name=re.compile("^Tile in column"))).to_be_visible()
    expect(page.locator("#answer")).to_be_enabled()
    page.keyboard.press(key)
    expect(page).not_to_have_url(before)


def assign_lower_half(page: Page, project: Project) -> None:
    """Draw an area on the overview for bob, and say why."""
    page.goto(reverse("project", args=[project.pk]))
    expect(page.locator("#map img.leaflet-tile-loaded").first).to_be_visible()
    page.get_by_role("button", name="Assign an area").click()
    draw_lower_half(page)
    dialog = page.get_by_role("dialog", name="Assign tiles")
    dialog.get_by_role("combobox", name="To").select_option("bob")
    dialog.get_by_label("Note").fill("The shore first")
    dialog.get_by_label("Wanted by").fill("2030-05-01")
    shot(page, "assign-dialog")
    assert violations(page) == []
    dialog.get_by_role("button", name="Assign").click()


def test_it_works(ranked: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    assign_lower_half(page, ranked)
    expect(page.get_by_text(re.compile(r"^bob is asked for \d+ tiles first\."))).to_be_visible()
    expect(page.get_by_role("radio", name="Whose")).to_have_attribute("aria-checked", "true")
    expect(page.locator("#legend")).to_contain_text("bob")
    shot(page, "assign-map")
    assert violations(page) == []
    theirs, first = tiles_of(bob), ranked.samples.order_by("index")[0]
    assert 1 < len(theirs) < 12 and first.pk not in theirs

    page.goto(reverse("label", args=[ranked.pk]))
    assert shown(page) not in theirs
    expect(page.locator("#yours")).to_be_empty()
    page.goto(reverse("projects"))  # gives back what was fetched ahead

    worker = open_page(bob)
    worker.goto(reverse("inbox"))
    expect(worker.locator("#items")).to_contain_text(f"{len(theirs)} tiles to label: the area")
    shot(worker, "assign-inbox")
    worker.get_by_role("link", name="label them").click()
    expect(worker.locator("#hint")).to_contain_text("Assigned to you – The shore first, by 2030-05-01")
    shot(worker, "assign-label")
    assert violations(worker) == []
    for left in range(len(theirs), 0, -1):
        assert shown(worker) in theirs
        expect(worker.locator("#yours")).to_have_text(f"{left} left of yours")
        label(worker)
    expect(worker.get_by_text("Nothing of what was assigned to you is left")).to_be_visible()
    expect(worker.locator("#yours")).to_be_empty()
    assert shown(worker) not in theirs
    expect(worker.locator("#hint")).not_to_contain_text("Assigned to you")


def test_owners_see_how_far_they_are_hand_over_and_take_back(
    ranked: Project,
    alice: AbstractBaseUser,
    bob: AbstractBaseUser,
    excused: list[str],
    open_page: Open,
) -> None:
    excused.append("400 (Bad Request)")
    given = assign(ranked, ranked.members.get(user=bob).pk, Choice(count=4), by=alice)
    factories.label(given.samples.order_by("index")[0], bob, 1)
    page = open_page(alice)
    page.goto(reverse("project-settings", args=[ranked.pk]))
    table = page.get_by_role("table", name="Assignments")
    expect(table).to_contain_text("1 of 4, 3 left")

    page.get_by_role("button", name="Assign…").click()
    dialog = page.get_by_role("dialog", name="Assign tiles")
    dialog.get_by_role("combobox", name="To").select_option("carol")
    dialog.get_by_label("How many").fill("99")
    dialog.get_by_label("Others get them").check()
    shot(page, "assign-next")
    assert violations(page) == []
    dialog.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("carol is asked for 8 tiles first: no more are free.")).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(2)

    page.get_by_role("button", name="Assign…").click()
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog.get_by_role("alert")).to_contain_text("No open tile is free for alice there")
    page.keyboard.press("Escape")

    page.locator("#assigned").scroll_into_view_if_needed()
    shot(page, "assign-settings")
    assert violations(page) == []
    page.get_by_label("Who labels the next 4 of the ranking").select_option("carol")
    page.get_by_role("dialog", name="Hand over to carol?").get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("carol is asked for them now.")).to_be_visible()
    assert set(Assignment.objects.values_list("member__user__username", flat=True)) == {"carol"}
    for about in ("the next 4 of the ranking", "the next 8 of the ranking"):
        page.get_by_role("button", name=f"Take back {about} of carol").click()
        page.get_by_role("dialog").get_by_role("button", name="Take back", exact=True).click()
        expect(page.get_by_role("button", name=f"Take back {about} of carol")).to_have_count(0)
    expect(page.get_by_text("Nothing is assigned")).to_be_visible()
    assert not Assignment.objects.exists()
