"""A real Celery worker process on real Redis and PostGIS: the loop runs, and survives the worker's death."""

import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.vectors import Vectors
from annotation.improving.requests import request_encoder
from annotation.models import Annotation, Job, Project, Sample
from annotation.models.jobs import JobKind
from tests.integration.conftest import Worker
from tests.pools import answer_truly, covered_project, take
from webapp.tasks import dispatch, sweep

PATIENCE_SECONDS = 300.0

pytestmark = pytest.mark.django_db(transaction=True)


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Wait until something is so, or fail."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what}: {list(Job.objects.values('kind', 'state', 'error'))}"
        time.sleep(0.02)


def all_done(project: Project) -> Callable[[], bool]:
    """Return whether no job of the project waits or runs."""
    unfinished = project.jobs.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return lambda: not unfinished.exists()


def label(project: Project, user: AbstractBaseUser, count: int) -> None:
    """Answer what is asked for, and let the worker know each time."""
    for _ in range(count):
        answer_truly(take(project, user).sample, user)
        dispatch(project.pk)


def test_labels_reorder_the_queue_and_bring_suggestions(
    start_worker: Callable[[], Worker], alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = covered_project(alice, tmp_path, repeat=2)
    start_worker()
    dispatch()
    wait_for(lambda: project.rounds.exists() and all_done(project)(), "the first round")
    label(project, alice, 15)
    wait_for(all_done(project), "rounds")
    while not project.model_versions.filter(state="published").exists():  # audits and late answers taught no round yet
        assert project.samples.filter(state=Sample.State.LABELLED).count() < 40
        label(project, alice, project.refit_every)
        wait_for(all_done(project), "suggestions")
    newest = project.rounds.first()
    assert newest.classes == 3
    assert project.model_versions.first().suggestions.count() > 30
    assert take(project, alice).rank.round == newest
    assert not project.jobs.filter(state=Job.State.FAILED).exists()


def time_passes(job: Job, *, minutes: int = 2) -> None:
    """Put the job's last sign of life, and the moment of its next try, so far back."""
    row, back = Job.objects.get(pk=job.pk), timedelta(minutes=minutes)
    moments = {"heartbeat_at": row.heartbeat_at, "not_before": row.not_before}
    Job.objects.filter(pk=job.pk).update(**{name: moment - back for name, moment in moments.items() if moment})


def test_a_killed_workers_job_starts_again_by_itself(
    start_worker: Callable[[], Worker], alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = covered_project(alice, tmp_path, repeat=5)
    answer_truly(project.samples.first(), alice)
    job = project.jobs.get(kind=JobKind.EMBED)
    worker = start_worker()
    dispatch()
    wait_for(lambda: Job.objects.get(pk=job.pk).progress > 0, "progress")
    worker.end(signal.SIGKILL)
    assert Job.objects.get(pk=job.pk).state == Job.State.RUNNING
    time_passes(job)
    sweep()
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (Job.State.QUEUED, "", 1)
    assert job.message == "Its worker was killed; tried again (2 of 5)."
    assert Annotation.objects.get().sample.state == Sample.State.LABELLED
    time_passes(job)
    start_worker()
    sweep()
    wait_for(all_done(project), "the second try")
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 2)
    assert 0 < int(job.message.split()[1]) < 1600  # what the killed run stored is kept
    newest = project.rounds.first()
    assert Vectors(project, newest.encoder).present.sum() == 1600
    assert Annotation.objects.get().sample.state == Sample.State.LABELLED


def test_a_job_that_kills_every_worker_is_not_tried_for_ever(
    start_worker: Callable[[], Worker], alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = covered_project(alice, tmp_path, repeat=2)
    job = project.jobs.get(kind=JobKind.EMBED)
    Job.objects.filter(pk=job.pk).update(attempts=3)
    for attempt in (4, 5):
        worker = start_worker()
        sweep()
        wait_for(lambda attempt=attempt: Job.objects.filter(pk=job.pk, attempts=attempt, state="running"), "a try")
        worker.end(signal.SIGKILL)
        time_passes(job)
        Job.objects.recover_lost()
        time_passes(job, minutes=20)
    job.refresh_from_db()
    assert (job.state, job.attempts, "5 times in a row" in job.error) == (Job.State.FAILED, 5, True)
    sweep()
    assert Job.objects.get(pk=job.pk).state == Job.State.FAILED


def test_a_worker_told_to_stop_hands_its_job_back(
    start_worker: Callable[[], Worker], alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = covered_project(alice, tmp_path, repeat=5)
    job = project.jobs.get(kind=JobKind.EMBED)
    worker = start_worker()
    dispatch()
    wait_for(lambda: Job.objects.get(pk=job.pk).progress > 0, "progress")
    worker.end(signal.SIGTERM)
    job.refresh_from_db()
    assert (job.state, job.sent_at, job.error) == (Job.State.QUEUED, None, "")


def test_a_worker_killed_while_it_changes_the_encoder_leaves_the_project_at_work(
    start_worker: Callable[[], Worker], alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = covered_project(alice, tmp_path, repeat=4)
    worker = start_worker()
    dispatch()
    wait_for(lambda: project.rounds.exists() and all_done(project)(), "the first round")
    present = project.rounds.first().encoder
    job = request_encoder(project, "statistics", alice)
    dispatch()
    wait_for(lambda: Job.objects.get(pk=job.pk).progress > 0, "progress")
    worker.end(signal.SIGKILL)
    project.refresh_from_db()
    assert project.encoder == "nano"
    assert Vectors(project, present).present.all()
    for _ in range(3):
        answer_truly(take(project, alice).sample, alice)
    time_passes(job)
    sweep()
    time_passes(job)
    start_worker()
    sweep()
    wait_for(all_done(project), "the second try")
    project.refresh_from_db()
    assert project.encoder == "statistics"
    newest = project.rounds.first()
    assert newest.encoder != present
    assert (newest.labels, Vectors(project, newest.encoder).present.sum()) == (3 - newest.audits, 1024)
