"""Running of jobs: each ends in a state that people see, with its reason."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from annotation import jobs
from annotation.errors import JobFailed
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from mlcore.errors import NotEnoughLabels


@pytest.fixture
def job(project: Project) -> Job:
    """Return a waiting job."""
    return Job.request(project, JobKind.REFIT)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch):
    """Return a function that puts a runner in place of the refit."""

    def replace(function) -> None:
        monkeypatch.setattr(jobs, "import_string", lambda name: function)

    return replace


def raiser(error: BaseException):
    """Return a runner that raises."""

    def run(job: Job) -> str:
        raise error

    return run


def test_it_works(job: Job, runner) -> None:
    seen = []
    runner(lambda job: seen.append(Job.objects.get(pk=job.pk).state) or "All well.")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert seen == [Job.State.RUNNING]
    assert (job.state, job.message, job.progress) == (Job.State.DONE, "All well.", 1)
    assert job.finished_at >= job.started_at


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (JobFailed("The disk is full."), "The disk is full."),
        (NotEnoughLabels("Label two classes."), "Label two classes."),
        (KeyError("band"), "KeyError: 'band'"),
        (
            MemoryError(),
            "It needs more memory than this machine has. Free some, or use smaller tiles, and start it again.",
        ),
    ],
)
def test_a_failure_says_why(job: Job, runner, error: Exception, reason: str) -> None:
    runner(raiser(error))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, reason)


def test_a_job_runs_once(job: Job, runner) -> None:
    runs = []
    runner(lambda job: runs.append(job.pk))
    jobs.run(job.pk)
    jobs.run(job.pk)
    jobs.run(job.pk + 1000)
    assert runs == [job.pk]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_shuts_down_hands_the_job_back(job: Job, runner) -> None:
    runner(raiser(SystemExit(0)))
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.sent_at) == (Job.State.QUEUED, None)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_shuts_down_in_the_middle_of_a_query_hands_the_job_back(job: Job, runner) -> None:
    def run(job: Job) -> str:
        with jobs.hold(job.project_id, "vectors"):
            connection.connection.pgconn.send_query(b"SELECT pg_sleep(1)")
            raise SystemExit(0)

    runner(run)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.QUEUED, "")
    with jobs.hold(job.project_id, "vectors"):
        assert job.start()


@pytest.mark.django_db(transaction=True)
def test_a_job_handed_back_gives_way_to_a_newer_request(project: Project, job: Job, runner) -> None:
    def run(job: Job) -> str:
        Job.request(project, JobKind.REFIT)
        raise SystemExit(0)

    runner(run)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "A newer request does it.")
    assert Job.objects.filter(state=Job.State.QUEUED).count() == 1


def test_a_failed_job_runs_again(job: Job, runner) -> None:
    runner(raiser(JobFailed("Not yet.")))
    jobs.run(job.pk)
    assert job.restart()
    runner(lambda job: "Now.")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message, job.error) == (Job.State.DONE, "Now.", "")


@pytest.mark.django_db(transaction=True)
def test_its_heart_beats_while_it_runs(job: Job, runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.01)
    long_ago = timezone.now() - timedelta(hours=1)

    def run(job: Job) -> str:
        Job.objects.filter(pk=job.pk).update(heartbeat_at=long_ago)
        while Job.objects.get(pk=job.pk).heartbeat_at == long_ago:
            pass
        return "Alive."

    runner(run)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.message == "Alive."


def test_a_job_that_reports_ends_when_somebody_cancels(project: Project, runner) -> None:
    job = Job.request(project, JobKind.FINETUNE)
    reached = []

    def run(job: Job) -> str:
        assert job.cancel()
        job.report(0.5, "Half of it.")
        reached.append(job)
        return "All of it."

    runner(run)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, reached) == (Job.State.CANCELLED, [])
    assert job.finished_at
    assert not job.cancel()


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_job_is_not_handed_back(project: Project, runner) -> None:
    job = Job.request(project, JobKind.PRETRAIN)

    def run(job: Job) -> str:
        job.cancel()
        raise SystemExit(0)

    runner(run)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_what_it_shows_is_kept_and_begins_anew(project: Project, runner) -> None:
    job = Job.request(project, JobKind.SELECT)
    runner(lambda job: (job.show(rows=[1]), job.show(reason="Why."), "Done.")[-1])
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.result == {"rows": [1], "reason": "Why."}


def test_training_waits_in_a_lane_of_its_own() -> None:
    lanes = {kind: kind.lane for kind in JobKind}
    assert {kind for kind, lane in lanes.items() if lane == "gpu"} == {"finetune", "pretrain", "select"}
    assert {kind for kind, lane in lanes.items() if lane == "interactive"} == {"refit"}
