"""Comments by the keyboard: written on the label page, counted, flagged, read in the inbox and settled."""

import os

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation import comments
from annotation.models import Comment, Project, Sample
from tests import factories
from tests.browser.axe import violations
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SHOTS")


def test_it_works(
    project: Project, samples: list[Sample], bob: AbstractBaseUser, carol: AbstractBaseUser, open_page: Open
) -> None:
    factories.make_round(project, samples)
    factories.label(samples[0], bob, 1)
    page = open_page(carol)
    page.goto(reverse("label", args=[project.pk]) + f"?sample={samples[0].pk}")
    expect(page.get_by_role("img", name="Tile in column 0, row 0")).to_be_visible()
    page.keyboard.press("Control+Enter")
    thread = page.get_by_role("dialog", name="Comments on this tile")
    expect(thread.get_by_text("Nobody wrote anything yet.")).to_be_visible()
    thread.get_by_role("textbox", name="Comment").fill("<b>Water</b>, or a shadow?")
    thread.get_by_label("Flag it").check()
    thread.get_by_role("button", name="Write").click()
    expect(thread.get_by_text("<b>Water</b>, or a shadow?")).to_be_visible()  # text, never markup
    expect(thread.get_by_text("asks for a look")).to_be_visible()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/comments.png")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Comments")).to_contain_text("⚑ 1")
    page.goto(reverse("projects"))  # gives the tile back

    reader = open_page(bob)
    reader.goto(reverse("projects"))
    expect(reader.locator("#unread")).to_have_text("1")
    reader.locator("summary", has_text="bob").click()
    reader.get_by_role("link", name="Inbox").click()
    expect(reader.get_by_text("<b>Water</b>, or a shadow?")).to_be_visible()
    expect(reader.get_by_text("New", exact=True)).to_be_visible()
    expect(reader.locator("#unread")).to_be_hidden()
    if SHOTS:
        reader.screenshot(path=f"{SHOTS}/inbox.png")
    assert violations(reader) == []
    reader.get_by_role("link", name="tile 0").click()
    expect(reader.get_by_role("button", name="Comments")).to_contain_text("⚑ 1")
    reader.get_by_role("button", name="Comments").click()
    reader.get_by_role("button", name="Settle").click()
    expect(reader.get_by_text("⚑ settled")).to_be_visible()
    assert Comment.objects.get().settled_by == bob


def test_flags_stand_on_quality(
    project: Project, samples: list[Sample], bob: AbstractBaseUser, carol: AbstractBaseUser, open_page: Open
) -> None:
    comments.add_comment(samples[3], bob, "Half of it is cloud.", flags=True)
    page = open_page(carol)
    page.goto(reverse("quality", args=[project.pk]))
    expect(page.get_by_text("Half of it is cloud.")).to_be_visible()
    expect(page.get_by_role("link", name="Tile 3")).to_be_visible()
