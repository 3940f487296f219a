"""Uploads: a GeoTIFF becomes a scene with tiles, what is no image is refused on the page."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Project, Sample
from tests.browser.conftest import Open
from tests.rasters import ramp, write_raster

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_scene_appears(
    project: Project, alice: AbstractBaseUser, workers: None, tmp_path: Path, open_page: Open, excused: list[str]
) -> None:
    excused.append("400 (Bad Request)")
    good = write_raster(tmp_path / "harbour.tif", ramp(1, 96, 128))
    bad = tmp_path / "notes.tif"
    bad.write_text("no image at all")
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    expect(page.get_by_text("No imagery yet")).to_be_visible()
    page.get_by_label("Choose files").set_input_files([good, bad])
    uploads = page.get_by_role("listitem")
    expect(uploads.filter(has_text="harbour.tif")).to_contain_text("accepted")
    expect(uploads.filter(has_text="notes.tif")).to_contain_text("refused")
    expect(uploads.filter(has_text="notes.tif")).to_contain_text("not a GeoTIFF")
    row = page.get_by_role("row").filter(has_text="harbour")
    expect(row).to_contain_text("128 × 96")
    expect(row).to_contain_text("EPSG:32632")
    expect(row.get_by_role("img", name="Preview of harbour")).to_be_visible()
    assert (project.scenes.get().name, Sample.objects.filter(project=project).count()) == ("harbour.tif", 12)
    jobs = page.get_by_role("listitem").filter(has_text="done")
    expect(jobs).to_have_count(2)  # taken in, embedded
    page.get_by_label("Choose files").set_input_files([good])
    expect(uploads.filter(has_text="there already")).to_be_visible()
    row.get_by_role("button", name="It is right").click()
    expect(row).not_to_contain_text("Guessed")
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert not project.scenes.get().sensor_guessed
    row.get_by_label("Sensor of harbour.tif").select_option("elevation")
    expect(page.get_by_text("the tiles are embedded again")).to_be_visible()
    expect(jobs).to_have_count(3)
