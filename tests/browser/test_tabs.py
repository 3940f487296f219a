"""The tabs of a project at the widths of windows that people have: none is lost, and nothing goes beyond the edge."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Project
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("project", "label")
# The titles of tabs that cannot be seen whole where they are: another node lies there, or the edge of something.
CUT = """[...document.querySelectorAll(".bar nav a")].filter((tab) => {
  const box = tab.getBoundingClientRect();
  const [left, right] = [box.left + 1, box.right - 1], middle = box.top + box.height / 2;
  return !box.width || tab.scrollWidth > tab.clientWidth
    || [left, right].some((x) => !tab.contains(document.elementFromPoint(x, middle)));
}).map((tab) => tab.textContent)"""


@pytest.fixture
def named(alice: AbstractBaseUser) -> Project:
    """Return a project whose name needs all the room that a name gets."""
    return factories.make_project(alice, name="Land cover of the southern mountains, second campaign")


def cut(page: Page) -> list[str]:
    """Return the titles of tabs that cannot be seen whole."""
    titles: list[str] = page.evaluate(CUT)
    return titles


def menu(page: Page):
    return page.locator(".bar .pages-button")


@pytest.mark.parametrize("width", [1366, 1180, 1024, 820, 768])
def test_it_works(named: Project, alice: AbstractBaseUser, open_page: Open, width: int) -> None:
    page = open_page(alice, viewport={"width": width, "height": 768})
    for name in PAGES:
        page.goto(reverse(name, args=[named.pk]), wait_until="networkidle")
        tabs = page.get_by_role("navigation", name="Project").get_by_role("link")
        if width >= 1366:
            expect(menu(page)).to_be_hidden()
        if menu(page).is_visible():
            expect(tabs).to_have_count(0)
            menu(page).click()
        expect(tabs).to_have_count(11)
        assert cut(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        person = page.get_by_text("alice", exact=True).bounding_box()
        assert person and person["x"] + person["width"] <= width


def test_the_menu_is_of_the_keyboard_too(named: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice, viewport={"width": 820, "height": 768})
    page.goto(reverse("imagery", args=[named.pk]))
    expect(menu(page)).to_have_text("Imagery ▾")
    menu(page).focus()
    page.keyboard.press("Enter")
    expect(menu(page)).to_have_attribute("aria-expanded", "true")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Label", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu(page)).to_be_focused()
    expect(page.get_by_role("navigation", name="Project")).to_be_hidden()
    menu(page).click()
    page.get_by_role("link", name="Exports").click()
    expect(page).to_have_url(reverse("exports", args=[named.pk]))
    expect(menu(page)).to_have_text("Exports ▾")


def test_the_row_comes_back_with_the_room(named: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice, viewport={"width": 768, "height": 768})
    page.goto(reverse("imagery", args=[named.pk]))
    menu(page).click()
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(menu(page)).to_be_hidden()
    expect(page.get_by_role("navigation", name="Project").get_by_role("link")).to_have_count(11)
    assert cut(page) == []
