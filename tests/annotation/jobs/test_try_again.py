"""Jobs whose worker was killed: they are tried again after a while, so often, and say so."""

import errno
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from annotation import jobs
from annotation.errors import DISK_FULL, JobFailed
from annotation.models import Job, Project
from annotation.models.jobs import COALESCED, TRAINING, JobKind

LONG_AGO = timedelta(minutes=1)


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, 12, tzinfo=timezone.get_current_timezone())

    def now(self) -> datetime:
        return self.time

    def pass_by(self, **time: float) -> None:
        self.time += timedelta(**time)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock that jobs read."""
    made = Clock()
    monkeypatch.setattr("annotation.clock.now", made.now)
    return made


@pytest.fixture
def job(project: Project, clock: Clock) -> Job:
    """Return a waiting job."""
    return Job.request(project, JobKind.EMBED)


def kill_its_worker(job: Job, clock: Clock) -> Job:
    """Start the job, let its worker fall silent and the sweep look; return the row."""
    assert job.start()
    clock.pass_by(seconds=31)
    assert Job.objects.recover_lost() == 1
    return Job.objects.get(pk=job.pk)


def test_it_works(job: Job, clock: Clock) -> None:
    row = kill_its_worker(job, clock)
    assert (row.state, row.error) == (Job.State.QUEUED, "")
    assert row.message == "Its worker was killed; tried again (2 of 5)."
    assert row.not_before == clock.now() + timedelta(seconds=10)
    clock.pass_by(seconds=10)
    assert row.start()
    assert Job.objects.get(pk=job.pk).message == "Its worker was killed; tried again (2 of 5)."
    row.report(0.5, "Embedded 5 of 10 tiles.")
    row.refresh_from_db()
    assert row.message == "Its worker was killed; tried again (2 of 5). Embedded 5 of 10 tiles."
    row.finish("Embedded 10 tiles.")
    row.refresh_from_db()
    assert (row.state, row.message) == (Job.State.DONE, "Embedded 10 tiles.")


def test_a_worker_that_lives_is_let_alone(job: Job, clock: Clock) -> None:
    job.start()
    for _ in range(20):
        clock.pass_by(seconds=5)
        job.beat()
        assert Job.objects.recover_lost() == 0


def test_it_waits_longer_each_time_and_no_message_is_sent_before(job: Job, clock: Clock) -> None:
    for seconds in (10, 60, 300, 900):
        row = kill_its_worker(job, clock)
        clock.pass_by(seconds=seconds - 1)
        assert not Job.objects.unsent().exists()
        assert not row.start()  # a message that came late
        clock.pass_by(seconds=1)
        assert Job.objects.unsent().get() == job


def test_after_the_last_try_it_fails_until_a_person_asks(job: Job, clock: Clock) -> None:
    for _ in range(5):
        row = kill_its_worker(job, clock)
        clock.pass_by(minutes=15)
    assert (row.state, row.message) == (Job.State.FAILED, "")
    assert "stopped answering 5 times in a row (killed, restarted or out of memory)" in row.error
    assert Job.objects.recover_lost() == 0
    assert row.restart()
    row = kill_its_worker(row, clock)
    assert (row.state, row.attempts) == (Job.State.QUEUED, 1)


def test_one_that_gets_further_each_time_does_not_count_as_failing(job: Job, clock: Clock) -> None:
    row = job
    for _ in range(20):
        assert row.start()
        row.report(0.5, "Embedded 5 of 10 tiles.")
        jobs.advance(row)
        clock.pass_by(seconds=31)
        assert Job.objects.recover_lost() == 1
        row = Job.objects.get(pk=job.pk)
        assert (row.state, row.message) == (Job.State.QUEUED, "Its worker was killed; tried again (2 of 5).")
        clock.pass_by(seconds=10)


@pytest.mark.parametrize("kind", TRAINING)
def test_a_training_of_hours_is_begun_once_more_only(project: Project, clock: Clock, kind: JobKind) -> None:
    job = Job.request(project, kind)
    assert kill_its_worker(job, clock).message == "Its worker was killed; tried again (2 of 2)."
    clock.pass_by(minutes=5)
    assert kill_its_worker(job, clock).state == Job.State.FAILED


def test_every_kind_says_how_often_it_is_tried() -> None:
    assert {kind: kind.tries for kind in JobKind} == {kind: 2 if kind in TRAINING else 5 for kind in JobKind}


def test_what_fails_by_itself_is_not_tried_again(job: Job, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(job: Job) -> str:
        raise JobFailed("The disk is full.")

    monkeypatch.setattr(jobs, "import_string", lambda name: refuse)
    jobs.run(job.pk)
    clock.pass_by(hours=1)
    assert Job.objects.recover_lost() == 0
    row = Job.objects.get(pk=job.pk)
    assert (row.state, row.error, row.attempts) == (Job.State.FAILED, "The disk is full.", 1)


def test_a_refit_waits_until_the_disk_has_room_and_no_label_asks_for_another(
    project: Project, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(job: Job) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    job = Job.request(project, JobKind.REFIT)
    monkeypatch.setattr(jobs, "import_string", lambda name: fill)
    for _ in range(10):
        jobs.run(job.pk)
        row = Job.objects.get(pk=job.pk)
        assert (row.state, row.message, row.attempts) == (Job.State.QUEUED, DISK_FULL, 0)
        assert not Job.objects.unsent().exists()
        assert Job.request(project, JobKind.REFIT) == job
        clock.pass_by(minutes=1)
        assert Job.objects.unsent().get() == job
    monkeypatch.setattr(jobs, "import_string", lambda name: lambda job: "Round 1.")
    jobs.run(job.pk)
    row = Job.objects.get(pk=job.pk)
    assert (row.state, row.message) == (Job.State.DONE, "Round 1.")


def test_an_orderly_end_of_the_worker_spends_no_try(job: Job, clock: Clock) -> None:
    for _ in range(10):
        assert job.start()
        job.hand_back()
    row = Job.objects.get(pk=job.pk)
    assert (row.state, row.attempts, row.message) == (Job.State.QUEUED, 0, "")


@pytest.mark.parametrize("kind", COALESCED)
def test_a_newer_request_takes_its_place(project: Project, clock: Clock, kind: JobKind) -> None:
    job = Job.request(project, kind)
    job.start()
    newer = Job.request(project, kind)
    clock.pass_by(seconds=31)
    assert Job.objects.recover_lost() == 1
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "A newer request does it.")
    assert Job.objects.get(state=Job.State.QUEUED) == newer


def test_a_cancelled_one_ends(project: Project, clock: Clock) -> None:
    job = Job.request(project, JobKind.FINETUNE)
    job.start()
    job.cancel()
    clock.pass_by(seconds=31)
    Job.objects.recover_lost()
    assert Job.objects.get(pk=job.pk).state == Job.State.CANCELLED


def test_a_worker_that_comes_back_to_life_changes_nothing_any_more(job: Job, clock: Clock) -> None:
    kill_its_worker(job, clock)
    clock.pass_by(seconds=10)
    second = Job.objects.get(pk=job.pk)
    assert second.start()
    with pytest.raises(jobs.JobCancelled, match="another worker has it"):
        job.report(0.9, "Nearly there.")
    job.show(rows=[1])
    job.beat()
    for end in (job.finish, job.stop, job.hand_back):
        end()
    job.fail("No disk.")
    row = Job.objects.get(pk=job.pk)
    assert (row.state, row.result, row.progress, row.error) == (Job.State.RUNNING, {}, 0, "")
    second.finish("Done.")
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE


def test_two_sweeps_count_a_loss_once(job: Job, clock: Clock) -> None:
    job.start()
    clock.pass_by(seconds=31)
    one, other = Job.objects.get(pk=job.pk), Job.objects.get(pk=job.pk)
    assert (one.recover(), other.recover()) == (True, False)
    assert Job.objects.get(pk=job.pk).attempts == 1
