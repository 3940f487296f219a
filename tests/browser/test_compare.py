"""Two pictures of one place in one pane: a divider between them, or one after the other."""

import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.models import Project
from tests.browser.conftest import Open
from tests.browser.dated import panes, shot, start

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_dates_are_compared_by_swipe_and_by_flicker(
    dated: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    start(page, dated)
    page.keyboard.press("w")
    divider = page.get_by_role("slider", name="Divider")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    expect(page.locator("img.tile-picture")).to_have_count(2)
    expect(page.locator(".pane-title.other")).to_contain_text("2021-05-01")
    shot(page, "panes-swipe")
    page.keyboard.press("<")
    expect(divider).to_have_attribute("aria-valuenow", "45")
    divider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "55")
    expect(page.get_by_role("img", name=re.compile("column 0, row 0"))).to_be_visible()  # the arrows did not go on
    box = divider.bounding_box()
    pane = panes(page).first.bounding_box()
    assert box
    assert pane
    page.mouse.move(box["x"] + 7, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(pane["x"] + 0.25 * pane["width"], box["y"] + 60)
    page.mouse.up()
    expect(divider).to_have_attribute("aria-valuenow", "25")
    page.keyboard.press("1")  # the next tile is compared as well
    expect(page.get_by_role("img", name=re.compile("column 1, row 0"))).to_be_visible()
    expect(page.locator("img.tile-picture")).to_have_count(2)
    page.keyboard.press("w")
    expect(page.locator("img.tile-picture")).to_have_count(1)
    page.keyboard.down("l")
    expect(page.locator("img.tile-picture")).to_have_count(2)
    page.keyboard.up("l")
    expect(page.locator("img.tile-picture")).to_have_count(1)
    page.keyboard.press("Shift+L")
    expect(page.get_by_label("Changes a second")).to_be_visible()
    other = page.locator(".pane-title.other")
    expect(other).to_be_visible()
    expect(other).to_be_hidden()
    page.keyboard.press("Shift+L")
    expect(page.locator("img.tile-picture")).to_have_count(1)
