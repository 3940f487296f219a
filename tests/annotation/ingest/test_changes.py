"""Scenes that are there get another sensor, or leave."""

from collections.abc import Callable
from pathlib import Path

import pytest

from annotation import ingest
from annotation.errors import BadSettings
from annotation.ingest import FileResult, scenes
from annotation.ingest.arrivals import Wishes
from annotation.models import Asset, Job, Project, Sample
from mlcore.errors import BadSensor, UnknownName
from tests import factories
from tests.rasters import UTM_ORIGIN, ramp, write_raster
from tests.uploads import files_on_disk

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db


@pytest.fixture
def forgotten(monkeypatch) -> list[int]:
    """Return the list of rows whose vectors were dropped."""
    rows: list[int] = []
    monkeypatch.setattr(scenes.vectors, "forget", lambda project, indices: rows.extend(indices))
    return rows


def test_a_sensor_is_corrected(project: Project, scene, forgotten, django_capture_on_commit_callbacks) -> None:
    Job.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        ingest.correct_sensor(scene, "unknown-3")
    scene.refresh_from_db()
    assert (scene.sensor["code"], scene.sensor_guessed) == ("unknown-3", False)
    assert forgotten == list(range(12))
    assert Job.objects.get().kind == "embed"


def test_a_guess_that_is_confirmed_costs_nothing(scene, forgotten, django_capture_on_commit_callbacks) -> None:
    Job.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        ingest.correct_sensor(scene, "rgb")
    scene.refresh_from_db()
    assert not scene.sensor_guessed
    assert (forgotten, Job.objects.count()) == ([], 0)


def test_a_sensor_that_does_not_fit_is_refused(scene) -> None:
    with pytest.raises(BadSensor, match="has 7 bands but the file has 3"):
        ingest.correct_sensor(scene, "landsat7-etm")
    with pytest.raises(UnknownName, match="choose one of"):
        ingest.correct_sensor(scene, "hubble")


@pytest.mark.parametrize(
    ("tags", "bands", "code"),
    [
        ({"SPACECRAFT_ID": "LANDSAT_7"}, 7, "landsat7-etm"),
        ({"PLATFORM": "Sentinel-2A"}, 12, "sentinel2-l2a"),
        ({"PLATFORM": "Sentinel-2A"}, 3, "rgb"),
        ({}, 5, "unknown-5"),
    ],
)
def test_tags_help_to_guess(
    take: Take, project: Project, tmp_path: Path, tags: dict[str, str], bands: int, code: str
) -> None:
    take(write_raster(tmp_path / "lake.tif", ramp(bands, 32, 32), tags=tags))
    assert (project.scenes.get().sensor["code"], project.scenes.get().sensor_guessed) == (code, True)


def test_a_scene_leaves_with_its_tiles_and_its_file(
    project: Project, scene, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ingest.remove_scene(scene)
    assert (project.scenes.count(), project.samples.count(), Asset.objects.count()) == (0, 0, 0)
    assert files_on_disk() == []


def test_what_others_use_stays(
    take: Take, project: Project, scene, alice, tmp_path: Path, django_capture_on_commit_callbacks
) -> None:
    other = factories.make_project(alice, name="Other")
    take(tmp_path / "scene.tif", into=other)
    take(write_raster(tmp_path / "half.tif", ramp(1, 96, 64), transform=UTM_ORIGIN))
    with django_capture_on_commit_callbacks(execute=True):
        ingest.remove_scene(scene)
    assert project.samples.count() == 6
    assert other.scenes.get().asset.file.is_file()
    assert other.samples.count() == 12


def test_labelled_tiles_keep_their_imagery(project: Project, scene, samples: list[Sample], bob) -> None:
    factories.label(samples[3], bob, 1)
    with pytest.raises(BadSettings, match="1 labelled tiles would lose their imagery"):
        ingest.remove_scene(scene)
    assert (project.scenes.count(), project.samples.count()) == (1, 12)


def test_remarks_on_the_file_itself_outlive_a_correction(project: Project, tmp_path) -> None:
    values = ramp(1, 64, 64).astype("float32")
    values[:, :8] = -32767
    path = write_raster(tmp_path / "a.tif", values, descriptions=["height"])
    list(ingest.ingest_files(project, [path], Wishes(), report=lambda *_: None))
    scene = project.scenes.get()
    assert "12.5% of band 1 are -32767" in scene.remarks[0]
    ingest.correct_sensor(scene, "pan")
    scene.refresh_from_db()
    assert "12.5% of band 1 are -32767" in scene.remarks[0]
