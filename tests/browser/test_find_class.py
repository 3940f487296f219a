"""Finding a class by typing, for every kind whose answer is a class, on a screen of 1366 x 768."""

import os
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Annotation, Project
from annotation.tasks import TASKS
from tests import factories
from tests.browser.conftest import Open

SHOTS = os.environ.get("SHOTS")
NAMED = sorted(name for name, task in TASKS.items() if task.fewest_classes)
pytestmark = pytest.mark.django_db(transaction=True)


def opened(alice: AbstractBaseUser, folder: Path, open_page: Open, task: str) -> tuple[Project, Page]:
    """Return a project of 42 classes in groups and its label page with a tile on it."""
    classes = ["Forêt claire", "Deforested", *(f"Kind {number}" for number in range(40))]
    options = {"boxes": {"rotated": True}}.get(task, {})
    project = factories.make_project(alice, task=task, classes=classes, task_options=options)
    project.classes.filter(code__gt=20).update(group="Later kinds")
    project.classes.filter(code__in=(1, 2)).update(group="Woods")
    factories.make_scene(project, folder, size=(7, 96, 128))
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice, viewport={"width": 1366, "height": 768})
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_role("img", name="Tile in column")).to_be_visible()
    expect(page.locator("#answer")).to_be_enabled()
    return project, page


@pytest.mark.parametrize("task", NAMED)
def test_a_class_is_found_by_its_name_and_taken_by_enter(
    alice: AbstractBaseUser, tmp_path: Path, open_page: Open, task: str
) -> None:
    project, page = opened(alice, tmp_path, open_page, task)
    places = {
        name: page.locator(f"[data-command={name}]").bounding_box() for name in ("skip", "unsure", "back", "next")
    }
    page.keyboard.press("Control+k")
    field = page.get_by_role("searchbox", name="Find a class")
    expect(field).to_be_focused()
    field.press_sequentially("for")
    rows = page.locator("#classes > li:visible")
    expect(rows).to_have_count(3)
    expect(rows.first).to_have_text("Woods")
    expect(page.locator("#classes .meant")).to_contain_text("Forêt claire")
    for name, place in places.items():
        assert page.locator(f"[data-command={name}]").bounding_box() == place, name
        assert place is not None and place["y"] + place["height"] <= 768
    name, row = page.locator("#classes .meant .name").bounding_box(), page.locator("#classes .meant").bounding_box()
    assert name is not None and row is not None and name["width"] > 90 and row["height"] < 45
    if SHOTS:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{SHOTS}/find-{task}-{scheme}.png")
    field.press("Enter")
    expect(field).to_have_count(0)
    chosen = page.locator("#classes li[data-code='1'] button").first
    if task == "classes":
        expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()
        expect(page.locator("#last")).to_contain_text("Forêt claire")
        assert Annotation.objects.get().value == {"class": 1}
    else:
        expect(chosen).to_have_attribute("aria-checked" if task == "tags" else "aria-pressed", "true")
    expect(page.locator("#classes > li:visible")).to_have_count(44)


def test_escape_leaves_everything_as_it_was_and_keys_answer_again(
    alice: AbstractBaseUser, tmp_path: Path, open_page: Open
) -> None:
    project, page = opened(alice, tmp_path, open_page, "classes")
    page.locator("[data-command=find]").click()
    field = page.get_by_role("searchbox", name="Find a class")
    field.press_sequentially("nothing like it")
    expect(page.locator("#classes > li:visible")).to_have_count(0)
    field.press("Enter")
    expect(field).to_be_visible()
    field.press("Escape")
    expect(field).to_have_count(0)
    expect(page.locator("#classes > li:visible")).to_have_count(44)
    assert not Annotation.objects.exists()
    page.keyboard.press("Control+k")
    field.press_sequentially("later")
    expect(page.locator("#classes > li:visible")).to_have_count(23)
    field.press("ArrowDown")
    expect(page.locator("#classes .meant")).to_contain_text("Kind 19")
    field.press("Enter")
    expect(page.locator("#last")).to_contain_text("Kind 19")
    page.keyboard.press("3")
    expect(page.locator("#last")).to_contain_text("Kind 0")


def test_a_class_that_was_retired_meanwhile_is_told_and_nothing_is_lost(
    alice: AbstractBaseUser, tmp_path: Path, open_page: Open, excused: list[str]
) -> None:
    excused.append("400 (Bad Request)")
    project, page = opened(alice, tmp_path, open_page, "classes")
    project.classes.filter(code=1).update(retired=True)
    page.keyboard.press("Control+k")
    page.get_by_role("searchbox", name="Find a class").press_sequentially("claire")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="This answer was not accepted")
    expect(dialog).to_contain_text("There is no class 1 in")
    expect(dialog).to_contain_text("Forêt claire")
    assert not Annotation.objects.exists()
