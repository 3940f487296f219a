"""Four modalities of one place in four panes: photograph, spectrometer, laser and canopy; and the desk full of them."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from tests import factories
from tests.browser.axe import violations
from tests.browser.conftest import Open
from tests.browser.covering import covered
from tests.browser.dated import titles
from tests.browser.modalities import SPECTRUM, inspect, lay, picture, show, spectrometer, take_in, tile_at
from tests.rasters import real_file

pytestmark = pytest.mark.django_db(transaction=True)
PANES = [
    ("RGB", "True colour"),
    ("NEON", "Principal components"),
    ("laz", "Points by height"),
    ("Elevation", "In colours"),
]


def test_it_works(alice: AbstractBaseUser, open_page: Open) -> None:
    project = factories.make_project(alice, name="San Joaquin", tile_px=400, classes=["Oak", "Pine", "Grass"])
    take_in(project, *(real_file(f"neon_trees/SJER_JERC/SJER_052{end}") for end in (".tif", "_CHM.tif", ".laz")))
    cube = real_file("neon_trees/SJER_JERC/SJER_052_hyperspectral.tif")
    take_in(project, cube, sensor=spectrometer("NEON", 426, 382, 2512))
    for scene in project.scenes.all():
        if not scene.asset.info().crs:
            lay(scene, "EPSG:32611")
    assert project.scenes.values("grid").distinct().count() == 1
    page = open_page(alice)
    show(page, tile_at(project), PANES)
    for number, (_, view) in enumerate(PANES):
        expect(titles(page).nth(number)).to_contain_text(view)
    expect(page.locator(".cloud-legend")).to_contain_text("Height")
    for _ in range(2):
        page.keyboard.press(".")  # to the second pane
    panel = inspect(page)
    expect(panel).to_contain_text("426 bands")
    expect(panel.get_by_role("img", name=SPECTRUM)).to_be_visible()
    expect(panel).to_contain_text("RGB camera")
    expect(panel.get_by_text("Unit: DN").last).to_be_visible()
    page.keyboard.press("+")
    assert covered(page) == []
    picture(page, "four")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(300)  # colours fade
        assert violations(page) == [], scheme
