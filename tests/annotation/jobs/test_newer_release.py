"""A worker of an older release with a newer job: it says in words what it doesn't know, and the job waits on."""

from datetime import timedelta

import pytest

from annotation import clock, jobs
from annotation.exports.options import Options
from annotation.models import Job, Project
from annotation.models.job_kinds import PARAMS, unknown_to_this_release
from annotation.models.jobs import JobKind
from webapp import tasks
from webapp.operating.work import lanes, paces

RAN = "annotation.learning.refit"


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the numbers of the jobs that are run."""
    numbers: list[int] = []
    monkeypatch.setattr(jobs, "import_string", lambda _: lambda job: numbers.append(job.pk) or "Done.")
    return numbers


def newer(project: Project, **facts: object) -> Job:
    """Return a job as a newer release writes it."""
    return Job.objects.create(project=project, **{"kind": "dream", **facts})


@pytest.mark.parametrize(
    ("facts", "unknown"),
    [
        ({}, "no work of the kind 'dream'"),
        ({"kind": "refit", "params": {"depth": 3, "age": 1}}, "no 'age', 'depth' of a job to refit and rank"),
        ({"kind": "export", "params": {"images": True, "parts": 4}}, "no 'parts' of a job to export"),
    ],
)
def test_it_works(project: Project, ran: list[int], facts: dict, unknown: str) -> None:
    job = newer(project, **facts)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, ran) == (Job.State.QUEUED, 0, [])
    assert job.message == f"Waits for a worker of a newer release: the one that looked at it knows {unknown}."


def test_a_worker_that_knows_it_runs_it(project: Project, ran: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    job = newer(project, kind="refit", params={"depth": 3})
    jobs.run(job.pk)
    monkeypatch.setitem(PARAMS, JobKind.REFIT, frozenset({"depth"}))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message, ran) == (Job.State.DONE, "Done.", [job.pk])


def test_the_chain_of_a_job_is_known_of_every_kind() -> None:
    assert [unknown_to_this_release(kind, {"chain": {}}) for kind in JobKind] == [""] * len(JobKind)


def test_a_release_writes_no_job_that_its_own_workers_leave(project: Project) -> None:
    with pytest.raises(TypeError, match="no 'depth' of a job to refit and rank: name it in PARAMS"):
        Job.request(project, JobKind.REFIT, depth=3)


def test_its_message_is_for_the_release_that_knows_its_queue(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(tasks.run_job, "apply_async", lambda arguments, **_: sent.append(arguments[0]))
    newer(project)
    known = Job.request(project, JobKind.REFIT)
    assert (tasks.dispatch(), sent) == (1, [known.pk])


def test_the_sweep_leaves_one_that_lost_its_worker_to_that_release(project: Project) -> None:
    newer(project, state="running", heartbeat_at=clock.now() - timedelta(hours=1))
    assert Job.objects.recover_lost() == 0


def test_pages_show_it(project: Project, alice, api) -> None:
    newer(project)
    newer(project, state="done", started_at=clock.now(), finished_at=clock.now())
    assert [lane.waiting for lane in lanes()] == [0, 0, 0]
    assert [pace.title for pace in paces()] == ["dream"]
    shown = api(alice).get(f"/api/projects/{project.pk}/jobs/").json()
    assert {job["kind"] for job in shown["results"]} == {"dream"}


def test_every_choice_of_an_export_is_known():
    assert set(Options.__dataclass_fields__) == PARAMS[JobKind.EXPORT]
