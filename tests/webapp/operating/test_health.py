"""/health/: what administrators see of queues, failures, disk, backups and services, and nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from annotation import clock
from annotation.backups import notes
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(db: None) -> Client:
    """Return a browser of somebody who runs the site."""
    client = Client()
    client.force_login(factories.make_user("root", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def seen(operator: Client) -> Callable[[], str]:
    """Return a function that loads the page."""
    return lambda: operator.get(reverse("health")).content.decode()


def test_it_works(seen: Callable[[], str], project: Project) -> None:
    job = Job.request(project, JobKind.EMBED)
    job.start()
    job.finish()
    page = seen()
    assert "PostgreSQL" in page and "Redis" in page
    assert "Embed tiles" in page
    assert "No backup was made yet" in page
    assert "0 wait for a person" in page


def test_others_are_not_let_in(alice, project: Project) -> None:
    client = Client()
    client.force_login(alice)
    assert client.get(reverse("health")).status_code == 403
    assert b"PostgreSQL" not in client.get(reverse("health")).content


def test_a_queue_that_nobody_serves_is_told(seen: Callable[[], str], project: Project) -> None:
    job = Job.request(project, JobKind.REFIT)
    assert "no worker takes them" not in seen()
    Job.objects.filter(pk=job.pk).update(created_at=clock.now() - timedelta(minutes=5))
    page = seen()
    assert "Refits and ranks: jobs wait (1) and no worker takes them." in page
    assert "5 min" in page


def test_failed_jobs_are_listed_with_their_reason(seen: Callable[[], str], project: Project) -> None:
    job = Job.request(project, JobKind.EXPORT)
    job.start()
    job.fail("The disk is <full>.")
    page = seen()
    assert "The disk is &lt;full&gt;." in page and "1 wait for a person" in page


def test_an_old_backup_is_told(seen: Callable[[], str]) -> None:
    notes.keep(notes.Note((clock.now() - timedelta(days=9)).isoformat(), 10, "0"))
    assert "The last backup is 9 d old." in seen()
    notes.keep(notes.Note(clock.now().isoformat(), 10, "0"))
    assert "All is well" in seen()


def test_without_redis_it_says_so(seen: Callable[[], str], settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert "Does not answer" in seen()


def test_disk_is_told_by_kind(seen: Callable[[], str], data_dir) -> None:
    (data_dir / "masks" / "00").mkdir(parents=True)
    (data_dir / "masks" / "00" / "a.png").write_bytes(b"x" * 5000)
    (data_dir / "projects" / "1" / "vectors" / "e").mkdir(parents=True)
    (data_dir / "projects" / "1" / "vectors" / "e" / "vectors").write_bytes(b"x" * 9000)
    page = seen()
    assert page.index("Vectors and maps") < page.index("Masks")
