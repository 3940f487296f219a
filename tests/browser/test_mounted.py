"""Files on a mounted folder: an owner walks to them and takes them in where they lie."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Project
from tests.browser.conftest import Open
from tests.rasters import ramp, write_raster

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(
    project: Project, alice: AbstractBaseUser, workers: None, mounted_folder: Path, open_page: Open
) -> None:
    (mounted_folder / "2021").mkdir(exist_ok=True)
    path = write_raster(mounted_folder / "2021" / "coast.tif", ramp(3, 96, 128), driver="COG")
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    page.get_by_role("button", name="From a mounted folder…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="archive/").click()
    dialog.get_by_role("button", name="2021/").click()
    dialog.get_by_label("coast.tif").check()
    expect(dialog.get_by_role("status")).to_have_text("1 file chosen")
    dialog.get_by_role("button", name="Take in").click()
    expect(dialog).to_contain_text("coast.tif: 128 x 96 px with 3 bands to take in")
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("row").filter(has_text="coast.tif")).to_contain_text("128 × 96")
    assert project.scenes.get().asset.mounted == str(path.resolve())
