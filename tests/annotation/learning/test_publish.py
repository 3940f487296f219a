"""Publishing: a version suggests labels for all that nobody labelled, and replaces the one before in one step."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from annotation import jobs
from annotation.arrays.masks import load_mask
from annotation.learning import publishing
from annotation.models import Annotation, Job, ModelVersion, Project, Sample, Suggestion
from annotation.models.jobs import JobKind
from tests.pools import add_scene, answer_truly, covered_project, run_jobs, take, true_class
from tests.worlds import shared_world


def label_twenty(project: Project, user: AbstractBaseUser) -> Project:
    """Label twenty samples as they are served."""
    run_jobs(project)
    for _ in range(20):
        answer_truly(take(project, user).sample, user)
    return project


def label_most(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return a project with twenty labels, all but the last refit done."""
    return label_twenty(covered_project(owner, folder), owner)


world, alice, labelled = shared_world(label_most)


def publish(project: Project) -> Job:
    """Publish now, whatever else waits."""
    job = Job.request(project, JobKind.PUBLISH)
    run_jobs(project, JobKind.PUBLISH)
    job.refresh_from_db()
    return job


def test_it_works(labelled: Project) -> None:
    job = publish(labelled)
    version = labelled.model_versions.get()
    unlabelled = labelled.samples.filter(state=Sample.State.OPEN, audit=None)
    assert job.message == f"Model version 1 suggests a label for {unlabelled.count()} tiles; it learnt from 18."
    assert version.state == ModelVersion.State.PUBLISHED
    suggestions = Suggestion.objects.select_related("sample__tile", "label")
    assert {suggestion.sample_id for suggestion in suggestions} == set(unlabelled.values_list("pk", flat=True))
    right = [suggestion.label.code == true_class(suggestion.sample) for suggestion in suggestions]
    assert sum(right) / len(right) > 0.9
    assert all(0 < suggestion.confidence <= 1 for suggestion in suggestions)
    assert len({suggestion.cluster for suggestion in suggestions}) > 1


def test_audits_get_no_suggestion_and_are_not_learnt_from(labelled: Project) -> None:
    publish(labelled)
    assert not Suggestion.objects.filter(sample__audit__isnull=False).exists()
    version = labelled.model_versions.get()
    assert version.labels == Annotation.objects.filter(current=True, sample__audit=None).count()


def test_a_job_killed_after_it_published_publishes_nothing_twice(
    labelled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job.request(labelled, JobKind.PUBLISH)
    with monkeypatch.context() as killed:
        killed.setattr(Job, "finish", lambda *_: None)
        jobs.run(job.pk)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    assert Job.objects.recover_lost() == 1
    Job.objects.filter(pk=job.pk).update(not_before=None)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (
        Job.State.DONE,
        "Model version 1 was published already.",
    )
    assert labelled.model_versions.count() == 1


def test_its_metrics_say_what_they_are_measured_on(labelled: Project) -> None:
    publish(labelled)
    metrics = labelled.model_versions.get().metrics
    audits = metrics["audit_accuracy"]
    assert audits["audits"] == 2
    assert 0 <= audits["low"] <= audits["value"] <= audits["high"] <= 1
    assert 0 <= metrics["cross_validated_accuracy"] <= 1


def test_a_newer_version_supersedes_what_is_undecided(labelled: Project) -> None:
    publish(labelled)
    kept = Suggestion.objects.first()
    Suggestion.objects.filter(pk=kept.pk).update(state=Suggestion.State.REJECTED)
    publish(labelled)
    newest, older = labelled.model_versions.all()
    assert (newest.state, older.state) == (ModelVersion.State.PUBLISHED, ModelVersion.State.RETIRED)
    assert set(older.suggestions.values_list("state", flat=True)) == {"rejected", "superseded"}
    assert set(newest.suggestions.values_list("state", flat=True)) == {"open"}


def test_it_is_published_unasked_at_a_milestone(labelled: Project) -> None:
    assert not Job.objects.filter(kind=JobKind.PUBLISH).exists()
    run_jobs(labelled)
    assert labelled.model_versions.get().labels == 18


def test_scenes_that_arrive_later_are_suggested_for_unasked(labelled: Project, tmp_path: Path) -> None:
    publish(labelled)
    before = Suggestion.objects.count()
    add_scene(labelled, tmp_path, name="later", east=8)
    embedded = run_jobs(labelled, JobKind.EMBED)[0]
    assert embedded.message == "Embedded 64 tiles and suggested a label for 64."
    later = Suggestion.objects.filter(sample__index__gte=64).select_related("sample__tile", "label")
    assert Suggestion.objects.count() == before + later.count()
    assert sum(suggestion.label.code == true_class(suggestion.sample) for suggestion in later) > 55


def test_without_two_classes_it_fails_with_a_reason(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path)
    run_jobs(project)
    job = publish(project)
    assert (job.state, job.error) == (
        Job.State.FAILED,
        "There is nothing to publish yet: label samples of two classes first.",
    )


def test_a_killed_publication_leaves_the_old_version_and_can_be_repeated(
    labelled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(labelled)
    monkeypatch.setattr(publishing, "publish_version", lambda version: 1 / 0)
    assert publish(labelled).error == "ZeroDivisionError: division by zero"
    assert labelled.model_versions.get(state=ModelVersion.State.PUBLISHED).number == 1
    monkeypatch.undo()
    publish(labelled)
    states = labelled.model_versions.values_list("number", "state")
    assert dict(states) == {1: ModelVersion.State.RETIRED, 2: ModelVersion.State.PUBLISHED}


def test_masks_are_suggested_at_the_size_of_the_tile(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = label_twenty(covered_project(alice, tmp_path, task="masks"), alice)
    publish(project)
    suggestion = Suggestion.objects.select_related("sample__tile", "label").first()
    mask = load_mask(suggestion.mask)
    assert mask.shape == (32, 32)
    assert suggestion.label.code == true_class(suggestion.sample)
    assert (mask == true_class(suggestion.sample)).mean() > 0.9
