"""The Exports page: formats by what they are for, and a dialog that says beforehand what cannot be carried."""

import json
import os
import re
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.models import Export, Project, Sample
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_export_is_made_with_what_was_chosen(
    project: Project, samples: list[Sample], alice: AbstractBaseUser, open_page: Open, workers: None, tmp_path: Path
) -> None:
    for sample in samples:
        factories.label(sample, alice, 1 + sample.index % 3)
    page = open_page(alice)
    page.goto(f"/projects/{project.pk}/exports/")
    expect(page.get_by_role("heading", name="For maps and GIS")).to_be_visible()
    page.get_by_role("button", name="Make CSV").click()
    dialog = page.get_by_role("dialog", name="Export CSV")
    expect(dialog.get_by_text("what is painted")).to_be_visible()
    expect(dialog.get_by_label("Seed")).to_be_hidden()
    dialog.get_by_label("Call people by pseudonyms").check()
    dialog.get_by_label("Split into training, validation and test").check()
    dialog.get_by_label("Seed").fill("7")
    if folder := os.environ.get("TERRASCRIBE_EXPORT_SHOTS"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/dialog-{scheme}.png")
    dialog.get_by_role("button", name="Make it").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Download")).click()
    with zipfile.ZipFile(download.value.path()) as archive:
        told = json.loads(archive.read("splits.json"))
        assert b"alice" not in archive.read("samples.csv")
    assert (told["seed"], told["shares"], told["leaks"]) == (7, [70, 15, 15], 0)
    assert Export.objects.get().format == "csv"
    page.get_by_role("button", name="Make GeoPackage").click()
    dialog = page.get_by_role("dialog", name="Export GeoPackage")
    dialog.get_by_label("Coordinates in the tiles' own CRS").check()
    dialog.get_by_label("Also one polygon over tile borders").check()
    dialog.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("cell", name="GeoPackage")).to_be_visible()
    asked = Export.objects.get(format="geopackage").job
    assert asked and (asked.params["own_crs"], asked.params["dissolve"]) == (True, True)
    if folder:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/page-{scheme}.png", full_page=True)
