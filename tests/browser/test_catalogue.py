"""From a catalogue: an owner looks at what it has, adds a scene that stays where it is, and brings it in."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Project
from annotation.models.jobs import JobKind
from tests.browser.conftest import Open, running
from tests.catalogues import put_catalogue, put_item
from tests.hosts import Host, allowed, serving
from tests.pools import run_jobs

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("TERRASCRIBE_SCREENSHOTS_IN")


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """Return a host with a catalogue of two items, which may be read."""
    with serving() as host, allowed(host.url, seconds=10.0):
        put_catalogue(host, [put_item(host, tmp_path, "clear"), put_item(host, tmp_path, "cloudy", cloud=90)])
        yield host


@pytest.fixture
def open_site(host: Host, site_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run a web server that may read the host, and return its address."""
    monkeypatch.setenv("REMOTE_HOSTS", host.url)
    listener = socket.create_server(("127.0.0.1", 0))
    command = ["gunicorn", "webapp.wsgi", "--bind", f"fd://{listener.fileno()}", "--threads", "4"]
    with listener, running(*command, "--log-level", "error", folder=site_folder, pass_fds=[listener.fileno()]):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def look(page: Page, name: str) -> None:
    """Keep pictures of the page, light and dark, where somebody asked for them."""
    for scheme in ("light", "dark") if PICTURES else ():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


def test_it_works(
    project: Project, host: Host, alice: AbstractBaseUser, open_page: Open, open_site: str, excused: list[str]
) -> None:
    excused.append("400 (Bad Request)")
    page = open_page(alice, base_url=open_site)
    page.goto(reverse("imagery", args=[project.pk]))
    page.get_by_text("From a catalogue…").click()
    expect(page.get_by_text(f"Hosts that may be read: {host.url}.")).to_be_visible()
    page.get_by_label("Address").fill("https://example.org/")
    page.get_by_role("button", name="Look").click()
    expect(page.locator("#offers")).to_contain_text("An operator names it in REMOTE_HOSTS")
    page.get_by_label("Address").fill(f"{host.url}/catalog.json")
    page.get_by_label("Area").fill("8, 44, 10, 46")
    page.get_by_role("button", name="Look").click()
    rows = page.locator("#offers tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("B02, B03, B04, B11")
    look(page, "catalogue")
    page.get_by_label("Add cloudy").uncheck()
    page.get_by_role("button", name="Add 1 scene").click()
    expect(page.get_by_text("1 scene will be read where it lies.")).to_be_visible()
    (job,) = run_jobs(project, JobKind.INGEST)
    assert job.state == job.State.DONE, job.error
    page.reload()
    expect(page.locator("#scenes")).to_contain_text("Its pixels are read from 127.0.0.1")
    expect(page.get_by_role("button", name="Where clear lies")).to_have_count(0)
    look(page, "catalogue-scene")
    page.get_by_role("button", name="Bring clear in").click()
    expect(page.get_by_text("clear is brought in.")).to_be_visible()
    run_jobs(project, JobKind.INGEST)
    page.reload()
    expect(page.get_by_role("button", name="Where clear lies")).to_be_visible()
    assert not {path for _, path, _ in host.asked if path.endswith("t.png")}  # no thumbnail was fetched by anybody
