"""Layouts on the label page: an arrangement of panes, saved for all of a project."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.models import Project
from tests.browser.conftest import Open
from tests.browser.dated import panes, shot, start, titles

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_layout_is_saved_for_all(dated: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, dated)
    page.keyboard.press("/")
    page.keyboard.press("v")
    expect(titles(page).nth(1)).to_contain_text("2021-05-03")
    page.keyboard.press("Shift+W")
    menu = page.get_by_role("dialog", name="Layouts")
    menu.get_by_label("Name of the layout").fill("Both sensors")
    page.keyboard.press("Enter")
    expect(menu.get_by_role("button", name="Both sensors", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.keyboard.press("Shift+X")
    expect(panes(page)).to_have_count(1)
    page.keyboard.press("Shift+W")
    menu.get_by_role("button", name="Both sensors", exact=True).click()
    expect(panes(page)).to_have_count(2)
    expect(titles(page).nth(1)).to_contain_text("2021-05-03")
    page.keyboard.press("Shift+W")
    shot(page, "panes-layouts")
    menu.get_by_role("button", name="Delete Both sensors").click()
    expect(menu.get_by_text("No layout is saved yet.")).to_be_visible()
    assert not dated.layouts.exists()
