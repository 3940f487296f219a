"""Laser returns and posts on the desk: in three dimensions and along a line; words beside their places."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.told import told_in
from tests import factories
from tests.browser.axe import violations
from tests.browser.conftest import Open
from tests.browser.dated import titles
from tests.browser.invented_files import POSTS, flood_files, posts_file
from tests.browser.modalities import inspect, picture, show, take_in, tile_at
from tests.rasters import real_file

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = "GPU stall due to ReadPixels"  # of a machine that draws 3-D without a card


def test_it_works(alice: AbstractBaseUser, open_page: Open, excused: list[str]) -> None:
    excused.append(SLOW)
    project = factories.make_project(alice, name="Autzen", tile_px=96, classes=["Ground", "Building", "Trees"])
    take_in(project, real_file("pointcloud/pdal_autzen_trim.las"))
    page = open_page(alice)
    show(page, tile_at(project, 0.7, 0.5), [("", "Points by height"), ("", "Points in 3-D")], likely=2)
    expect(titles(page)).to_have_text(["Points by height", "Points in 3-D"])
    expect(page.locator(".cloud-legend")).to_have_count(2)
    panel = inspect(page)
    expect(panel).to_contain_text("surface height in m")
    page.get_by_role("button", name="Profile").first.click()
    profile = page.locator(".cloud-profile canvas").first
    expect(profile).to_have_attribute("aria-label", re.compile(r"m long, .* returns"))
    assert violations(page) == []
    picture(page, "points")


def test_reports_of_people(alice: AbstractBaseUser, open_page: Open) -> None:
    project = factories.make_project(alice, name="Haiti", classes=["Water", "Food", "Shelter"])
    take_in(project, real_file("haiti_ushahidi/haiti_scrubbed.csv"))
    busy = tile_at(project, 0.8, 0.73)  # in the city
    page = open_page(alice)
    show(page, busy, [("", "Posts")])
    count = len(list(told_in(project).posts_in(busy)))
    assert count
    expect(page.locator(".posts-list li")).to_have_count(count)
    expect(page.locator(".posts-count")).to_contain_text(str(count))
    expect(page.locator(".post-mark").first).to_be_visible()


def test_posts_lie_beside_what_they_speak_of(alice: AbstractBaseUser, open_page: Open, tmp_path: Path) -> None:
    project = factories.make_project(alice, name="Flood", tile_px=128, classes=["Flooded", "Dry", "Cut off"])
    take_in(project, flood_files(tmp_path)[0])
    take_in(project, posts_file(tmp_path))
    page = open_page(alice)
    show(page, tile_at(project), [("Sentinel-2", "True colour"), ("", "Posts")])
    expect(page.locator(".posts-list li")).to_have_count(len(POSTS))
    expect(page.locator(".post-mark")).to_have_count(len(POSTS))
    posts = page.get_by_role("list", name="Posts in this tile")
    expect(posts).to_contain_text("Spanish")
    words = page.get_by_role("searchbox", name="Only posts with these words")
    words.fill("water")
    expect(page.locator(".posts-list li")).to_have_count(sum("water" in text.lower() for *_, text, _ in POSTS))
    words.fill("")
    words.blur()
    panel = inspect(page)
    expect(panel.get_by_text("Unit: reflectance x 10,000")).to_be_visible()
    assert violations(page) == []
    picture(page, "posts")
