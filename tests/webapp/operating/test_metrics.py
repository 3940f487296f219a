"""/metrics: off by default, for administrators or by a token, and with few labels."""

import os
import re
from pathlib import Path

import pytest
from django.test import Client

from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from tests import factories
from webapp.operating.sharing import MOST_FILES, share

pytestmark = pytest.mark.django_db
TOKEN = "a-long-random-token-of-metrics"


@pytest.fixture
def scraper(settings) -> Client:
    """Return Prometheus."""
    settings.METRICS, settings.METRICS_TOKEN = True, TOKEN
    return Client(headers={"Authorization": f"Bearer {TOKEN}"})


def test_it_works(scraper: Client, project: Project, alice) -> None:
    job = Job.request(project, JobKind.EMBED)
    job.start()
    job.finish()
    Job.request(project, JobKind.REFIT)
    person = Client()
    person.force_login(alice)
    person.get(f"/projects/{project.pk}/")
    told = scraper.get("/metrics").content.decode()
    assert re.search(r'terrascribe_requests_total\{method="GET",status="200",view="project"\} [1-9]', told)
    assert 'terrascribe_request_seconds_count{view="project"}' in told
    assert 'terrascribe_queue_jobs{queue="interactive",state="waiting"} 1.0' in told
    assert 'terrascribe_jobs_last_day{kind="embed",state="done"} 1.0' in told
    assert "terrascribe_disk_free_bytes" in told


def test_they_are_off_by_default(client: Client, settings) -> None:
    assert settings.METRICS is False
    assert client.get("/metrics").status_code == 404


def test_strangers_and_wrong_tokens_are_refused(scraper: Client, alice, settings) -> None:
    for header in ("", "Bearer ", "Bearer wrong", f"Token {TOKEN}", "Bearer ü"):
        assert Client(headers={"Authorization": header}).get("/metrics").status_code == 403
    person = Client()
    person.force_login(alice)
    assert person.get("/metrics").status_code == 403
    settings.METRICS_TOKEN = ""
    assert Client(headers={"Authorization": "Bearer "}).get("/metrics").status_code == 403
    person.force_login(factories.make_user("root", is_superuser=True))
    assert person.get("/metrics").status_code == 200


def test_what_strangers_send_becomes_no_label(scraper: Client) -> None:
    stranger = Client()
    for number in range(20):
        stranger.get(f"/no-such-address-{number}/")
        stranger.generic(f"METHOD{number}", "/healthz/")
    told = scraper.get("/metrics").content.decode()
    assert "no-such-address" not in told and "METHOD" not in told
    assert 'method="other"' in told and 'view="none"' in told


def test_counts_of_processes_that_are_gone_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    for number in range(MOST_FILES):
        (tmp_path / f"counter_{10_000_000 + number}.db").touch()
    share()
    assert len(list(tmp_path.iterdir())) == MOST_FILES
    (tmp_path / f"counter_{os.getpid()}.db").touch()
    share()
    assert [path.name for path in tmp_path.iterdir()] == [f"counter_{os.getpid()}.db"]
