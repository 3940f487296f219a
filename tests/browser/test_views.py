"""Views on the label page: made, saved and named by people, and the contrast that is the tile's own."""

import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.models import Project
from tests.browser.conftest import Open
from tests.browser.dated import pictures, shot, start, titles, until

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_view_is_made_saved_and_named(
    dated: Project, alice: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append("400 (Bad Request)")  # what cannot be read is told
    page = open_page(alice)
    start(page, dated)
    page.keyboard.press("Shift+C")
    editor = page.get_by_role("dialog", name="View")
    expect(editor.get_by_label("View", exact=True)).to_be_focused()
    expect(editor.get_by_role("slider", name=re.compile("becomes white"))).to_have_count(3)
    shot(page, "view-editor-composite")
    editor.get_by_label("Numbers").select_option("expression")
    editor.get_by_label("Band or arithmetic").fill("nir - nonsense")
    page.keyboard.press("Tab")
    expect(editor.get_by_role("alert")).to_contain_text("nonsense")
    editor.get_by_label("Band or arithmetic").fill("(nir - red) / (nir + red)")
    page.keyboard.press("Tab")
    expect(titles(page)).to_contain_text("(nir - red) / (nir + red)")
    expect(editor.get_by_role("alert")).to_have_text("")
    editor.get_by_label("Colours").select_option("viridis")
    until(page, lambda: "viridis" in pictures(page)[0])
    white = editor.get_by_role("slider", name=re.compile("becomes white"))
    expect(white).to_have_count(1)
    before = white.get_attribute("aria-valuenow")
    white.focus()
    page.keyboard.press("ArrowLeft")
    until(page, lambda: "%22by%22%3A%22ends%22" in pictures(page)[0])
    assert before != white.get_attribute("aria-valuenow")
    shot(page, "view-editor")
    editor.get_by_label("Name").fill("Green things")
    editor.get_by_role("button", name="Save as new").click()
    expect(titles(page)).to_contain_text("Green things")
    editor.get_by_label("Name").fill("Plants")
    editor.get_by_role("button", name="Rename").click()
    expect(titles(page)).to_contain_text("Plants")
    saved = dated.views.get()
    assert (saved.name, saved.recipe["ramp"], saved.recipe["stretch"]["by"]) == ("Plants", "viridis", "ends")
    page.keyboard.press("Escape")
    expect(editor).to_be_hidden()
    page.keyboard.press("1")
    expect(page.get_by_role("img", name=re.compile("column 1, row 0, .*Plants"))).to_be_visible()


def test_the_contrast_is_the_tiles_own(dated: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, dated)
    before = pictures(page)
    page.keyboard.press("c")
    expect(page.locator("#contrast")).to_have_attribute("aria-pressed", "true")
    until(page, lambda: pictures(page) != before)
    assert "%22of%22%3A%22tile%22" in pictures(page)[0]
    page.keyboard.press("c")
    until(page, lambda: pictures(page) == before)
