"""Switching: the project goes over to another encoder in one step, and people label on meanwhile."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.vectors import Vectors, folder_of
from annotation.encoders import choices, forget_vectors, own_file
from annotation.improving import switching
from annotation.improving.requests import request_encoder
from annotation.learning.encoders import open_encoder
from annotation.models import Job, ModelVersion, Project, Suggestion
from annotation.models.jobs import JobKind
from mlcore.errors import UnknownName
from tests.annotation.learning.test_publish import label_twenty
from tests.pools import add_scene, answer_truly, covered_project, run_jobs, take
from tests.worlds import shared_world


def label_and_publish(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return a project with twenty labels and a published version."""
    project = label_twenty(covered_project(owner, folder), owner)
    run_jobs(project)
    return project


world, alice, labelled = shared_world(label_and_publish)


def switch(project: Project, key: str, user: AbstractBaseUser) -> Job:
    """Change the encoder and run all that follows."""
    job = request_encoder(project, key, user)
    run_jobs(project)
    job.refresh_from_db()
    project.refresh_from_db()
    return job


def test_it_works(labelled: Project, alice: AbstractBaseUser) -> None:
    before = labelled.rounds.first().encoder
    job = switch(labelled, "statistics", alice)
    assert (job.state, job.error) == (Job.State.DONE, "")
    newest, older = labelled.model_versions.all()
    digest = open_encoder(labelled).digest
    assert labelled.encoder == "statistics"
    assert (newest.state, newest.origin, newest.encoder, newest.encoder_name, newest.reason) == (
        ModelVersion.State.PUBLISHED,
        ModelVersion.Origin.SWITCH,
        digest,
        "statistics",
        "Chosen by alice.",
    )
    assert (older.state, older.encoder) == (ModelVersion.State.RETIRED, before)
    assert labelled.rounds.first().encoder == digest
    assert Suggestion.objects.filter(model_version=newest, state="open").count() > 30
    assert not Suggestion.objects.filter(model_version=older, state="open").exists()


def test_the_way_back_embeds_nothing_again(labelled: Project, alice: AbstractBaseUser, monkeypatch) -> None:
    switch(labelled, "statistics", alice)
    monkeypatch.setattr("annotation.learning.filling.made_of", lambda *_: 1 / 0)
    assert switch(labelled, "nano", alice).state == Job.State.DONE
    assert labelled.encoder == "nano"
    assert labelled.model_versions.first().encoder_name == "nano"


def test_people_label_on_while_it_embeds(
    labelled: Project, alice: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    present, build = labelled.rounds.first().encoder, switching.build_together

    def build_slowly(*arguments, **options) -> int:
        for _ in range(6):
            answer_truly(take(labelled, alice).sample, alice)
        run_jobs(labelled, JobKind.REFIT)
        assert labelled.rounds.first().encoder == present
        return build(*arguments, **options)

    monkeypatch.setattr(switching, "build_together", build_slowly)
    switch(labelled, "statistics", alice)
    assert labelled.model_versions.first().labels >= 22


def test_scenes_that_came_meanwhile_are_embedded_too(
    labelled: Project, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    request_encoder(labelled, "statistics", alice)
    run_jobs(labelled, JobKind.SWITCH)
    add_scene(labelled, tmp_path, name="later", east=8)
    run_jobs(labelled)
    labelled.refresh_from_db()
    assert Vectors(labelled, open_encoder(labelled).digest).present.sum() == 128


def test_vectors_go_when_they_are_superseded_twice(labelled: Project, alice: AbstractBaseUser) -> None:
    folder = folder_of(labelled) / "vectors"
    (folder / ("f" * 64)).mkdir()
    first = labelled.rounds.first().encoder
    switch(labelled, "statistics", alice)
    assert {path.name for path in folder.iterdir()} == {first, open_encoder(labelled).digest}
    assert forget_vectors(labelled, keep=[first]) == 1


def test_a_killed_change_leaves_all_as_it_was_and_can_be_repeated(
    labelled: Project, alice: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switching, "publish_version", lambda *_, **__: 1 / 0)
    job = switch(labelled, "statistics", alice)
    assert (job.state, labelled.encoder) == (Job.State.FAILED, "nano")
    assert labelled.model_versions.filter(state=ModelVersion.State.PUBLISHED).get().encoder_name == "nano"
    monkeypatch.undo()
    assert job.restart()
    run_jobs(labelled)
    labelled.refresh_from_db()
    assert labelled.encoder == "statistics"
    assert labelled.model_versions.filter(state=ModelVersion.State.BUILDING).count() == 0


def test_it_can_be_cancelled_before_it_goes_over(
    labelled: Project, alice: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = switching.build_together

    def cancel_first(*arguments, **options) -> int:
        assert labelled.jobs.get(kind=JobKind.SWITCH).cancel()
        return build(*arguments, **options)

    monkeypatch.setattr(switching, "build_together", cancel_first)
    job = switch(labelled, "statistics", alice)
    assert (job.state, labelled.encoder) == (Job.State.CANCELLED, "nano")


def test_without_labels_the_encoder_changes_and_nothing_is_published(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path)
    run_jobs(project)
    job = switch(project, "statistics", alice)
    assert job.message == "The project uses statistics (without learned weights) from now on."
    assert (project.encoder, project.model_versions.count()) == ("statistics", 0)
    assert project.rounds.first().encoder == open_encoder(project).digest


@pytest.mark.parametrize(
    "key", ["giant", "nano+rumour", "nano+place+../x", "../nano", "/etc/passwd", "nano.safetensors", "f" * 64, ""]
)
def test_a_name_from_a_person_never_becomes_a_path(labelled: Project, alice: AbstractBaseUser, key: str) -> None:
    with pytest.raises(UnknownName, match=r"choose one of: nano, nano\+place, statistics"):
        request_encoder(labelled, key, alice)
    assert not labelled.jobs.filter(kind=JobKind.SWITCH).exists()
    assert [choice.key for choice in choices(labelled)] == ["nano", "statistics", "nano+place"]


def test_the_newest_wish_counts(labelled: Project, alice: AbstractBaseUser) -> None:
    request_encoder(labelled, "nano", alice)
    request_encoder(labelled, "statistics", alice)
    assert labelled.jobs.get(kind=JobKind.SWITCH).params["encoder"] == "statistics"


def test_an_encoder_of_another_project_is_unknown(labelled: Project, alice: AbstractBaseUser, tmp_path: Path) -> None:
    other = covered_project(alice, tmp_path / "other") if (tmp_path / "other").mkdir() is None else None
    file = own_file(other, "a" * 64)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"weights")
    with pytest.raises(UnknownName):
        request_encoder(labelled, "a" * 64, alice)
