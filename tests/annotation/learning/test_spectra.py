"""Spectra: a spectrometer's project reads by what its own imagery looks like, the same way from beginning to end."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.vectors import Vectors, folder_of
from annotation.encoders import choices, own_file, reading_of, spectra_file
from annotation.improving import pretraining, tuning
from annotation.improving.requests import overview, promote, request_encoder, request_training
from annotation.ingest import Status, Wishes, ingest_files
from annotation.learning import embedding
from annotation.learning.encoders import open_encoder
from annotation.learning.spectra import learn_spectra
from annotation.models import Job, ModelVersion, Project, Suggestion
from mlcore.finetune import FinetuneRecipe, finetune
from mlcore.model import load_encoder
from mlcore.sensors import Quantity
from tests.annotation.improving.test_pretrain_further import Pretrainer
from tests.annotation.learning.test_publish import label_twenty
from tests.factories import make_project
from tests.pools import SIDE, add_scene, cover, run_jobs
from tests.rasters import UTM_ORIGIN, write_raster
from tests.sweeps import left_out

BANDS = 20


def add_cube(project: Project, folder: Path, *, name: str = "cube", east: int = 0, bands: int = BANDS) -> None:
    """Ingest a spectrometer's scene of 8 x 8 tiles whose three covers differ in the shape of their spectra."""
    centres = np.linspace(450, 900, bands)
    shapes = [1000 + 300 * np.sin(centres / 80 + phase) for phase in (0.0, 1.0, 2.0, 3.0)]
    pixels = np.kron(np.stack(shapes)[cover()].transpose(2, 0, 1), np.ones((1, SIDE, SIDE)))
    values = (pixels + np.random.default_rng(east).normal(0, 40, pixels.shape)).astype(np.uint16)
    path = write_raster(
        folder / f"{name}.tif",
        values,
        transform=UTM_ORIGIN @ Affine.translation(east * SIDE, 0),
        descriptions=tuple(f"{centre:.1f} nm" for centre in centres),
    )
    (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
    assert result.status is Status.ACCEPTED, result.message


@pytest.fixture
def spectral(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a project with one spectrometer's scene."""
    project = make_project(alice, tile_px=SIDE, refit_every=5)
    add_cube(project, tmp_path)
    return project


def folders(project: Project) -> set[str]:
    """Return the digests that the project has vectors of."""
    return {path.name for path in (folder_of(project) / "vectors").iterdir()}


def present(project: Project) -> int:
    """Return how many tiles have a vector of the present encoder."""
    return int(Vectors(project, open_encoder(project).digest).present.sum())


def test_it_works(spectral: Project) -> None:
    run_jobs(spectral)
    encoder = open_encoder(spectral)
    assert encoder.spectra is not None and len(encoder.spectra.mean) == BANDS
    assert encoder.digest != load_encoder("nano").digest
    assert folders(spectral) == {encoder.digest}
    assert present(spectral) == 64
    told = "Reads 20-band spectra as this project's own, and other sensors as what they are."
    assert overview(spectral)["encoder"]["reading"] == told


def test_the_same_imagery_and_seed_give_the_same_spectra(spectral: Project) -> None:
    assert learn_spectra(spectral)
    first = open_encoder(spectral).digest
    assert not learn_spectra(spectral)
    spectra_file(spectral).unlink()
    assert learn_spectra(spectral)
    assert open_encoder(spectral).digest == first


def test_other_projects_read_as_before(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = make_project(alice, tile_px=SIDE)
    add_scene(project, tmp_path)
    run_jobs(project)
    assert (reading_of(project), folders(project)) == ("", {load_encoder("nano").digest})


def test_a_later_scene_is_read_the_same_way_and_gets_suggestions(
    spectral: Project, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    label_twenty(spectral, alice)
    run_jobs(spectral)
    digest = open_encoder(spectral).digest
    before = Suggestion.objects.filter(state="open").count()
    add_cube(spectral, tmp_path, name="later", east=8)
    run_jobs(spectral)
    assert (open_encoder(spectral).digest, folders(spectral), present(spectral)) == (digest, {digest}, 128)
    assert Suggestion.objects.filter(state="open").count() >= before + 60


def test_another_sensor_in_the_project_is_no_spectrometer(spectral: Project, tmp_path: Path) -> None:
    add_scene(spectral, tmp_path, name="photo", east=8)
    add_cube(spectral, tmp_path, name="coarse", east=16, bands=17)
    run_jobs(spectral)
    encoder = open_encoder(spectral)
    assert present(spectral) == 192
    assert len(encoder.spectra.sensor.bands) == BANDS  # of the first, as many tiles as the second
    photo, coarse = (scene.get_sensor() for scene in spectral.scenes.order_by("id")[1:])
    assert not encoder.spectra.reads(photo) and not encoder.spectra.reads(coarse)  # counts don't compare
    fewer = replace(spectral.scenes.first().get_sensor(), bands=encoder.spectra.sensor.bands[::2])
    assert encoder.spectra.reads(fewer)  # the same instrument with bands gone
    assert not encoder.spectra.reads(replace(fewer, quantity=Quantity.REFLECTANCE))


def test_a_spectrometer_that_comes_second_counts_until_a_version_is_published(
    alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = make_project(alice, tile_px=SIDE, refit_every=5)
    add_scene(project, tmp_path)
    run_jobs(project)
    add_cube(project, tmp_path, east=8)
    run_jobs(project)
    digest = open_encoder(project).digest
    assert (folders(project), present(project)) == ({digest}, 128)
    assert project.rounds.first().encoder == digest


def test_nothing_changes_under_a_published_version(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = make_project(alice, tile_px=SIDE, refit_every=5)
    add_scene(project, tmp_path)
    label_twenty(project, alice)
    run_jobs(project)
    add_cube(project, tmp_path, east=8)
    run_jobs(project)
    assert (reading_of(project), folders(project)) == ("", {load_encoder("nano").digest})


def test_a_killed_job_goes_on_with_the_same_spectra(spectral: Project, tmp_path: Path, monkeypatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(embedding, "build_together", lambda *_, **__: 1 / 0)
        (job,) = run_jobs(spectral)
    learnt = spectra_file(spectral).read_bytes()
    assert job.state == Job.State.FAILED
    add_cube(spectral, tmp_path, name="later", east=8)
    run_jobs(spectral)
    assert (spectra_file(spectral).read_bytes(), present(spectral)) == (learnt, 128)


def test_the_encoder_changes_back_and_forth(spectral: Project, alice: AbstractBaseUser) -> None:
    label_twenty(spectral, alice)
    run_jobs(spectral)
    first = open_encoder(spectral).digest
    for key in ("statistics", "nano"):
        request_encoder(spectral, key, alice)
        run_jobs(spectral)
        spectral.refresh_from_db()
        assert spectral.encoder == key
        assert open_encoder(spectral).spectra is not None
    assert open_encoder(spectral).digest == first
    assert spectral.model_versions.first().encoder == first


def test_comparing_uses_the_spectra(spectral: Project, alice: AbstractBaseUser) -> None:
    label_twenty(spectral, alice)
    job = request_training(spectral, "select", alice)
    run_jobs(spectral, "select")
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert all(row["accuracy"] > 0.8 for row in job.result["rows"])


@pytest.mark.parametrize("task", ["classes", left_out("masks")])
def test_a_tuned_encoder_carries_them(task: str, alice: AbstractBaseUser, tmp_path: Path, monkeypatch) -> None:
    project = make_project(alice, tile_px=SIDE, refit_every=5, task=task)
    add_cube(project, tmp_path)
    label_twenty(project, alice)
    quick = FinetuneRecipe(method="full", epochs=1, validation=0.0)
    monkeypatch.setattr(tuning, "finetune", lambda *args, **_: finetune(*args, recipe=quick))
    monkeypatch.setattr(tuning, "_nested", lambda yardstick, tuner: np.ones(len(yardstick.labels)))
    request_training(project, "finetune", alice)
    run_jobs(project)
    version = project.model_versions.get(origin=ModelVersion.Origin.FINETUNE)
    tuned = open_encoder(project, version.encoder)
    assert tuned.spectra.digest == open_encoder(project, "nano").spectra.digest
    if version.state == ModelVersion.State.CANDIDATE:
        promote(project, version.number, alice)
        run_jobs(project)
    project.refresh_from_db()
    assert project.encoder == tuned.digest and own_file(project, tuned.digest).is_file()
    assert reading_of(project).startswith("Reads 20-band spectra")
    assert [choice.origin for choice in choices(project)] == ["shipped", "shipped", "shipped", "finetune"]


def test_an_encoder_pretrained_further_carries_them(
    spectral: Project, alice: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_jobs(spectral)
    monkeypatch.setattr(pretraining, "pretrain", Pretrainer())
    job = request_training(spectral, "pretrain", alice, minutes=0.2)
    run_jobs(spectral)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    version = spectral.model_versions.get(origin=ModelVersion.Origin.PRETRAIN)
    made = open_encoder(spectral, version.encoder)
    assert made.spectra.digest == open_encoder(spectral, "nano").spectra.digest
    assert made.digest == version.encoder
