"""Joining by a link: an owner makes it, and somebody without an account opens it."""

import os

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.models import Project
from annotation.models.projects import Role
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SHOTS")


def test_it_works(project: Project, alice: AbstractBaseUser, open_page: Open, excused: list[str]) -> None:
    page = open_page(alice)
    page.goto(f"/projects/{project.pk}/settings/")
    page.get_by_label("Role by link").select_option("reviewer")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Shown once").input_value()
    page.keyboard.press("Escape")
    expect(page.get_by_role("table", name="Links")).to_contain_text("Reviewer")
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/settings.png", full_page=True)
    excused += ["400 (Bad Request)", "404 (Not Found)"]  # of the name that is taken, and of the link once it was used
    fresh = open_page()
    fresh.goto(link)
    expect(fresh.get_by_text("Reviewer in “Lakes”")).to_be_visible()
    if SHOTS:
        fresh.screenshot(path=f"{SHOTS}/join.png")
        fresh.emulate_media(color_scheme="dark")
        fresh.screenshot(path=f"{SHOTS}/join_dark.png")
    fresh.get_by_label("Name").fill("alice")
    fresh.get_by_label("Password").fill("grey heron over water")
    fresh.keyboard.press("Enter")
    expect(fresh.get_by_role("alert")).to_have_text("Somebody is called alice already; choose another name.")
    fresh.get_by_label("Name").fill("erin")
    fresh.keyboard.press("Enter")
    expect(fresh.get_by_role("link", name="Review", exact=True)).to_be_visible()
    assert project.members.get(user__username="erin").role == Role.REVIEWER
    again = open_page()
    again.goto(link)
    expect(again.get_by_role("alert")).to_contain_text("Ask whoever sent it for another one")
    expect(again.get_by_role("link", name="To the projects")).to_be_visible()
