"""Sensors of a project's own and dates of many scenes, by the dialogs of the Imagery page."""

from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import OwnSensor, Project
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)
YAML = "- {code: ours, title: Ours, bands: [{name: a, wavelength_nm: 500}]}\n"


def test_it_works(project: Project, alice: AbstractBaseUser, open_page: Open, tmp_path: Path) -> None:
    factories.make_scene(project, tmp_path, name="flight")
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    page.get_by_role("button", name="Describe a sensor…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Code").fill("drone-3")
    dialog.get_by_label("Title").fill("Drone of ours")
    for number, (name, centre) in enumerate((("blue", 480), ("red", 660), ("nir", 800)), start=1):
        dialog.get_by_label(f"Name of band {number}").fill(name)
        dialog.get_by_label(f"Centre, nm of band {number}").fill(str(centre))
    dialog.get_by_role("button", name="Add a band").click()
    expect(dialog.get_by_label("Name of band 4")).to_be_visible()
    dialog.get_by_role("button", name="Remove the last").click()
    dialog.get_by_role("button", name="Save").click()
    shown = page.locator("#own-sensors li")
    expect(shown).to_contain_text("Drone of ours (drone-3): 3 bands, 0 scenes")
    page.get_by_label("Sensor of flight.tif").select_option("drone-3")
    expect(page.get_by_text("the tiles are embedded again")).to_be_visible()
    assert [band.wavelength_nm for band in project.scenes.get().get_sensor().bands] == [480, 660, 800]
    shown.get_by_role("button", name="Edit").click()
    expect(dialog.get_by_label("Centre, nm of band 2")).to_have_value("660")
    dialog.get_by_label("Title").fill("Our drone")
    dialog.get_by_role("button", name="Save").click()
    expect(shown).to_contain_text("Our drone (drone-3): 3 bands, 1 scene")
    (tmp_path / "ours.yaml").write_text(YAML)
    page.locator("#own-sensors input[type=file]").set_input_files(tmp_path / "ours.yaml")
    expect(shown).to_have_count(2)
    shown.filter(has_text="Ours").get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(shown).to_have_count(1)
    assert OwnSensor.objects.get().code == "drone-3"


def test_dates_of_many_scenes_by_their_names(
    project: Project, alice: AbstractBaseUser, open_page: Open, tmp_path: Path
) -> None:
    for width, name in ((64, "a_05-06-2021"), (96, "a_07-06-2021")):
        factories.make_scene(project, tmp_path, name=name, size=(3, 64, width))
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    page.get_by_role("button", name="Dates of a_05-06-2021.tif and scenes like it").click()
    page.get_by_label("or where names say it").fill("*_DD-MM-YYYY")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Date of a_07-06-2021.tif")).to_have_value("2021-06-07")
    assert [scene.moment for scene in project.scenes.order_by("pk")] == [date(2021, 6, 5), date(2021, 6, 7)]
