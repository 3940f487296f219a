"""Refitting: the head learns what was labelled, and the next round asks for what it doubts."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation import jobs, rounds
from annotation.arrays.fits import live_class_map, newest_fit
from annotation.arrays.vectors import Vectors
from annotation.labeling import Answer, submit
from annotation.learning import refitting
from annotation.learning.encoders import open_encoder
from annotation.learning.snapshot import take_snapshot
from annotation.models import Job, Lease, Project, Rank, Round, Sample
from annotation.models.jobs import JobKind
from annotation.projects import merge_class
from tests.pools import SIDE, answer_truly, covered_project, run_jobs, take, true_class
from tests.worlds import shared_world


def embed(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return an embedded project of 64 tiles with its first, cold round."""
    project = covered_project(owner, folder)
    assert [job.state for job in run_jobs(project)] == ["done", "done"]
    return project


world, alice, covered = shared_world(embed)


def label_some(project: Project, user: AbstractBaseUser, count: int) -> list[Sample]:
    """Label what is served, and return it."""
    served = []
    for _ in range(count):
        sample = take(project, user).sample
        answer_truly(sample, user)
        served.append(sample)
    return served


def test_it_works(covered: Project, alice: AbstractBaseUser) -> None:
    served = label_some(covered, alice, 12)
    assert run_jobs(covered, JobKind.REFIT)[0].state == Job.State.DONE
    newest = covered.rounds.first()
    training = [sample for sample in served if not hasattr(sample, "audit")]
    assert newest.labels == len(training)
    assert newest.classes == len({true_class(sample) for sample in training})
    fit = newest_fit(covered)
    assert fit.number == newest.number
    samples = covered.samples.select_related("tile")
    right = [fit.columns[fit.values[sample.index].argmax()] == true_class(sample) for sample in samples]
    assert np.mean(right) > 0.9


def test_the_head_is_told_what_the_columns_mean(covered: Project) -> None:
    vectors = take_snapshot(covered, covered.rounds.get().encoder).vectors
    assert vectors.blocks == tuple(open_encoder(covered).blocks.values())
    assert len(vectors.blocks) > 5


def test_a_cold_round_covers_and_knows_no_class(covered: Project) -> None:
    newest = covered.rounds.get()
    assert (newest.strategy, newest.classes, newest.labels, newest.accuracy) == ("max_herding", 0, 0, None)
    assert newest.ranks.count() == 64
    assert newest_fit(covered) is None


def test_what_scored_highest_is_served_next(covered: Project, alice: AbstractBaseUser) -> None:
    label_some(covered, alice, 12)
    run_jobs(covered)
    first = covered.rounds.first().ranks.order_by("position").first()
    assert take(covered, alice).sample_id == first.sample_id


def test_two_classes_are_enough_for_a_first_fit(covered: Project, alice: AbstractBaseUser) -> None:
    samples = {true_class(sample): sample for sample in covered.samples.filter(audit=None).select_related("tile")}
    answer_truly(samples[1], alice)
    assert not Job.objects.filter(state=Job.State.QUEUED, kind=JobKind.REFIT).exists()
    answer_truly(samples[2], alice)
    run_jobs(covered)
    assert covered.rounds.first().classes == 2


def test_audits_are_scored_and_never_learnt_from(covered: Project, alice: AbstractBaseUser) -> None:
    label_some(covered, alice, 20)
    run_jobs(covered)
    newest = covered.rounds.first()
    assert newest.audits == 2
    assert newest.labels == 18
    assert newest.accuracy is not None and newest.accuracy_low <= newest.accuracy <= newest.accuracy_high
    assert not Rank.objects.filter(round=newest, sample__audit__isnull=False).exclude(score=None, reason="").exists()


def test_two_requests_are_one_refit(covered: Project, alice: AbstractBaseUser) -> None:
    label_some(covered, alice, 12)
    first = Job.request(covered, JobKind.REFIT)
    assert Job.request(covered, JobKind.REFIT) == first
    run_jobs(covered, JobKind.REFIT)
    assert covered.rounds.count() == 2


def test_a_round_leaves_out_what_somebody_looks_at(covered: Project, alice: AbstractBaseUser) -> None:
    shown = take(covered, alice).sample_id
    Job.request(covered, JobKind.REFIT)
    run_jobs(covered)
    assert not covered.rounds.first().ranks.filter(sample=shown).exists()
    assert Lease.objects.get(sample=shown).shown_at


def test_a_merged_class_is_learnt_as_the_other(covered: Project, alice: AbstractBaseUser) -> None:
    label_some(covered, alice, 15)
    merge_class(covered, 3, 1)
    run_jobs(covered, JobKind.REFIT)
    assert set(newest_fit(covered).columns) == {1, 2}


def test_embedding_again_makes_only_what_is_missing(covered: Project) -> None:
    digest = covered.rounds.get().encoder
    Vectors(covered, digest).forget([3, 5])
    Job.request(covered, JobKind.EMBED)
    embedded, _ = run_jobs(covered)
    assert embedded.message == "Embedded 2 tiles."
    assert Vectors(covered, digest).present.all()


def test_who_labels_before_the_tiles_are_embedded_sees_no_failure(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path)
    label_some(project, alice, 5)
    early = run_jobs(project, JobKind.REFIT)
    assert [(job.state, job.message) for job in early] == [
        (Job.State.DONE, "No tile is embedded yet; a round follows when some are.")
    ]
    run_jobs(project)
    assert project.rounds.get().labels == 5


def test_masks_are_learnt_and_shown_live(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path, task="masks")
    run_jobs(project)
    label_some(project, alice, 12)
    assert [job.state for job in run_jobs(project)] == ["done"] * 3  # refit, publish, insights
    sample = project.samples.filter(state=Sample.State.OPEN, audit=None).select_related("tile").first()
    classes = live_class_map(project, sample.index, tile_px=SIDE)
    assert classes.shape == (SIDE, SIDE)
    assert (classes == true_class(sample)).mean() > 0.9
    fit = newest_fit(project)
    assert fit.columns[fit.values[sample.index].argmax()] == true_class(sample)
    assert project.rounds.first().accuracy > 0.8


def test_what_is_said_while_it_runs_is_heard_by_the_next(
    covered: Project, alice: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    label_some(covered, alice, 12)
    covered.jobs.filter(state=Job.State.QUEUED).exclude(kind=JobKind.REFIT).delete()

    def write_late(project: Project, ranking: rounds.Ranking) -> Round:
        monkeypatch.setattr(refitting, "write_round", rounds.write_round)
        label_some(covered, alice, covered.refit_every)
        covered.jobs.filter(state=Job.State.QUEUED).delete()
        return rounds.write_round(project, ranking)

    monkeypatch.setattr(refitting, "write_round", write_late)
    jobs.run(covered.jobs.get(kind=JobKind.REFIT, state=Job.State.QUEUED).pk)
    assert covered.jobs.filter(kind=JobKind.REFIT, state=Job.State.QUEUED).exists()


def test_only_the_first_answer_to_an_audit_measures_the_model(covered: Project, alice: AbstractBaseUser) -> None:
    label_some(covered, alice, 20)
    digest = covered.rounds.first().encoder
    before = take_snapshot(covered, digest).audits
    audit = covered.samples.filter(audit__isnull=False, state="labelled").select_related("tile").first()
    submit(audit, alice, Answer(value={"class": true_class(audit) % 3 + 1}))
    after = take_snapshot(covered, digest).audits
    audit.refresh_from_db()
    assert audit.answer_id not in after.annotations
    told = [dict(zip(audits.annotations, audits.codes.tolist(), strict=True)) for audits in (before, after)]
    assert told[0] == told[1]
