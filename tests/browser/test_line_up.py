"""The Imagery page: a scene is compared with another, both flicker, and the owner lets it be read where it lies."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
import rasterio
from affine import Affine
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation import jobs
from annotation.ingest import Wishes, ingest_files
from annotation.models import Project, Scene
from annotation.models.jobs import Job, JobKind
from tests.browser.conftest import Open
from tests.rasters import real_file

SHOTS = os.environ.get("LINE_UP_SHOTS", "")
pytestmark = pytest.mark.django_db(transaction=True)


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")


@pytest.fixture
def boadella(project: Project, tmp_path: Path) -> tuple[Scene, Scene]:
    """Return two dates of Boadella, of which the second says that it lies 1.3 px left of and 0.7 px below its place."""
    scenes = []
    for day, off in ((13, (0.0, 0.0)), (28, (-1.3, 0.7))):
        path = tmp_path / f"Boadella_2020-01-{day}.tif"
        shutil.copyfile(real_file(f"s2_boadella_eurosat6/{path.name}"), path)
        with rasterio.open(path, "r+") as dataset:
            dataset.transform = dataset.transform @ Affine.translation(*off)
        (result,) = ingest_files(project, [path], Wishes(acquired=date(2020, 1, day)), report=lambda *_: None)
        assert result.status == "accepted", result.message
        scenes.append(project.scenes.latest("pk"))
    return scenes[0], scenes[1]


def test_it_works(boadella: tuple[Scene, Scene], project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    _, off = boadella
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    page.get_by_role("button", name=f"How {off.name} lies on others").click()
    dialog = page.get_by_role("dialog", name=f"How {off.name} lies")
    expect(dialog.get_by_label("Scene that lies right")).to_contain_text("Boadella_2020-01-13.tif, 2020-01-13")
    dialog.get_by_role("button", name="Compare").click()
    expect(dialog.get_by_role("status")).to_have_text("Comparing…")
    jobs.run(Job.objects.get(project=project, kind=JobKind.INGEST).pk)
    expect(dialog.get_by_role("status")).to_contain_text("px too far to the left")
    expect(dialog.get_by_role("status")).to_contain_text("windows that differ by")
    caption, stop = dialog.locator("figcaption"), dialog.get_by_role("button", name="Stop")
    if stop.count():
        stop.click()
    expect(dialog.get_by_role("button", name="Flicker")).to_be_visible()
    first = caption.inner_text()
    dialog.get_by_role("button", name="Show the other").click()
    assert {first, caption.inner_text()} == {"Boadella_2020-01-13.tif", "Boadella_2020-01-28.tif"}
    expect(dialog.locator(".flicker img.shown")).to_have_count(1)
    for image in dialog.locator(".flicker img").all():
        expect(image).to_have_js_property("naturalWidth", 512)
    shoot(page, "before")
    dialog.get_by_role("checkbox", name="as it would lie").check()
    shoot(page, "as-it-would")
    dialog.get_by_role("button", name="Move it by").click()
    expect(dialog.get_by_text("Moved by")).to_be_visible()
    off.refresh_from_db()
    assert off.shift == pytest.approx([1.3, -0.7], abs=0.6)  # the two dates themselves lie some tenths apart
    expect(dialog.get_by_role("checkbox", name="as it would lie")).to_have_count(0)
    shoot(page, "moved")
    dialog.get_by_role("button", name="As its file says").click()
    expect(dialog.get_by_role("button", name="Move it by")).to_be_visible()
    off.refresh_from_db()
    assert off.shift is None


def test_what_cannot_be_told_is_said(
    scene: Scene, project: Project, alice: AbstractBaseUser, tmp_path: Path, open_page: Open
) -> None:
    Scene.objects.filter(pk=scene.pk).update(
        shift_check={
            "reference": scene.pk, "refusal": "They show no common ground with enough structure in it.", "bands": [],
            "across_px": 0, "down_px": 0, "metres": 0, "spread_px": 0, "windows": 0, "alike_before": 0,
            "alike_after": 0, "samples": None, "lattice_px": None,
        }
    )  # fmt: skip
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    page.get_by_role("button", name=f"How {scene.name} lies on others").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("No other scene of this project shows its ground.")).to_be_visible()
    expect(dialog.get_by_role("status")).to_contain_text("Nobody can tell how")
    expect(dialog.get_by_role("button", name="Move it by")).to_have_count(0)
