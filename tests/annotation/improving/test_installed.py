"""Encoders in ENCODERS_DIR: a project embeds, compares, goes over and comes back; what cannot serve is refused."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.vectors import Vectors
from annotation.encoders import choices, find, key_of
from annotation.errors import BadSettings
from annotation.improving.requests import overview, request_encoder, request_training
from annotation.learning.encoders import open_encoder
from annotation.models import Job, ModelVersion, Project, Sample, Scene
from annotation.models.jobs import JobKind
from annotation.soundness import declared
from annotation.suitability import offered
from mlcore.errors import UnknownName
from mlcore.sensors import Quantity
from tests.annotation.improving.test_switch import label_and_publish
from tests.mlcore.encoders.weights import lay_galileo, lay_presto, published
from tests.pools import add_scene, covered_project, run_jobs
from tests.worlds import shared_world

world, alice, labelled = shared_world(label_and_publish)

FOUR = ("galileo", "galileo+place", "presto", "presto+place")


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    """Return an ENCODERS_DIR with Galileo and Presto, of random weights."""
    settings.ENCODERS_DIR = tmp_path / "encoders"
    lay_galileo(settings.ENCODERS_DIR / "galileo")
    lay_presto(settings.ENCODERS_DIR / "presto")
    return settings.ENCODERS_DIR


def switch(project: Project, key: str, user: AbstractBaseUser) -> Job:
    """Go over to an encoder and run all that follows."""
    job = request_encoder(project, key, user)
    run_jobs(project)
    job.refresh_from_db()
    project.refresh_from_db()
    return job


def declare_unreadable(scene: Scene) -> None:
    """Let a scene be in a quantity that foreign encoders don't know, without another look at it."""
    sensor = json.loads(json.dumps(replace(scene.get_sensor(), quantity=Quantity.RADIANCE).to_dict()))
    Scene.objects.filter(pk=scene.pk).update(sensor=sensor, checked=declared(sensor, None))


def embed_compare_and_return(project: Project, user: AbstractBaseUser) -> None:
    """Compare, go over to Galileo, to Presto, and back; each has vectors of its own."""
    first = open_encoder(project).digest
    compared = request_training(project, "select", user)
    run_jobs(project)
    compared.refresh_from_db()
    assert (compared.state, compared.error) == (Job.State.DONE, "")
    keys = {row["key"] for row in compared.result["rows"]}
    assert keys == {"nano", "nano+place", "statistics", *(f"dir:{name}" for name in FOUR)}
    for key in ("dir:galileo", "dir:presto+place"):
        job = switch(project, key, user)
        assert (job.state, job.error) == (Job.State.DONE, "")
        version = project.model_versions.first()
        assert project.encoder == version.encoder_name == key_of(project, version) == key
        vectors = Vectors(project, version.encoder)
        assert vectors.read().shape == (project.samples.count(), 128)
        assert version.encoder == open_encoder(project).digest != first
        assert project.rounds.first().encoder == version.encoder
    back = next(version["back"] for version in overview(project)["versions"] if version["back"])
    assert back == "dir:galileo"
    assert switch(project, "nano", user).state == Job.State.DONE
    assert project.model_versions.first().encoder == first


def test_it_works(folder: Path, labelled: Project, alice: AbstractBaseUser) -> None:
    embed_compare_and_return(labelled, alice)


def test_published_weights_serve_a_project(
    settings, labelled: Project, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    settings.ENCODERS_DIR = tmp_path / "encoders"
    shutil.copytree(published("weights/galileo_nano"), settings.ENCODERS_DIR / "galileo")
    shutil.copytree(published("weights/presto"), settings.ENCODERS_DIR / "presto")
    card = next(choice.card for choice in choices(labelled) if choice.key == "dir:galileo")
    assert card["licence"] == "MIT"
    assert switch(labelled, "dir:galileo", alice).error == ""
    assert labelled.model_versions.first().metrics["cross_validated_accuracy"] > 0.8
    assert switch(labelled, "dir:presto", alice).error == ""
    assert labelled.model_versions.first().metrics["cross_validated_accuracy"] > 0.8


def test_they_are_offered_with_title_and_card(folder: Path, alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path)
    by_key = {choice.key: choice for choice in offered(project) if choice.origin == "installed"}
    assert list(by_key) == ["dir:galileo", "dir:presto", "dir:galileo+place", "dir:presto+place"]
    assert by_key["dir:presto"].title == "Presto"
    assert "arXiv" in by_key["dir:galileo"].card["source"]
    assert not any(choice.refusal or choice.tunable for choice in by_key.values())
    assert {key for key, choice in by_key.items() if choice.maps} == {"dir:galileo", "dir:galileo+place"}


def test_masks_need_an_encoder_with_maps(folder: Path, alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path, task="masks")
    refused = {choice.key for choice in offered(project) if choice.refusal}
    assert refused == {f"dir:{name}" for name in FOUR if "presto" in name}
    with pytest.raises(BadSettings, match="Presto gives no maps, from which masks are learnt. Choose another"):
        request_encoder(project, "dir:presto", alice)
    assert not project.jobs.filter(kind=JobKind.SWITCH).exists()


def test_scenes_that_it_cannot_read_are_named_before_the_switch(
    folder: Path, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = covered_project(alice, tmp_path)
    add_scene(project, tmp_path, name="heat", east=4)
    assert not any(choice.refusal for choice in offered(project))
    declare_unreadable(project.scenes.get(name="heat.tif"))
    words = (
        r"Presto can't read heat\.tif, and 32 tiles show nothing else: .* is in radiance, not reflectance\. "
        "Choose another encoder, correct the sensor of those scenes if it is wrong, or remove them"
    )
    with pytest.raises(BadSettings, match=words):
        request_encoder(project, "dir:presto", alice)
    assert not project.jobs.filter(kind=JobKind.SWITCH).exists()
    refused = {choice.key for choice in offered(project) if choice.refusal}
    assert refused == {f"dir:{name}" for name in FOUR}


def test_what_lies_under_a_scene_that_it_reads_is_no_reason_to_refuse(
    folder: Path, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = covered_project(alice, tmp_path, repeat=2)
    add_scene(project, tmp_path, name="heat", east=4)
    declare_unreadable(project.scenes.get(name="heat.tif"))
    run_jobs(project)
    assert switch(project, "dir:galileo", alice).error == ""
    assert Vectors(project, open_encoder(project).digest).present.sum() == 256


def test_a_scene_that_comes_later_and_cannot_be_read_stops_nothing(
    folder: Path, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = covered_project(alice, tmp_path)
    run_jobs(project)
    assert switch(project, "dir:presto", alice).error == ""
    add_scene(project, tmp_path, name="heat", east=8)
    declare_unreadable(project.scenes.get(name="heat.tif"))
    project.jobs.filter(state=Job.State.QUEUED).delete()
    job = Job.request(project, JobKind.EMBED)
    run_jobs(project, JobKind.EMBED)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert "Without the model's help: 64 tiles, presto can't read it: " in job.message
    assert Vectors(project, open_encoder(project).digest).present.sum() == 64


@pytest.mark.parametrize("kind", ["finetune", "pretrain"])
def test_it_cannot_be_trained(kind: str, folder: Path, alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path)
    Project.objects.filter(pk=project.pk).update(encoder="dir:galileo")
    project.refresh_from_db()
    assert overview(project)["encoder"]["tunable"] is False
    with pytest.raises(BadSettings, match="Galileo has no weights that can be tuned here. Choose nano"):
        request_training(project, kind, alice)
    job = Job.request(project, JobKind(kind))
    run_jobs(project, JobKind(kind))
    job.refresh_from_db()
    assert job.error.startswith("Galileo has no weights that can be tuned here.")


@pytest.mark.parametrize(
    "key",
    ["dir:", "dir:../secret", "dir:../encoders/presto", "dir:/etc/passwd", "presto", "dir:linked", "dir:bad.pt"]
    + ["dir:presto+rumour", "dir:presto/default_model.pt", "dir:nothing", "dir:.", "dir:presto\x00"],
)
def test_no_key_leads_out_of_the_folder(key: str, folder: Path, alice: AbstractBaseUser, tmp_path: Path) -> None:
    lay_presto(tmp_path / "secret")
    (folder / "linked").symlink_to(tmp_path / "secret")
    (folder / "bad.pt").write_bytes(b"\x80\x02cos\nsystem\n.")
    project = covered_project(alice, tmp_path)
    with pytest.raises(UnknownName, match="dir:galileo, dir:"):
        find(project, key)
    with pytest.raises(UnknownName):
        request_encoder(project, key, alice)


def test_changed_weights_never_mix_with_the_vectors_before(
    folder: Path, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = covered_project(alice, tmp_path)
    run_jobs(project)
    switch(project, "dir:presto", alice)
    before = open_encoder(project).digest
    lay_presto(folder / "presto", seed=1)
    after = open_encoder(project).digest
    assert after != before
    assert not Vectors(project, after).present.any()
    Job.request(project, JobKind.EMBED)
    run_jobs(project)
    assert Vectors(project, after).present.all()
    assert project.rounds.first().encoder == after


def test_weights_that_are_gone_are_said_and_another_takes_over(
    folder: Path, labelled: Project, alice: AbstractBaseUser
) -> None:
    switch(labelled, "dir:presto", alice)
    version = labelled.model_versions.first()
    shutil.rmtree(folder / "presto")
    job = Job.request(labelled, JobKind.PUBLISH)
    run_jobs(labelled, JobKind.PUBLISH)
    job.refresh_from_db()
    assert "Unknown encoder 'dir:presto'; choose one of: dir:galileo" in job.error
    shown = overview(labelled)
    assert (shown["encoder"]["title"], shown["encoder"]["tunable"]) == ("dir:presto", False)
    assert key_of(labelled, version) is None
    assert switch(labelled, "nano", alice).state == Job.State.DONE
    assert labelled.model_versions.first().state == ModelVersion.State.PUBLISHED
    assert labelled.samples.exclude(state=Sample.State.EMPTY).exists()
