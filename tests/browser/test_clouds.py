"""Laser points and posts on the stage: looked at from above, in 3-D and along a line, and read."""

import os
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.ingest import Wishes, ingest_files
from annotation.models import Project
from annotation.told import told_in
from tests import factories
from tests.browser.conftest import Open
from tests.clouds import CORNER, write_cloud
from tests.rasters import ramp, real_file, write_raster

pytestmark = pytest.mark.django_db(transaction=True)
MARKUP = "<img src=x onerror=alert(1)> <b>water</b> needed"
SLOW = "GPU stall due to ReadPixels"  # of a machine that draws 3-D without a card
PICTURES = os.environ.get("TERRASCRIBE_LOOK_AT", "")  # a folder, for whoever wants to see


def take_in(project: Project, *paths: Path) -> None:
    results = list(ingest_files(project, paths, Wishes(), report=lambda *_: None))
    assert [result.status for result in results] == ["accepted"] * len(paths), results


@pytest.fixture
def surveyed(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a project of one tile of 20 px with a cloud: level ground, and a tree of 10 m in its north-west."""
    project = factories.make_project(alice, tile_px=20)
    take_in(project, write_cloud(tmp_path / "trees.laz"))
    factories.make_round(project, list(project.samples.all()))
    return project


def start(page: Page, project: Project) -> None:
    page.goto(reverse("label", args=[project.pk]))
    expect(page.locator("#view")).not_to_be_empty()


def look(page: Page, view: str) -> None:
    """Go through the views until this one is on."""
    shown = page.locator("#view")
    expect(shown).not_to_be_empty()
    for _ in range(20):
        if shown.inner_text() == view:
            return
        before = shown.inner_text()
        page.keyboard.press("b")
        expect(shown).not_to_have_text(before)
    raise AssertionError(f"there is no view {view}")


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(500)
        page.screenshot(path=f"{PICTURES}/{name}.png")


def test_it_works(surveyed: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, surveyed)
    look(page, "Points by height")
    legend = page.locator(".cloud-legend")
    expect(legend).to_contain_text("Height")
    expect(legend).to_contain_text("0.0 m")
    expect(legend).to_contain_text("10.0 m")
    look(page, "Points by class")
    expect(legend).to_contain_text("Never classified")
    page.keyboard.press("1")  # and labelling goes on as ever
    expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()


def test_a_profile_is_drawn_turned_and_moved(surveyed: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, surveyed)
    look(page, "Points by height")
    page.get_by_role("button", name="Profile").click()
    profile = page.locator(".cloud-profile canvas")
    expect(profile).to_have_attribute("aria-label", re.compile(r"40 m long, 1\.\d m wide, \d+ returns"))
    expect(profile).to_have_attribute("aria-label", re.compile("0.0 to 10.0 m"))
    profile.focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(profile).to_have_attribute("aria-label", re.compile("0.0 to 0.0 m"))  # south of the tree
    box = page.locator(".pane .tile").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2 - 100, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 - 20, box["y"] + 150, steps=4)
    page.mouse.up()
    expect(profile).not_to_have_attribute("aria-label", re.compile("40 m long"))
    page.get_by_role("button", name="Profile").click()
    expect(profile).to_be_hidden()


def test_points_in_three_dimensions(
    surveyed: Project, alice: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append(SLOW)
    page = open_page(alice, reduced_motion="reduce")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    start(page, surveyed)
    assert not any("three" in url for url in loaded)  # half a megabyte that nobody asked for
    look(page, "Points in 3-D")
    canvas = page.locator(".cloud-canvas")
    expect(page.locator(".cloud-legend")).to_contain_text("Height")
    assert any("three.module" in url for url in loaded)
    canvas.focus()
    page.wait_for_timeout(200)
    before = canvas.screenshot()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(200)
    turned = canvas.screenshot()
    assert turned != before
    assert page.locator("#view").inner_text() == "Points in 3-D"  # its keys are not those of labelling
    page.keyboard.press("r")
    page.wait_for_timeout(200)
    assert canvas.screenshot() == before
    page.get_by_label("Exaggerate").select_option("5")
    page.wait_for_timeout(200)
    assert canvas.screenshot() != before


def test_posts_are_read_filtered_and_never_run(alice: AbstractBaseUser, open_page: Open, tmp_path: Path) -> None:
    project = factories.make_project(alice, tile_px=20)
    raster = write_raster(tmp_path / "a.tif", ramp(3, 20, 20), transform=(2, 0, CORNER[0], 0, -2, CORNER[1]))
    posts = tmp_path / "posts.csv"
    english = "There is no food left in the camp behind the school, please send help to us as soon as you can"
    posts.write_text(f'lon,lat,time,text\n9.0001,45.1533,2010-01-12,{MARKUP}\n9.0002,45.1533,2010-02-01,"{english}"\n')
    take_in(project, raster, posts)
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    start(page, project)
    page.keyboard.press("v")
    expect(page.locator("#view")).to_have_text("Posts")
    words = page.locator(".posts-list li")
    expect(words).to_have_count(2)
    expect(words.first).to_contain_text(MARKUP)  # as text
    expect(words.last).to_contain_text("English")
    expect(words.first).to_contain_text("2010-01-12")
    expect(page.locator(".post-mark")).to_have_count(2)
    page.get_by_label("Only posts with these words").fill("food school")
    expect(words).to_have_count(1)
    expect(page.locator(".posts-count")).to_have_text("1 of 2 posts")
    page.get_by_label("Only posts with these words").fill("")
    page.get_by_label("Only posts until this day").fill("2010-01-31")
    expect(words).to_have_count(1)
    expect(words.first).to_contain_text("water")


def test_where_people_only_wrote_their_words_are_labelled(
    alice: AbstractBaseUser, open_page: Open, tmp_path: Path
) -> None:
    project = factories.make_project(alice)
    posts = tmp_path / "posts.csv"
    posts.write_text(f"lon,lat,text\n9.0001,45.1533,{MARKUP}\n9.2,45.3,the bridge is down\n")
    take_in(project, posts)
    factories.make_round(project, list(project.samples.all()))
    page = open_page(alice)
    start(page, project)
    words = page.locator(".posts-list li")
    expect(words).to_have_count(1)
    first = words.inner_text()
    page.keyboard.press("2")
    expect(words).not_to_have_text(first)
    expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()
    page.get_by_label("Only posts with these words").fill("2 nothing")  # words are words, and no keys
    expect(page.locator(".posts-count")).to_have_text("0 of 1 posts")
    expect(page.locator("#labels")).to_contain_text("1 label")


@pytest.mark.skipif(not PICTURES, reason="TERRASCRIBE_LOOK_AT names no folder for pictures")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_of_real_clouds(alice: AbstractBaseUser, open_page: Open, excused: list[str], scheme: str) -> None:
    excused.append(SLOW)
    for name, file, tile_px in (
        ("autzen", "pointcloud/pdal_autzen_trim.las", 64),
        ("sjer", "neon_trees/SJER_JERC/SJER_052.laz", 160),
    ):
        project = factories.make_project(alice, name=name, tile_px=tile_px)
        take_in(project, real_file(file))
        factories.make_round(project, list(project.samples.all())[5:] or list(project.samples.all()))
        page = open_page(alice, color_scheme=scheme)
        start(page, project)
        for view in ("Points by height", "Points by intensity", "Points by class"):
            look(page, view)
            keep(page, f"{name}_{scheme}_{view.split()[-1]}")
        look(page, "Points by height")
        page.get_by_role("button", name="Profile").click()
        keep(page, f"{name}_{scheme}_profile")
        page.get_by_role("button", name="Profile").click()
        look(page, "Points in 3-D")
        expect(page.locator(".cloud-legend")).to_contain_text("Height")
        keep(page, f"{name}_{scheme}_3d")
        page.close()


@pytest.mark.skipif(not PICTURES, reason="TERRASCRIBE_LOOK_AT names no folder for pictures")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_of_reports(alice: AbstractBaseUser, open_page: Open, scheme: str) -> None:
    project = factories.make_project(alice, name="Haiti")
    take_in(project, real_file("haiti_ushahidi/haiti_scrubbed.csv"))
    samples = list(project.samples.select_related("tile__grid"))
    told = told_in(project)
    busy = max(samples[::10], key=lambda sample: len(list(told.posts_in(sample))))
    factories.make_round(project, [busy])
    page = open_page(alice, color_scheme=scheme)
    start(page, project)
    expect(page.locator(".posts-list li").first).to_be_visible()
    page.locator(".posts-list li").nth(1).hover()
    keep(page, f"haiti_{scheme}")
    page.set_viewport_size({"width": 800, "height": 600})
    keep(page, f"haiti_{scheme}_narrow")
