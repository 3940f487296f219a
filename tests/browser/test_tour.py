"""The guided tour of the label page: it comes once, goes on when one does what it tells of, and covers no control."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from annotation.models import Annotation, Project, Sample, Tour
from annotation.models.projects import Role
from tests import factories
from tests.browser.axe import violations
from tests.browser.conftest import Open
from tests.browser.covering import covered

pytestmark = pytest.mark.django_db(transaction=True)

WINDOWS = [{"width": 1366, "height": 768}, {"width": 768, "height": 1024}]
ON_NOTHING = """(card) => {
  const { left, top, right, bottom } = card.getBoundingClientRect();
  if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) return ["the window's edge"];
  return [...document.querySelectorAll("a[href], button, input, select, summary")].filter((each) => {
    const box = each.getBoundingClientRect();
    return !card.contains(each) && each.checkVisibility({ visibilityProperty: true }) && box.width
      && box.left < right && box.right > left && box.top < bottom && box.bottom > top;
  }).map((each) => each.textContent);
}"""


@pytest.fixture(autouse=True)
def newcomers(toured: None, alice: AbstractBaseUser, bob: AbstractBaseUser) -> Iterator[None]:
    """Let nobody have been on the tour."""
    Tour.objects.all().delete()
    return iter(())


@pytest.fixture
def ranked(samples: list[Sample]) -> Project:
    """Return the project with its twelve samples in a round."""
    factories.make_round(samples[0].project, samples)
    return samples[0].project


def start(page: Page, project: Project) -> Locator:
    """Open the label page and return the tour's card."""
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_role("img", name=re.compile("^Tile in column"))).to_be_visible()
    return page.get_by_role("dialog", name=re.compile("."))


def at(page: Page, step: int, of: int = 7) -> None:
    expect(page.get_by_text(f"Step {step} of {of}")).to_be_visible()


def ends(card: Locator, user: AbstractBaseUser) -> None:
    """Wait until the tour is over, on the server, too."""
    with card.page.expect_response("**/api/tour/"):
        pass
    expect(card).to_have_count(0)
    assert Tour.objects.filter(user=user).exists()


def test_it_works(ranked: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    """Each step goes on by the deed that it tells of, without a pointer, and what was answered on the way is kept."""
    page = open_page(alice)
    card = start(page, ranked)
    at(page, 1)
    expect(card).to_be_focused()
    expect(card).to_contain_text("1 says “Open water”, 2 says “Forest”")
    page.keyboard.press("2")
    at(page, 2)
    expect(page.get_by_text("Last: Forest")).to_be_visible()
    page.keyboard.press("Backspace")
    at(page, 3)
    expect(page.get_by_text("You labelled this tile: Forest")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(card.get_by_role("button", name="Next")).to_be_focused()
    for step, title in [(4, "All tiles on a map"), (5, "Accept by the hundred"), (6, "Take your labels along")]:
        page.keyboard.press("Enter")
        at(page, step)
        expect(page.get_by_role("dialog", name=title)).to_be_visible()
    page.keyboard.press("Enter")
    at(page, 7)
    with page.expect_response("**/api/tour/"):
        page.keyboard.press("Enter")
    expect(card).to_have_count(0)
    assert Tour.objects.filter(user=alice).exists()
    assert Annotation.objects.get().label.name == "Forest"
    start(page, ranked)
    expect(card).to_have_count(0)


@pytest.mark.parametrize("by", ["Escape", "Skip the tour"])
def test_skipping_ends_it_for_good_and_the_list_of_keys_starts_it_again(
    ranked: Project, alice: AbstractBaseUser, open_page: Open, by: str
) -> None:
    page = open_page(alice)
    card = start(page, ranked)
    at(page, 1)
    with page.expect_response("**/api/tour/"):
        if by == "Escape":
            page.keyboard.press("Escape")
        else:
            card.get_by_role("button", name=re.compile(by)).click()
    expect(card).to_have_count(0)
    start(page, ranked)
    page.keyboard.press("?")
    page.get_by_role("button", name="Take the tour").click()
    at(page, 1)
    page.keyboard.press("1")
    at(page, 2)


def test_from_other_pages_it_leads_to_the_label_page_and_a_link_of_it_does_not_end_it(
    ranked: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    Tour.objects.create(user=alice)
    page = open_page(alice)
    page.goto(reverse("exports", args=[ranked.pk]))
    page.keyboard.press("?")
    page.get_by_role("button", name="Take the tour").click()
    at(page, 1)
    assert "tour" not in page.url
    Tour.objects.all().delete()
    page.reload()
    at(page, 1)
    for step in (2, 3, 4):
        page.get_by_role("button", name="Next", exact=True).last.click()
        at(page, step)
    page.get_by_role("navigation", name="Project").get_by_role("link", name="Overview").click()
    expect(page).to_have_url(re.compile(reverse("project", args=[ranked.pk]) + "$"))
    page.goto(reverse("label", args=[ranked.pk]))
    at(page, 5)


def test_an_annotator_is_shown_no_review(ranked: Project, bob: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(bob)
    card = start(page, ranked)
    at(page, 1, of=6)
    for step in range(2, 7):
        card.get_by_role("button", name="Next").click()
        at(page, step, of=6)
        expect(card).not_to_contain_text("Accept by the hundred")
    card.get_by_role("button", name="Back").click()
    at(page, 5, of=6)


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: str(window["width"]))
@pytest.mark.parametrize("task", ["classes", "masks", "tags", "amount", "boxes", "points"])
def test_it_covers_no_control_and_breaks_no_rule_of_the_checker(
    alice: AbstractBaseUser, tmp_path, open_page: Open, task: str, window: dict[str, int]
) -> None:
    options = (
        {"task_options": {"name": "Moisture", "unit": "%", "low": 0, "high": 100, "step": 1, "tolerance": 5}}
        if task == "amount"
        else {}
    )
    names = {"classes": ()} if task == "amount" else {}
    project = factories.make_project(alice, task=task, **options, **names)
    factories.make_scene(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    scheme = "dark" if task in ("masks", "points") else "light"
    page = open_page(alice, viewport=window, color_scheme=scheme, reduced_motion="reduce")
    card = start(page, project)
    for step in range(1, 8):
        at(page, step)
        page.wait_for_timeout(100)  # its place is found in the next frame
        assert card.evaluate(ON_NOTHING) == [], f"step {step}"
        assert covered(page) == []
        if step in (1, 3):
            assert violations(page) == []
        card.get_by_role("button", name="Next" if step < 7 else "Done").click()
    expect(card).to_have_count(0)


def test_painting_and_drawing_keep_their_keys(alice: AbstractBaseUser, tmp_path, open_page: Open) -> None:
    project = factories.make_project(alice, task="boxes")
    factories.join(project, factories.make_user("erin"), Role.REVIEWER)
    factories.make_scene(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    start(page, project)
    at(page, 1)
    page.keyboard.press("a")
    expect(page.get_by_text("1 box", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    at(page, 2)
    page.keyboard.press("Control+z")
    at(page, 3)
