"""The dates of a place on the label page: a slider with a picture of each, where there are many."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.models import Project
from tests import factories
from tests.browser.conftest import Open
from tests.browser.dated import add_scenes, shot, start, titles

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_slider_goes_through_many_dates(alice: AbstractBaseUser, tmp_path: Path, open_page: Open) -> None:
    project = factories.make_project(alice)
    days = [f"2021-{month:02}-10" for month in range(1, 7)]
    add_scenes(project, tmp_path, [(f"m{day}", 7, day) for day in days])
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    start(page, project)
    slider = page.get_by_role("slider", name="Date")
    expect(slider).to_have_attribute("aria-valuetext", "2021-01-10")
    expect(page.locator(".dates button")).to_have_count(6)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "2021-03-10")
    expect(page.get_by_role("img", name=re.compile("column 0, row 0, 2021-03-10"))).to_be_visible()
    page.locator(".dates button").nth(4).click()
    expect(titles(page)).to_contain_text("2021-05-10")
    page.keyboard.press("t")
    expect(page.locator(".dates .current")).to_have_text("2021-06-10")
    shot(page, "panes-times")


def test_two_dates_need_no_slider(dated: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, dated)
    expect(page.locator("#times")).to_be_hidden()
