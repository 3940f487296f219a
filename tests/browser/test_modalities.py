"""Modalities on the desk: two dates, radar beside light, spectra; of real files, and of invented ones for pictures."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.ingest import state_bands
from tests import factories
from tests.browser.conftest import Open
from tests.browser.dated import pictures, titles
from tests.browser.invented_files import DEAD, contest_file, flood_files, space_cube
from tests.browser.modalities import SPECTRUM, inspect, lay, picture, show, spectrometer, take_in, tile_at
from tests.rasters import real_file

pytestmark = pytest.mark.django_db(transaction=True)


def real_flood(folder: Path) -> list[Path]:
    return [real_file(f"sen1floods11_sample/{kind}/Spain_7370579_{kind}Hand.tif") for kind in ("S2", "S1")]


def real_space(folder: Path) -> Path:
    return real_file("enmap_potsdam/images/enmap_potsdam_tile_128_96.tif")


def real_contest(folder: Path) -> Path:
    return real_file("houston2018_hsi_rgb/houston_dataset.mat")


def test_it_works(alice: AbstractBaseUser, open_page: Open) -> None:
    project = factories.make_project(alice, name="Boadella", tile_px=96, classes=["Flooded", "Reservoir", "Forest"])
    for day in (13, 28):
        take_in(project, real_file(f"s2_boadella_eurosat6/Boadella_2020-01-{day}.tif"), acquired=date(2020, 1, day))
    page = open_page(alice)
    show(page, tile_at(project, 0.6, 0.3), [("2020-01-13", "False colour"), ("2020-01-28", "False colour")])
    expect(titles(page).first).to_contain_text("2020-01-13 · False colour")
    expect(titles(page).last).to_contain_text("2020-01-28 · False colour")
    assert len(set(pictures(page))) == 2
    panel = inspect(page)
    expect(panel.get_by_role("img", name=SPECTRUM)).to_be_visible()
    expect(panel.get_by_role("row", name="blue").first).to_be_visible()
    picture(page, "dates")


@pytest.mark.parametrize(("files", "name"), [(real_flood, ""), (flood_files, "radar")])
def test_radar_lies_beside_light(
    alice: AbstractBaseUser, open_page: Open, tmp_path: Path, files: Callable[[Path], list[Path]], name: str
) -> None:
    project = factories.make_project(alice, name="Flood", tile_px=128, classes=["Flooded", "Dry"])
    take_in(project, *files(tmp_path))
    page = open_page(alice)
    show(page, tile_at(project), [("Sentinel-2", "Shortwave infrared"), ("Sentinel-1", "VV, VH, VV/VH in dB")])
    expect(titles(page).first).to_contain_text("Shortwave infrared")
    expect(titles(page).last).to_contain_text("VV, VH, VV/VH in dB")
    panel = inspect(page)
    expect(panel).to_contain_text("dB")
    expect(panel).to_contain_text("VH")
    expect(panel.get_by_text("Unit: reflectance x 10,000")).to_have_count(1)  # not in each row
    picture(page, name)


@pytest.mark.parametrize(
    ("file", "name", "living"), [(real_space, "", 218), (space_cube, "spectrum", 224 - DEAD.sum())]
)
def test_a_spectrum_from_space(
    alice: AbstractBaseUser, open_page: Open, tmp_path: Path, file: Callable[[Path], Path], name: str, living: int
) -> None:
    project = factories.make_project(alice, name="Valley", tile_px=32, classes=["Field", "Meadow", "Wood", "Water"])
    take_in(project, file(tmp_path))
    page = open_page(alice)
    show(page, tile_at(project), [("True colour", "True colour"), ("", "Principal components")])
    panel = inspect(page)
    expect(panel.get_by_role("img", name=SPECTRUM)).to_be_visible()
    expect(panel).to_contain_text(f"{living} of 224 bands")  # the others are dead
    expect(panel).to_contain_text("EPSG:326")
    picture(page, name)


@pytest.mark.parametrize(("file", "name"), [(real_contest, ""), (contest_file, "cube")])
def test_a_cube_and_a_camera_of_four_times_its_resolution(
    alice: AbstractBaseUser, open_page: Open, tmp_path: Path, file: Callable[[Path], Path], name: str
) -> None:
    project = factories.make_project(alice, name="Village", tile_px=192, classes=["Grass", "Trees", "Road", "Building"])
    take_in(project, file(tmp_path))
    cube, camera = project.scenes.get(name__endswith="hyprImg"), project.scenes.get(name__endswith="rgbImg")
    state_bands(cube, spectrometer("CASI", 48, 380, 1050).bands)
    for scene, step in ((camera, 0.25), (cube, 1.0)):
        lay(scene, "EPSG:32615", (step, 0, 272_056, 0, -step, 3_290_290))
    assert project.scenes.values("grid").distinct().count() == 1
    page = open_page(alice)
    show(page, tile_at(project), [("RGB", "True colour"), ("hyprImg", "False colour")], likely=4)
    expect(titles(page).last).to_contain_text("As stated: 48 bands, 380 to 1050 nm")
    panel = inspect(page)
    expect(panel.get_by_role("img", name=SPECTRUM)).to_be_visible()
    expect(panel).to_contain_text("48 of 48 bands")
    picture(page, name)
