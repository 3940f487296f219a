"""The keys of a person: listed by ?, traded there, and the same on every page from then on."""

import os
from collections import Counter
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Annotation, Keyboard, Project, Sample
from annotation.tasks import TASKS
from tests import factories
from tests.browser.conftest import Open

SHOTS = os.environ.get("SHOTS")
AMOUNT = {"name": "Cover", "unit": "%", "low": 0, "high": 100, "step": 1, "tolerance": 5}
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_traded_key_does_what_the_other_did_and_is_shown(
    samples: list[Sample], alice: AbstractBaseUser, open_page: Open
) -> None:
    project = samples[0].project
    factories.make_round(project, samples)
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_text("margin 0.01")).to_be_visible()
    skip = page.locator("[data-command=skip]")
    expect(skip.locator("kbd")).to_have_text("S")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.get_by_role("button", name="Change the key of Skip").first.click()
    expect(keys.get_by_role("status")).to_contain_text("Press the key for")
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/keys.png")
    page.keyboard.press("j")
    expect(keys.get_by_role("status")).to_contain_text("J is now")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(skip.locator("kbd")).to_have_text("J")
    page.keyboard.press("j")
    expect(page.get_by_role("dialog")).to_be_visible()  # why one skips
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()
    page.reload()
    expect(page.locator("[data-command=skip] kbd")).to_have_text("J")
    assert Keyboard.objects.get().keys == {"s": "j", "j": "s"}
    assert Annotation.objects.filter(verdict="skip").count() == 1


def test_escape_leaves_a_key_as_it_is_and_all_can_be_had_back(
    project: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    Keyboard.objects.create(user=alice, keys={"l": "k", "k": "l"})
    page = open_page(alice)
    page.goto(reverse("project", args=[project.pk]))
    expect(page.locator("#label kbd")).to_have_text("K")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    first = keys.get_by_role("button", name="Change the key of").first
    before = first.inner_text()
    first.click()
    page.keyboard.press("Escape")
    expect(keys).to_be_visible()
    expect(first).to_have_text(before)
    keys.get_by_role("button", name="All as they were").click()
    expect(page.locator("#label kbd")).to_have_text("L")


@pytest.mark.parametrize("task", sorted(TASKS))
def test_no_key_of_the_label_page_means_two_things(
    alice: AbstractBaseUser, tmp_path: Path, open_page: Open, task: str
) -> None:
    """The one bound last would win in silence, and the list of keys would tell of both."""
    classes = [f"Kind {number}" for number in range(13)] if TASKS[task].fewest_classes else []
    options = {"boxes": {"rotated": True}, "amount": AMOUNT}.get(task, {})
    project = factories.make_project(alice, task=task, classes=classes, task_options=options)
    factories.make_scene(project, tmp_path, size=(7, 96, 128))
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_role("img", name="Tile in column")).to_be_visible()
    address = page.locator("script[type=module][src*='shell.js']").get_attribute("src")
    bound = "address => import(address).then(({ keys }) => keys.bindings.filter(({ when }) => !when))"
    rows = page.evaluate(f"{bound[:-1]}.map(({{ combos, title }}) => [combos, title]))", address)
    counts = Counter(combo for combos, _ in rows for combo in combos)
    assert {combo: [title for combos, title in rows if combo in combos] for combo in counts if counts[combo] > 1} == {}
