"""A real patch of 68 dates on the label page: its slider, its own clouds on it, and what became of a place."""

import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.models import Coverage
from tests import factories
from tests.browser.conftest import Open
from tests.browser.covering import drawn_share
from tests.browser.modalities import inspect, picture, show, take_in, tile_at
from tests.rasters import real_file

pytestmark = pytest.mark.django_db(transaction=True)
SIDE = 32


def test_it_works(alice: AbstractBaseUser, open_page: Open, tmp_path: Path) -> None:
    folder, archive = real_file("eolearn_testpatch/TestEOPatch"), tmp_path / "patch.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ("bbox.geojson", "timestamps.json", "data/NDVI.npy", "mask/CLM.npy"):
            packed.write(folder / name, f"TestEOPatch/{name}")
    project = factories.make_project(alice, name="Slovenia", tile_px=SIDE, classes=["Forest", "Grassland", "Built-up"])
    take_in(project, archive)
    sample = tile_at(project, 0.4, 0.4)
    top, left = sample.tile.row * SIDE, sample.tile.column * SIDE
    clouds = np.load(folder / "mask" / "CLM.npy")[:, top : top + SIDE, left : left + SIDE, 0]
    kept = (
        Coverage.objects.filter(tile=sample.tile).order_by("scene__acquired", "scene").values_list("cloud", flat=True)
    )
    np.testing.assert_allclose(list(kept), clouds.mean(axis=(1, 2)), atol=0.06)  # told from 16 x 16 places a tile

    page = open_page(alice)
    show(page, sample, [("2015-07-11", "In colours")])
    slider = page.get_by_role("slider", name="Date")
    expect(page.locator(".dates button")).to_have_count(68)
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"2015-07-11.*0% cloud"))
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"2015-07-31.*100% cloud"))
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("img", name=re.compile("2015-08-30"))).to_be_visible()
    panel = inspect(page)
    cloudy = int(clouds[:, SIDE // 2, SIDE // 2].sum())
    series = panel.get_by_role("img", name=re.compile(rf"^NDVI.* 68 dates, {cloudy} cloudy"))
    expect(series).to_be_visible()
    assert drawn_share(series) > 0.5
    picture(page, "series")
