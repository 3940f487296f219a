"""Scenes that contradict themselves: refused or put right when they come, and left out before a model reads them."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from annotation import ingest
from annotation.arrays.vectors import Vectors
from annotation.ingest import FileResult, Status
from annotation.learning.encoders import open_encoder
from annotation.models import Asset, Job, Project, Scene
from annotation.soundness import check_scenes, left_out
from mlcore.errors import BadSample
from tests.pools import SIDE, run_jobs
from tests.rasters import write_raster
from tests.uploads import files_on_disk, upload

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db
SOON = date.today() + timedelta(days=40)
S2_BANDS = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12")


def write_noise(path: Path, bands: int, low: float, high: float, **raster: object) -> Path:
    """Write 2 x 2 tiles of noise."""
    values = np.random.default_rng(bands).uniform(low, high, (bands, 2 * SIDE, 2 * SIDE)).astype(np.float32)
    return write_raster(path, values, **raster)  # type: ignore[arg-type]


def test_it_works(take: Take, project: Project, tmp_path: Path) -> None:
    (result,) = take(write_noise(tmp_path / "s2.tif", 12, 200, 4000, descriptions=S2_BANDS))
    assert (result.status, result.message.count(". ")) == (Status.ACCEPTED, 0)
    scene = project.scenes.get()
    assert (scene.fault, scene.remarks, scene.sensor["quantity"]) == ("", [], "reflectance_1e4")


def test_reflectance_on_another_scale_is_read_as_such_and_said(take: Take, project: Project, tmp_path: Path) -> None:
    (result,) = take(write_noise(tmp_path / "s2.tif", 12, 0.01, 0.6), sensor="sentinel2-l2a")
    scene = project.scenes.get()
    assert (scene.sensor["code"], scene.sensor["quantity"]) == ("sentinel2-l2a", "reflectance")
    assert "s2.tif (Sentinel-2 MSI L2A" in scene.remarks[0] and "It is read as reflectance" in scene.remarks[0]
    assert scene.remarks[0] in result.message


def test_linear_power_is_no_decibel(take: Take, project: Project, tmp_path: Path) -> None:
    take(write_noise(tmp_path / "s1.tif", 2, 0.01, 0.3, descriptions=("VV", "VH")))
    scene = project.scenes.get()
    assert (scene.sensor["modality"], scene.sensor["quantity"]) == ("sar", "digital_number")
    assert "take 10 * log10" in scene.remarks[0]


def test_a_date_in_the_future_is_refused_on_every_way_in(take: Take, project: Project, tmp_path: Path) -> None:
    path = write_noise(tmp_path / "lake.tif", 3, 1, 200)
    (result,) = take(path, acquired=SOON)
    assert (result.status, "lake.tif" in result.message, "in the future" in result.message) == (
        Status.REFUSED, True, True,
    )  # fmt: skip
    receipt = ingest.request_ingest(project, [upload(path)], acquired=SOON)
    assert (receipt.job, receipt.files[0].status) == (None, Status.REFUSED)
    assert (files_on_disk(), Asset.objects.count()) == ([], 0)


def test_micrometres_are_refused_and_others_go_on(take: Take, project: Project, tmp_path: Path) -> None:
    bad = write_noise(tmp_path / "cube.tif", 2, 1, 200, descriptions=("0.56 nm", "0.66 nm"))
    good = write_noise(tmp_path / "lake.tif", 3, 1, 200)
    results = take(bad, good)
    assert [result.status for result in results] == [Status.REFUSED, Status.ACCEPTED]
    assert "micrometres are 1000 nm" in results[0].message
    assert [scene.name for scene in project.scenes.all()] == ["lake.tif"]


def test_a_file_that_another_project_uses_survives_its_refusal(
    take: Take, project: Project, alice, tmp_path: Path
) -> None:
    path = write_noise(tmp_path / "lake.tif", 3, 1, 200)
    take(path)
    other = Project.objects.create(name="Other", tile_px=SIDE)
    (result,) = take(path, into=other, acquired=SOON)
    assert result.status is Status.REFUSED
    assert project.scenes.get().asset.file.is_file()


def test_a_spectrometer_that_was_guessed_can_be_confirmed(take: Take, project: Project, tmp_path: Path) -> None:
    take(write_noise(tmp_path / "cube.tif", 3, 1, 200, descriptions=("560 nm", "660 nm", "860 nm")))
    scene = ingest.correct_sensor(project.scenes.get(), "spectrometer")
    assert (scene.sensor_guessed, scene.sensor["bands"][0]["wavelength_nm"]) == (False, 560)


def test_missing_wavelengths_and_dead_bands_are_told(take: Take, project: Project, tmp_path: Path) -> None:
    values = np.random.default_rng(0).uniform(1, 200, (5, SIDE, SIDE)).astype(np.float32)
    values[2], values[4] = np.nan, values[0]
    take(write_raster(tmp_path / "cube.tif", values))
    told = project.scenes.get().remarks
    assert [any(word in said for said in told) for word in ("wavelength", "Band 3 without", "5 (of 1)")] == [True] * 3


def two_scenes(take: Take, project: Project, tmp_path: Path) -> tuple[Scene, Scene]:
    """Return two embedded scenes, each on ground of its own."""
    take(write_noise(tmp_path / "lake.tif", 3, 1, 200), write_noise(tmp_path / "other.tif", 4, 1, 200, crs=None))
    run_jobs(project)
    first, second = project.scenes.all()
    return first, second


def present(project: Project) -> int:
    """Return how many tiles have a vector."""
    return int(Vectors(project, open_encoder(project).digest).present.sum())


def test_a_job_leaves_out_what_contradicts_itself_and_says_so(take: Take, project: Project, tmp_path: Path) -> None:
    first, _ = two_scenes(take, project, tmp_path)
    assert present(project) == 8
    Scene.objects.filter(pk=first.pk).update(acquired=SOON)
    job = Job.request(project, "embed")
    run_jobs(project)
    job.refresh_from_db()
    first.refresh_from_db()
    assert (job.state, present(project)) == (Job.State.DONE, 4)
    assert "Left out until corrected: lake.tif." in job.message and "in the future" in job.message
    assert "lake.tif (RGB camera) was acquired on" in first.fault


def test_an_unknown_unit_spares_the_other_scenes(take: Take, project: Project, tmp_path: Path) -> None:
    first, _ = two_scenes(take, project, tmp_path)
    Scene.objects.filter(pk=first.pk).update(sensor={**first.sensor, "quantity": "furlongs"})
    Job.request(project, "embed")
    run_jobs(project)
    assert (present(project), "furlongs" in project.scenes.get(pk=first.pk).fault) == (4, True)


def test_a_corrected_scene_is_read_again(take: Take, project: Project, tmp_path: Path) -> None:
    first, _ = two_scenes(take, project, tmp_path)
    Scene.objects.filter(pk=first.pk).update(acquired=SOON)
    check_scenes(project)
    first.refresh_from_db()
    with pytest.raises(BadSample, match="in the future"):
        ingest.correct_date(first, SOON + timedelta(days=1))
    ingest.correct_date(first, date(2024, 5, 1))
    run_jobs(project)
    assert (present(project), left_out(project)) == (8, "")


def test_a_second_look_costs_nothing(take: Take, project: Project, tmp_path: Path, monkeypatch) -> None:
    two_scenes(take, project, tmp_path)
    monkeypatch.setattr("annotation.soundness.look", lambda *_, **__: 1 / 0)
    check_scenes(project)


@pytest.mark.parametrize("kind", ["finetune", "pretrain", "select"])
def test_trainings_name_what_they_left_out(
    kind: str, take: Take, project: Project, tmp_path: Path, alice, monkeypatch
) -> None:
    first, second = two_scenes(take, project, tmp_path)
    project.scenes.update(acquired=SOON)
    job = Job.request(project, kind)
    run_jobs(project, kind)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED  # no label, or no imagery: but no crash
    assert {scene.fault != "" for scene in project.scenes.all()} == {True}
    if kind == "pretrain":
        assert "Left out until corrected: lake.tif, other.tif" in job.error
