"""manage.py demo: a project of each kind on a real scene, made once."""

import io
from pathlib import Path

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from annotation import demo
from annotation.deletions import delete_project
from annotation.ingest import FileResult, Status
from annotation.models import Annotation, Asset, Job, Project
from annotation.models.projects import Role
from tests.rasters import sample_scene

pytestmark = pytest.mark.django_db


def run() -> str:
    """Run the command and return what it printed."""
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.fixture
def landsat(settings) -> Path:
    """Let the command find the sample scene."""
    path = sample_scene()
    settings.SAMPLES_DIR = path.parent
    return path


def test_it_works(landsat: Path, settings) -> None:
    settings.DEMO_PASSWORD = "demo"
    printed = run()
    assert "Loaded Great Salt Lake land cover: 567 tiles" in printed
    assert "login: demo   password: demo" in printed
    assert [project.task for project in Project.objects.order_by("id")] == list(demo.PROJECTS.values())
    cover, segments, water = (Project.objects.get(task=task) for task in ("classes", "masks", "amount"))
    assert (cover.name, cover.task, cover.tile_px) == ("Great Salt Lake land cover", "classes", 64)
    assert (segments.name, segments.task) == ("Great Salt Lake segmentation", "masks")
    assert (water.name, water.classes.count()) == ("Great Salt Lake share of water", 0)
    assert water.task_options.items() >= {"name": "Share of water", "unit": "%", "low": 0, "high": 100}.items()
    scene = cover.scenes.get()
    assert (scene.sensor["code"], scene.sensor_guessed, scene.acquired) == ("landsat7-etm", False, None)
    assert Asset.objects.get() == scene.asset == segments.scenes.get().asset
    names = ["Open water", "Salt pond", "Wetland and vegetation", "Bare ground", "Salt flat", "Built-up", "Mountain"]
    assert list(cover.classes.values_list("name", flat=True)) == names
    assert len(set(cover.classes.values_list("colour", flat=True))) == 7
    assert list(cover.classes.values_list("hotkey", flat=True)) == list("1234567")
    assert Annotation.objects.count() == 0
    user = authenticate(username="demo", password="demo")
    assert user is not None
    assert (user.is_staff, user.is_superuser) == (True, False)
    assert {project.role_of(user) for project in Project.objects.all()} == {Role.OWNER}
    assert list(Job.objects.values_list("kind", "state")) == [("embed", "queued")] * len(demo.PROJECTS)


def test_the_second_time_nothing_happens_and_a_removed_project_does_not_come_back(
    landsat: Path, django_assert_max_num_queries
) -> None:
    run()
    with django_assert_max_num_queries(2):
        assert "Loaded" not in run()
    assert Project.objects.count() == len(demo.PROJECTS)
    delete_project(Project.objects.first())
    run()
    assert Project.objects.count() == len(demo.PROJECTS) - 1


def test_without_a_password_there_is_no_demo(settings) -> None:
    settings.DEMO_PASSWORD = ""
    assert "production has no demo account" in run()
    assert not get_user_model().objects.exists()


def test_a_missing_scene_says_what_to_do_and_leaves_nothing(settings, tmp_path: Path) -> None:
    settings.SAMPLES_DIR = tmp_path
    with pytest.raises(CommandError, match="install it with: make samples"):
        run()
    assert not get_user_model().objects.exists()


def test_a_failure_leaves_nothing(landsat: Path, monkeypatch) -> None:
    refused = [FileResult("landsat.tif", Status.REFUSED, "the disk is full")]
    monkeypatch.setattr(demo, "ingest_files", lambda *args, **options: refused)
    with pytest.raises(CommandError, match="could not be taken in: the disk is full"):
        run()
    assert not get_user_model().objects.exists()
    assert Project.objects.count() == 0
