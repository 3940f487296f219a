"""Each modality on the desk: real files taken in, side by side on the label page, with what the cursor tells."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import Open
from tests.browser.modalities import inspect, picture, places_of, show, take_in, tile_at, titles
from tests.rasters import real_file

pytestmark = pytest.mark.django_db(transaction=True)
SPECTRUM = re.compile("^Spectrum of")


def test_it_works(alice: AbstractBaseUser, open_page: Open) -> None:
    project = factories.make_project(alice, name="Boadella", tile_px=96, classes=["Reservoir", "Bank", "Forest"])
    for day in (13, 28):
        take_in(project, real_file(f"s2_boadella_eurosat6/Boadella_2020-01-{day}.tif"), acquired=date(2020, 1, day))
    page = open_page(alice)
    show(page, tile_at(project, 0.6, 0.3), [("2020-01-13", "True colour"), ("2020-01-28", "True colour")])
    expect(titles(page)).to_have_text(["2020-01-13 · True colour", "2020-01-28 · True colour"])
    assert len(set(places_of(page))) == 2
    picture(page, "dates")


def test_radar_lies_beside_light(alice: AbstractBaseUser, open_page: Open) -> None:
    project = factories.make_project(alice, name="Flood in Spain", tile_px=128, classes=["Water", "Land"])
    for kind in ("S2", "S1"):
        take_in(project, real_file(f"sen1floods11_sample/{kind}/Spain_7370579_{kind}Hand.tif"))
    page = open_page(alice)
    show(page, tile_at(project), [("Sentinel-2", "Shortwave infrared"), ("Sentinel-1", "VV, VH, VV/VH in dB")])
    expect(titles(page).first).to_contain_text("Shortwave infrared")
    expect(titles(page).last).to_contain_text("VV, VH, VV/VH in dB")
    panel = inspect(page)
    expect(panel).to_contain_text("dB")
    expect(panel).to_contain_text("VH")
    picture(page, "radar")


def test_a_spectrum_from_space(alice: AbstractBaseUser, open_page: Open) -> None:
    project = factories.make_project(alice, name="Potsdam", tile_px=32, classes=["Roof", "Pavement", "Plants", "Water"])
    take_in(project, real_file("enmap_potsdam/images/enmap_potsdam_tile_128_96.tif"))
    page = open_page(alice)
    show(page, tile_at(project), [("True colour", "True colour"), ("", "Principal components")])
    panel = inspect(page)
    expect(panel.get_by_role("img", name=SPECTRUM)).to_be_visible()
    expect(panel).to_contain_text("218 of 224 bands")  # six are dead
    expect(panel).to_contain_text("EPSG:32633")
    picture(page, "spectrum")
