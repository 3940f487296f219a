"""The database's clock counts, however wrong that of the machine is."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from annotation import clock
from annotation.labeling import claim
from annotation.models import Job, Lease, Project, Sample
from annotation.models.jobs import JobKind
from tests.pools import answer_truly, covered_project, rank, run_jobs, take
from tests.rasters import ROOT
from webapp.tasks import sweep

SKEWS = [timedelta(seconds=-45), timedelta(minutes=-10), timedelta(minutes=10)]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Return a function that puts the machine's clock off."""
    true, seconds = timezone.now, time.time

    def put(skew: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: true() + skew)
        monkeypatch.setattr(time, "time", lambda: seconds() + skew.total_seconds())

    return put


def told() -> datetime:
    """Return what the database's clock shows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(UTC)


@pytest.mark.parametrize("skew", SKEWS)
def test_it_works(db: None, machine: Callable[[timedelta], None], skew: timedelta) -> None:
    machine(skew)
    assert abs(clock.now() - told()) < timedelta(seconds=1)


@pytest.mark.parametrize("skew", SKEWS)
def test_a_running_job_is_not_lost_to_a_machine_with_another_clock(
    project: Project, machine: Callable[[timedelta], None], skew: timedelta
) -> None:
    job = Job.request(project, JobKind.PUBLISH)
    assert job.start()
    job.beat()
    machine(skew)
    sweep()
    assert Job.objects.get(pk=job.pk).state == Job.State.RUNNING
    Job.objects.filter(pk=job.pk).update(heartbeat_at=Now() - timedelta(minutes=1))
    sweep()
    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED


@pytest.mark.parametrize("skew", SKEWS)
def test_a_lease_lasts_as_long_on_every_machine(
    project: Project,
    samples: list[Sample],
    bob: AbstractBaseUser,
    machine: Callable[[timedelta], None],
    skew: timedelta,
) -> None:
    rank(project, samples)
    lease = take(project, bob)
    machine(skew)
    assert Lease.objects.active().filter(pk=lease.pk).exists()
    claim(project, bob, count=0, showing=lease.sample_id)
    assert Lease.objects.get(sample=lease.sample_id).token == lease.token
    Lease.objects.update(expires_at=Now() - timedelta(seconds=1))
    assert not Lease.objects.active().exists()


@pytest.mark.parametrize("skew", SKEWS)
def test_a_round_hears_what_was_said_before_it_and_no_more(
    alice: AbstractBaseUser, tmp_path: Path, machine: Callable[[timedelta], None], skew: timedelta
) -> None:
    project = covered_project(alice, tmp_path, refit_every=2)
    run_jobs(project)
    for _ in range(2):
        answer_truly(take(project, alice).sample, alice)
    machine(skew)  # of the worker
    run_jobs(project, JobKind.REFIT)
    rounds = project.rounds.count()
    assert abs(project.rounds.first().seen_at - told()) < timedelta(seconds=30)
    assert not project.jobs.filter(kind=JobKind.REFIT, state=Job.State.QUEUED).exists()
    for _ in range(2):
        answer_truly(take(project, alice).sample, alice)
    run_jobs(project, JobKind.REFIT)
    assert project.rounds.count() == rounds + 1


def test_what_is_stored_by_default_is_the_databases_time(
    project: Project, machine: Callable[[timedelta], None]
) -> None:
    machine(timedelta(days=30))
    assert abs(Job.request(project, JobKind.EXPORT).created_at - told()) < timedelta(minutes=1)


def test_the_domain_asks_no_other_clock() -> None:
    ours = [*(ROOT / "annotation").rglob("*.py"), ROOT / "webapp" / "tasks.py"]
    others = {ROOT / "annotation" / "clock.py", *(ROOT / "annotation" / "ingest").rglob("*.py")}  # files' own times
    asks = re.compile(r"timezone\.now\(|default_factory=timezone\.now|datetime\.now\(|models\.DateTimeField\(auto_now")
    asking = [path.name for path in ours if path not in others and asks.search(path.read_text())]
    assert [name for name in asking if "migrations" not in name and not name[:4].isdigit()] == []


def test_for_migrations_it_is_a_plain_field(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_a_connection_to_a_server_with_another_clock_is_believed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = clock._Reading(told() - timedelta(hours=1), clock._steady(), 0.001)
    monkeypatch.setattr(clock, "_reading", wrong)
    clock.read(connection)
    assert abs(clock.now() - told()) < timedelta(seconds=1)
