"""From a catalogue: an owner looks at what it has, adds a scene that stays where it is, and brings it in."""

import io
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from annotation.models import Project
from annotation.models.jobs import JobKind
from tests import factories
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


def write(page: Page, *area: float) -> None:
    """Write an area with the keyboard."""
    for side, degrees in zip(("West", "South", "East", "North"), area, strict=True):
        page.get_by_label(side, exact=True).fill(str(degrees))


def written(page: Page) -> list[float]:
    """Return the area that stands in the form."""
    sides = ("West", "South", "East", "North")
    return [float(page.get_by_label(side, exact=True).input_value()) for side in sides]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag over the map, from and to a share of its width and height."""
    box = page.locator("#area-map").bounding_box()
    assert box is not None
    (x1, y1), (x2, y2) = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(x1, y1)
    page.mouse.down()
    page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2)
    page.mouse.move(x2, y2)
    page.mouse.up()


def picture() -> bytes:
    """Return a small red picture."""
    made = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 30, 30)).save(made, "PNG")
    return made.getvalue()


def test_it_works(
    project: Project, host: Host, alice: AbstractBaseUser, open_site: str, open_page: Open, excused: list[str]
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
    write(page, 8, 44, 10, 46)
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


@pytest.fixture
def sheet(project: Project, alice: AbstractBaseUser, open_site: str, open_page: Open, tmp_path: Path) -> Page:
    """Return the page of a project with a scene, the catalogue's sheet open, its map drawn."""
    factories.make_scene(project, tmp_path)
    page = open_page(alice, base_url=open_site)
    page.goto(reverse("imagery", args=[project.pk]))
    page.get_by_text("From a catalogue…").click()
    expect(page.locator("#area-map .area-box")).to_have_count(1)
    page.locator("#area-map").scroll_into_view_if_needed()
    return page


def test_what_is_offered_is_seen_in_the_list_and_on_the_map(host: Host, sheet: Page, excused: list[str]) -> None:
    host.put("/clear/t.png", picture())  # the cloudy one's is not there
    excused += ["400 (Bad Request)"]
    requests: list[str] = []
    sheet.on("request", lambda request: requests.append(request.url))
    write(sheet, 8.9, 45, 9.1, 45.3)
    sheet.get_by_label("Address").fill(f"{host.url}/catalog.json")
    sheet.get_by_role("button", name="Look").click()
    rows, shapes = sheet.locator("#offers tbody tr"), sheet.locator("#area-map .area-offer")
    expect(rows).to_have_count(2)
    expect(shapes).to_have_count(2)
    expect(rows.nth(1).locator("img")).to_have_count(0)  # broken: an empty frame
    expect(rows.nth(1).locator(".offer-picture")).to_be_visible()
    shown = rows.first.locator("img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
    assert not [url for url in requests if url.startswith(host.url)]  # our server asks, not the browser
    rows.first.hover()
    expect(sheet.locator("#area-map .area-offer.lit")).to_have_count(1)
    sheet.get_by_label("Address").hover()
    expect(sheet.locator("#area-map .area-offer.lit")).to_have_count(0)
    sheet.get_by_label("Add cloudy").focus()
    expect(sheet.locator("#area-map .area-offer.lit")).to_have_count(1)
    shapes.last.hover()
    expect(sheet.locator("#offers tr.lit")).to_have_count(1)
    look(sheet, "offers")
    shapes.last.click()
    expect(sheet.get_by_role("button", name="Add 1 scene")).to_be_visible()


def test_the_numbers_and_the_map_say_the_same(sheet: Page) -> None:
    home = written(sheet)
    assert all(abs(one - other) < 0.1 for one, other in zip(home, [9.0, 45.13, 9.02, 45.16], strict=True)), home
    box = sheet.locator("#area-map .area-box")
    before = box.get_attribute("d")
    write(sheet, 0, 40, 20, 50)
    expect(box).not_to_have_attribute("d", str(before))
    sheet.get_by_role("button", name="Draw on the map").click()
    drag(sheet, (0.4, 0.4), (0.6, 0.6))
    west, south, east, north = written(sheet)
    assert 0 < west < 10 < east < 20 and 40 < south < 45.5 < north < 50
    expect(sheet.get_by_role("button", name="Draw on the map")).to_have_attribute("aria-pressed", "false")
    drag(sheet, (0.4, 0.4), (0.6, 0.6))  # moves the map alone
    assert written(sheet) == [west, south, east, north]
    sheet.get_by_role("button", name="Anywhere").click()
    assert [sheet.get_by_label(side, exact=True).input_value() for side in ("West", "North")] == ["", ""]
    sheet.get_by_role("button", name="The project's").click()
    assert written(sheet) == home


def test_an_area_is_drawn_across_the_antimeridian(sheet: Page) -> None:
    write(sheet, 175, -20, -175, -10)
    sheet.get_by_role("button", name="Draw on the map").click()
    drag(sheet, (0.4, 0.4), (0.6, 0.6))
    west, south, east, north = written(sheet)
    assert 170 < west < 180 and -180 < east < -170 and -20 < south < north < -10


def test_escape_ends_drawing_and_leaves_the_area(sheet: Page) -> None:
    before = written(sheet)
    button = sheet.get_by_role("button", name="Draw on the map")
    button.click()
    expect(sheet.locator("#area-map")).to_have_class(re.compile("drawing"))
    sheet.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert written(sheet) == before


def test_four_numbers_are_pasted_at_once(sheet: Page) -> None:
    sheet.get_by_label("West", exact=True).evaluate(
        """field => {
            const data = new DataTransfer();
            data.setData("text", "-1.5, 50, 1, 51.25");
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    assert written(sheet) == [-1.5, 50, 1, 51.25]
