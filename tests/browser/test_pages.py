"""Every page in light and dark: no complaint in the console, nothing beyond the right edge, the keyboard reaches it."""

import os
import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Project, Scene
from tests import factories
from tests.browser.conftest import Open

SHOTS = os.environ.get("SHOTS")
pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [
    "projects",
    "new-project",
    "tokens",
    "project",
    "label",
    "review",
    "model",
    "imagery",
    "imports",
    "exports",
    "connect",
    "project-settings",
    "api:docs",
    "admin:index",
    "health",
]


@pytest.fixture
def busy(scene: Scene, alice: AbstractBaseUser) -> Project:
    """Return the project in the middle of its life: labels, a round, a published version, suggestions, an audit."""
    made = scene.project
    samples = list(made.samples.all())
    for code, sample in enumerate(samples[:3], start=1):
        factories.label(sample, alice, code, seconds=2.5)
    version = factories.make_model_version(made, metrics={"cross_validated_accuracy": 0.9})
    for sample in samples[4:]:
        factories.suggest(version, sample, 2, cluster=sample.pk % 2)
    factories.make_audit(samples[3])
    factories.make_round(made, samples[3:])
    return made


# Mark and return what a person must be able to reach with Tab; of a group of radios or cards one is enough.
MARK = """[...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter(node => node.checkVisibility() && !node.disabled && node.tabIndex >= 0 && node.type !== "radio")
  .map((node, place) => (node.dataset.stop = place))"""


def address(name: str, project: Project) -> str:
    alone = name in ("projects", "new-project", "tokens", "api:docs", "admin:index", "health")
    return reverse(name) if alone else reverse(name, args=[project.pk])


def test_every_page_fits_and_has_no_complaints(busy: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    page = open_page(alice)
    for name in PAGES:
        answer = page.goto(address(name, busy), wait_until="networkidle")
        assert answer and answer.status == 200, name
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= window, f"{name} is {wide} px wide"
            ink = page.evaluate("getComputedStyle(document.body).color")
            light_ink = all(int(level) > 128 for level in re.findall(r"\d+", ink)[:3])
            assert name == "api:docs" or light_ink == (scheme == "dark"), f"{name} writes in {ink} in the {scheme}"


@pytest.mark.parametrize("width", [1180, 1024, 820, 768])
def test_no_page_is_wider_than_a_narrow_window(
    busy: Project, alice: AbstractBaseUser, open_page: Open, width: int
) -> None:
    page = open_page(alice, viewport={"width": width, "height": 900})
    for name in PAGES:
        if name in ("api:docs", "admin:index", "health"):
            continue
        page.goto(address(name, busy), wait_until="networkidle")
        wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png")
        assert wide <= window, f"{name} is {wide} px wide in a window of {window}"


def test_the_keyboard_reaches_everything(busy: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    for name in (
        "projects",
        "new-project",
        "tokens",
        "project",
        "review",
        "model",
        "imagery",
        "imports",
        "exports",
        "connect",
        "project-settings",
    ):
        page.goto(address(name, busy), wait_until="networkidle")
        there = page.evaluate(f"{MARK}.length")
        reached = set()
        for _ in range(there + 20):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.dataset.stop ?? ''"))
        missed = page.evaluate(
            "seen => [...document.querySelectorAll('[data-stop]')]"
            ".filter(node => !seen.includes(node.dataset.stop)).map(node => node.outerHTML)",
            list(reached),
        )
        assert missed == [], name


def test_a_stranger_finds_the_login(open_page: Open) -> None:
    page = open_page()
    page.goto("/projects/1/label/")
    expect(page).to_have_url(re.compile(r"/login/\?next=/projects/1/label/$"))
    page.get_by_label("Name").fill("mallory")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("correct username and password")


def test_a_new_project_is_made_with_its_classes(alice: AbstractBaseUser, open_page: Open, excused: list[str]) -> None:
    excused.append("400 (Bad Request)")
    page = open_page(alice)
    page.goto("/")
    page.keyboard.press("n")
    page.get_by_label("Name", exact=True).fill("Ice <b>of</b> the north")
    page.locator("[name=task][value=masks]").check()
    names = page.get_by_role("textbox", name="Name of the class")
    for place, name in enumerate(["Ice", "Open water"]):
        names.nth(place).fill(name)
    for _ in range(names.count() - 2):
        page.get_by_role("button", name="Remove this class").last.click()
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("alert")).to_contain_text("Leave out <, >")
    page.get_by_label("Name", exact=True).fill("Ice of the north")
    page.get_by_role("button", name="Make the project").click()
    expect(page).to_have_url(re.compile(r"/projects/\d+/"))
    made = Project.objects.get(name="Ice of the north")
    assert (made.task, [row.name for row in made.classes.all()]) == ("masks", ["Ice", "Open water"])
    assert len({row.hotkey for row in made.classes.all()}) == 2
    expect(page.get_by_text("Ice of the north").first).to_be_visible()
