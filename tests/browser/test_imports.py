"""The Imports page: a file is looked at, its classes are mapped, its labels are taken in and back, by keyboard too."""

import os
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.exports import make
from annotation.models import Project, Scene
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(alice: AbstractBaseUser, tmp_path: Path) -> Path:
    """Return an export of four labels of the same ground, one of a class that the project has not."""
    other = factories.make_project(alice, name="Other", classes=("Open water", "Swamp <i>", "Forest"))
    factories.make_scene(other, tmp_path, name="other")
    for sample, code in zip(other.samples.all()[:4], (1, 1, 2, 3), strict=True):
        factories.label(sample, alice, code)
    make(other, "geojson", tmp_path / "other.zip")
    return tmp_path / "other.zip"


@pytest.fixture
def target(scene: Scene, file: Path) -> Project:
    """Return the project that takes the labels in."""
    scene.project.audit_share = 0  # else one of the four may be drawn meanwhile
    scene.project.save()
    return scene.project


@pytest.mark.usefixtures("workers")
def test_it_works(target: Project, file: Path, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("imports", args=[target.pk]))
    page.locator("#file").set_input_files(file)
    card = page.get_by_role("region", name="Import of other.zip")
    expect(card).to_contain_text("Waiting for a word")
    expect(card.get_by_label("Class that Open water becomes")).to_have_value("1")
    swamp = card.get_by_label("Class that Swamp <i> becomes")
    expect(swamp).to_have_value("")
    card.get_by_role("button", name="Its class has no place yet: 1").press("Enter")
    expect(card).to_contain_text("Say which class Swamp <i> becomes.")
    _picture(page, "imports-ready")
    swamp.select_option("Bare rock")
    take = card.get_by_role("button", name="Take in 4 labels")
    take.focus()
    page.keyboard.press("Enter")
    expect(card).to_contain_text("Taken in")
    card.get_by_role("button", name="Take back…").click()
    page.get_by_role("button", name="Take back", exact=True).click()
    expect(card).to_contain_text("Taken back")
    assert not target.samples.exclude(answer=None).exists()


def test_a_file_that_cannot_be_read_says_why(target: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    from annotation import imports, jobs

    with (Path(__file__)).open("rb") as content:
        row = imports.request(target, alice, content, name="notes.py")
    jobs.run(row.job_id or 0)
    page = open_page(alice)
    page.goto(reverse("imports", args=[target.pk]))
    card = page.get_by_role("region", name="Import of notes.py")
    expect(card).to_contain_text("notes.py is of no format that labels are read from")
    card.get_by_role("button", name="Drop notes.py").click()
    expect(page.get_by_text("No imports yet")).to_be_visible()


def _picture(page: object, name: str) -> None:
    """Take pictures in light and dark where somebody wants to look at them."""
    folder = os.environ.get("TERRASCRIBE_SCREENSHOTS_IN")
    for scheme in ("light", "dark") if folder else ():
        page.emulate_media(color_scheme=scheme)  # type: ignore[attr-defined]
        page.screenshot(path=f"{folder}/{name}-{scheme}.png", full_page=True)  # type: ignore[attr-defined]
