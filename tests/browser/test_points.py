"""Points by pointer and by keyboard: set, moved, suggested, counted and saved; and a project of them made."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Project
from tests import factories
from tests.browser.axe import violations
from tests.browser.conftest import Open
from tests.browser.drawing import click, drag, on_tile, saved, start, suggest, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def counted(alice: AbstractBaseUser, tmp_path) -> Project:
    """Return a project of points with twelve tiles in a round."""
    project = factories.make_project(alice, task="points", task_options={"threshold": 0.5, "radius_m": None})
    factories.make_scene(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    return project


def test_it_works(counted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, counted)
    click(page, 6, 6)
    click(page, 20, 9)
    drag(page, (6, 6), (10, 24))
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    click(page, 28, 28)
    told(page, "3 points")
    page.reload()
    told(page, "3 points")
    assert violations(page) == []
    points = saved(page, counted.samples.first())["points"]
    assert [(point["class"], round(point["x"]), round(point["y"])) for point in points] == [
        (1, 10, 24),
        (1, 20, 9),
        (2, 28, 28),
    ]


def test_the_keyboard_alone_sets_points(counted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, counted)
    for key in ("a", "Shift+ArrowRight", "ArrowDown", "Escape", "2", "a", "Control+z", "Control+y"):
        page.keyboard.press(key)
    points = saved(page, counted.samples.first())["points"]
    assert points == [{"class": 1, "x": 24, "y": 17}, {"class": 2, "x": 16, "y": 16}]


def test_guesses_are_taken_by_a_key(counted: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    guesses = [{"class": 1, "x": 8 * at, "y": 8, "score": score} for at, score in ((1, 0.8), (2, 0.2), (3, 0.4))]
    suggest(counted, counted.samples.first(), {"points": guesses})
    page = open_page(alice)
    start(page, counted)
    told(page, "1 point, 1 by the model, 2 guesses")
    page.keyboard.press("g")
    told(page, "2 points, 1 by the model, 1 guess")
    points = saved(page, counted.samples.first())["points"]
    assert [point["x"] for point in points] == [8, 24]
    on_tile(page, 1)


def test_a_project_of_points_is_made_with_its_options(alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("new-project"))
    page.get_by_label("Name", exact=True).first.fill("Herds")
    page.get_by_text("A point on each object").click()
    part = page.locator("[data-kind=points]")
    expect(part).to_be_visible()
    part.get_by_label("The same object within, m").fill("2.5")
    part.get_by_label("Draw beforehand").fill("70")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("link", name="Herds")).to_be_visible()
    project = Project.objects.get(name="Herds")
    assert project.task_options == {"threshold": 0.7, "radius_m": 2.5}
    page.goto(reverse("project-settings", args=[project.pk]))
    expect(page.get_by_text("what the model is at least 70% sure of")).to_be_visible()
