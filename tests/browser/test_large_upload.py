"""Large uploads: they come in parts, and go on after a pause, a lost network and a reload."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, Request, expect

from annotation.models import Project, Transfer
from tests.browser.conftest import Open
from tests.rasters import write_raster

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return a file of some 20 MB: three parts."""
    values = np.random.default_rng(0).integers(1, 255, (3, 2500, 2700), dtype=np.uint8)
    return write_raster(tmp_path / "large.tif", values)


def parts_of(page: Page) -> list[tuple[int, bool]]:
    """Return a list that will hold where each part began and whether it said its checksum."""
    seen: list[tuple[int, bool]] = []

    def note(request: Request) -> None:
        if request.method == "PATCH" and "/uploads/" in request.url:
            seen.append((int(request.headers["upload-offset"]), "upload-checksum" in request.headers))

    page.on("request", note)
    return seen


def line_of(page: Page) -> Callable[..., None]:
    """Return a function that lets a page send 3 MB a second, or nothing."""
    session = page.context.new_cdp_session(page)

    def set_line(*, offline: bool) -> None:
        line = {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 3e6}
        session.send("Network.emulateNetworkConditions", line)

    return set_line


def test_it_goes_on_after_a_pause_a_lost_network_and_a_reload(
    project: Project, alice: AbstractBaseUser, large: Path, open_page: Open, excused: list[str]
) -> None:
    excused += ["ERR_INTERNET_DISCONNECTED", "Failed to load resource"]
    page = open_page(alice)
    parts, set_line = parts_of(page), line_of(page)
    page.goto(reverse("imagery", args=[project.pk]))
    row = page.get_by_role("listitem").filter(has_text="large.tif")
    set_line(offline=False)
    page.get_by_label("Choose files").set_input_files([large])
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("paused")
    row.get_by_role("button", name="Go on").click()
    expect(row).to_contain_text("sending")
    page.wait_for_function("() => document.querySelector('#uploads').textContent.match(/4\\d%/)")
    set_line(offline=True)
    expect(row).to_contain_text("goes on when it is back", timeout=15_000)
    set_line(offline=False)
    expect(row).to_contain_text("sending")  # by itself
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("paused")
    page.reload()
    expect(page.locator("#unfinished li")).to_contain_text("choose the same file again")
    sent, before = len(parts), Transfer.objects.get().offset
    assert before >= 8 * 2**20
    page.get_by_label("Choose files").set_input_files([large])
    expect(row.filter(has_text="accepted")).to_be_visible(timeout=60_000)
    expect(page.locator("#unfinished li")).to_have_count(0)
    assert parts[sent][0] == before  # nothing that had come was sent again
    assert all(summed for _, summed in parts)
    assert not Transfer.objects.exists()
    assert project.jobs.get(kind="ingest").params["files"][0]["name"] == "large.tif"


def test_an_unfinished_one_can_be_removed(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    from annotation.ingest.transfers import begin_transfer

    begin_transfer(project, alice.pk, name="forgotten.tif", size=9_000_000)
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    page.get_by_role("button", name="Remove forgotten.tif").click()
    expect(page.locator("#unfinished li")).to_have_count(0)
    assert not Transfer.objects.exists()
