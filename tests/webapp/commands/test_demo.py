"""manage.py demo: a project of each kind on a real scene, made once."""

import io
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from annotation import demo
from annotation.deletions import delete_project
from annotation.ingest import FileResult, Status
from annotation.models import Annotation, Asset, Job, Project
from annotation.models.projects import Role
from annotation.tasks import TASKS
from tests.samples import sample_folder

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """Run the command and return what it printed."""
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def samples() -> Path:
    """Return the folder of sample imagery."""
    return sample_folder()


@pytest.fixture
def few(samples: Path, monkeypatch) -> list[str]:
    """Let the demo be two small projects, and return their names as they are listed."""
    kept = [recipe for recipe in demo.recipes() if recipe.task == "points" or recipe.days]
    monkeypatch.setattr(demo, "recipes", lambda: kept)
    return [recipe.name for recipe in reversed(kept)]


def test_it_works(samples: Path, settings) -> None:
    settings.DEMO_PASSWORD = "demo"
    printed = run()
    assert "Loaded Great Salt Lake land cover: 567 tiles" in printed
    assert "login: demo   password: demo" in printed
    assert list(Project.objects.values_list("task", "scope")) == [
        ("classes", "place"),
        ("masks", "place"),
        ("tags", "place"),
        ("amount", "place"),
        ("classes", "pair"),
        ("boxes", "place"),
        ("points", "place"),
    ]
    assert {project.task for project in Project.objects.all()} == set(TASKS)
    cover, segments, _, water = Project.objects.all()[:4]
    assert (cover.name, cover.tile_px) == ("Great Salt Lake land cover", 64)
    assert segments.name == "Great Salt Lake segmentation"
    boxes = Project.objects.get(task="boxes")
    assert [item.name for item in boxes.classes.all()] == ["Living tree", "Standing dead tree", "Fallen trunk"]
    assert boxes.samples.filter(state="open").count() == 156
    assert (water.name, water.classes.count()) == ("Great Salt Lake share of water", 0)
    assert water.task_options.items() >= {"name": "Share of water", "unit": "%", "low": 0, "high": 100}.items()
    scene = cover.scenes.get()
    assert (scene.sensor["code"], scene.sensor_guessed, scene.acquired) == ("landsat7-etm", False, None)
    assert Asset.objects.filter(scenes__name=scene.name).distinct().get() == scene.asset == segments.scenes.get().asset
    names = ["Open water", "Salt pond", "Wetland and vegetation", "Bare ground", "Salt flat", "Built-up", "Mountain"]
    assert list(cover.classes.values_list("name", flat=True)) == names
    assert len(set(cover.classes.values_list("colour", flat=True))) == 7
    assert list(cover.classes.values_list("hotkey", flat=True)) == list("1234567")
    assert Annotation.objects.count() == 0
    user = authenticate(username="demo", password="demo")
    assert user is not None
    assert (user.is_staff, user.is_superuser) == (True, False)
    assert {project.role_of(user) for project in Project.objects.all()} == {Role.OWNER}
    assert set(Job.objects.values_list("kind", "state")) == {("embed", "queued")}
    assert set(Job.objects.values_list("project", flat=True)) == set(Project.objects.values_list("pk", flat=True))


def test_change_is_asked_for_between_two_days_of_the_cube(few: list[str]) -> None:
    run()
    change = Project.objects.get(scope="pair")
    assert [scene.day for scene in change.scenes.order_by("acquired")] == [date(2017, 7, 6), date(2019, 7, 6)]
    assert {scene.sensor["title"] for scene in change.scenes.all()} == {"Sentinel-2 MSI (B02, B03, B04, B08)"}
    pair = change.epoch_pairs.get()
    assert (pair.earlier.name, pair.later.name) == ("2017-07-06", "2019-07-06")
    assert change.samples.filter(state="open").count() == change.samples.count() == 100
    assert change.classes.first().name == "No change"
    scene = change.scenes.order_by("acquired").last()
    assert (scene.grid.crs, scene.grid.transform[0], scene.grid.tile_px) == ("EPSG:3035", 10, 10)
    with rasterio.open(scene.asset.file) as file:
        assert (file.shape, file.dtypes[0]) == ((100, 100), "uint16")
        assert 100 < np.median(file.read(3)) < 600 < 2000 < np.median(file.read(4)) < 4500  # a forest in summer, x 10^4
    assert "Copernicus" in change.description
    assert Project.objects.get(task="points").samples.filter(state="open").count() == 64


def test_the_second_time_nothing_happens_and_a_removed_project_does_not_come_back(
    few: list[str], django_assert_max_num_queries
) -> None:
    run()
    with django_assert_max_num_queries(2):
        assert "Loaded" not in run()
    assert [project.name for project in Project.objects.all()] == few
    delete_project(Project.objects.get(name=few[0]))
    run()
    assert [project.name for project in Project.objects.all()] == few[1:]


def test_what_is_missing_comes_when_it_is_asked_for(few: list[str]) -> None:
    run()
    kept = Project.objects.get(name=few[1])
    delete_project(Project.objects.get(name=few[0]))
    assert f"Loaded {few[0]}: 100 tiles" in run("--missing")
    assert [project.name for project in Project.objects.all()] == few
    assert Project.objects.get(name=few[1]) == kept
    assert "Loaded" not in run("--missing")


def test_without_a_password_there_is_no_demo(settings) -> None:
    settings.DEMO_PASSWORD = ""
    assert "production has no demo account" in run()
    assert not get_user_model().objects.exists()


def test_a_missing_scene_says_what_to_do_and_leaves_nothing(settings, tmp_path: Path) -> None:
    settings.SAMPLES_DIR = tmp_path
    with pytest.raises(CommandError, match="install it with: make samples"):
        run()
    assert not get_user_model().objects.exists()


def test_a_failure_leaves_nothing(few: list[str], monkeypatch) -> None:
    refused = [FileResult("landsat.tif", Status.REFUSED, "the disk is full")]
    monkeypatch.setattr(demo, "ingest_files", lambda *args, **options: refused)
    with pytest.raises(CommandError, match="could not be taken in: the disk is full"):
        run()
    assert not get_user_model().objects.exists()
    assert Project.objects.count() == 0
