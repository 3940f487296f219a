"""The mask of another date as the start of this one: one key, one step back, and told with the label."""

import os
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.arrays.masks import load_mask
from annotation.models import Annotation
from annotation.tasks.masks import wrapped
from tests import factories
from tests.annotation.labeling.test_other_dates import dated
from tests.browser.conftest import Open

SHOTS = os.environ.get("SHOTS")
pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(alice: AbstractBaseUser, open_page: Open, tmp_path: Path) -> None:
    project = dated(alice, tmp_path)
    tile = project.samples.order_by("index")[0].tile
    first, second, third, _ = project.samples.filter(tile=tile).order_by("epoch__starts", "epoch")
    mask = np.zeros((32, 32), np.uint8)
    mask[4:12, 4:24] = 2
    shapes = [{"class": 2, "polygon": [[[4, 4], [24, 4], [24, 12], [4, 12]]]}]
    factories.say(first, alice, wrapped(np.full((32, 32), 1, np.uint8)))
    origin = factories.say(second, alice, {**wrapped(mask), "shapes": shapes})
    factories.make_round(project, [third])
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_text("0 of 1024 pixels labelled")).to_be_visible()
    expect(page.get_by_role("button", name="Copy date")).to_be_visible()
    page.keyboard.press("Control+m")
    expect(page.get_by_text("160 of 1024 pixels labelled")).to_be_visible()
    expect(page.get_by_text("Copied from 2020-06-01, by alice")).to_be_visible()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/other-date.png")
    page.keyboard.press("Control+m")
    expect(page.get_by_text("1024 of 1024 pixels labelled")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("0 of 1024 pixels labelled", exact=True)).to_be_visible()
    page.keyboard.press("Control+m")
    expect(page.get_by_text("160 of 1024 pixels labelled")).to_be_visible()
    page.reload()
    expect(page.get_by_text("160 of 1024 pixels labelled")).to_be_visible()
    with page.expect_response("**/annotations/"):
        page.keyboard.press("Enter")
    said = Annotation.objects.get(sample=third)
    assert said.value["copied_from"] == origin.pk
    assert said.value["shapes"] == shapes
    assert (load_mask(said.mask) == mask).all()


def test_where_nobody_painted_it_says_so_and_projects_of_all_dates_offer_none(
    alice: AbstractBaseUser, open_page: Open, tmp_path: Path
) -> None:
    project = dated(alice, tmp_path)
    factories.make_round(project, list(project.samples.order_by("index")[:1]))
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_text("0 of 1024 pixels labelled")).to_be_visible()
    page.get_by_role("button", name="Copy date").click()
    expect(page.get_by_text("Nobody has painted this ground at another date yet.")).to_be_visible()
    timeless = factories.make_project(alice, task="masks", name="Timeless")
    factories.make_scene(timeless, tmp_path, name="timeless", nodata=3)
    factories.make_round(timeless, list(timeless.samples.all()[:1]))
    page.goto(reverse("label", args=[timeless.pk]))
    expect(page.get_by_text("0 of 1024 pixels labelled")).to_be_visible()
    expect(page.locator("#copy-date")).to_be_hidden()
    page.keyboard.press("Control+m")
    expect(page.get_by_text("speak of all dates at once")).to_be_visible()
