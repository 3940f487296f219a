"""A basemap of another server below the scenes of the overview: off until asked for, credited, told nothing."""

import json
import socket
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, Request, Route, expect

from tests import factories
from tests.browser.conftest import Open, running
from tests.browser.dated import shot

pytestmark = pytest.mark.django_db(transaction=True)
STREETS = {
    "name": "Streets",
    "url": "https://tiles.example.org/{z}/{x}/{y}.png",
    "attribution": "© Example <b>makers</b>",
    "link": "https://example.org/terms",
}


@pytest.fixture
def site_with_basemap(
    django_db_setup: None, site_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Run a web server whose operator offers a basemap."""
    listed = tmp_path / "basemaps.json"
    listed.write_text(json.dumps([STREETS]))
    monkeypatch.setenv("BASEMAPS_FILE", str(listed))
    listener = socket.create_server(("127.0.0.1", 0))
    command = ["gunicorn", "webapp.wsgi", "--bind", f"fd://{listener.fileno()}", "--threads", "4"]
    with listener, running(*command, "--log-level", "error", folder=site_folder, pass_fds=[listener.fileno()]):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def watch(page: Page) -> list[Request]:
    """Play the other server, and keep what it was asked."""
    asked: list[Request] = []
    picture = BytesIO()
    Image.new("RGB", (256, 256), (190, 205, 225)).save(picture, "PNG")

    def answer(route: Route) -> None:
        asked.append(route.request)
        route.fulfill(body=picture.getvalue(), content_type="image/png")

    page.route("https://tiles.example.org/**", answer)
    return asked


def test_it_works(alice: AbstractBaseUser, tmp_path: Path, site_with_basemap: str, open_page: Open) -> None:
    project = factories.make_project(alice)
    factories.make_scene(project, tmp_path)
    page = open_page(alice, base_url=site_with_basemap)
    asked = watch(page)
    page.goto(reverse("project", args=[project.pk]))
    page.get_by_text("Context", exact=True).click()
    expect(page.get_by_label("No basemap")).to_be_checked()
    assert asked == []
    page.get_by_label("Streets").check()
    credit = page.get_by_role("link", name="© Example <b>makers</b>")
    expect(credit).to_have_attribute("href", "https://example.org/terms")
    expect(page.locator(".leaflet-basemap-pane img.leaflet-tile-loaded").first).to_be_attached()
    assert asked and all("referer" not in request.all_headers() for request in asked)
    shot(page, "basemap-overview")
    page.reload()
    expect(page.locator(".leaflet-basemap-pane img.leaflet-tile-loaded").first).to_be_attached()
    page.get_by_text("Context", exact=True).click()
    expect(page.get_by_label("Streets")).to_be_checked()
    page.get_by_label("No basemap").check()
    expect(page.locator(".leaflet-basemap-pane img")).to_have_count(0)
    expect(credit).to_have_count(0)


def test_the_page_works_where_the_server_is_away(
    alice: AbstractBaseUser, tmp_path: Path, site_with_basemap: str, open_page: Open, excused: list[str]
) -> None:
    excused.append("net::ERR_FAILED")
    project = factories.make_project(alice)
    factories.make_scene(project, tmp_path)
    page = open_page(alice, base_url=site_with_basemap)
    page.route("https://tiles.example.org/**", lambda route: route.abort())
    page.goto(reverse("project", args=[project.pk]))
    page.get_by_text("Context", exact=True).click()
    page.get_by_label("Streets").check()
    expect(page.locator(".map-credit")).to_contain_text("parts cannot be fetched")
    expect(page.locator("img.leaflet-tile-loaded").first).to_be_attached()


def test_what_the_operator_did_not_name_is_not_fetched(
    alice: AbstractBaseUser, tmp_path: Path, site_with_basemap: str, open_page: Open, excused: list[str]
) -> None:
    excused.append("Content Security Policy")
    project = factories.make_project(alice)
    factories.make_scene(project, tmp_path)
    page = open_page(alice, base_url=site_with_basemap)
    page.goto(reverse("project", args=[project.pk]))
    asked: list[str] = []
    page.route("https://elsewhere.example.org/**", lambda route: asked.append(route.request.url) or route.abort())
    load = """address => new Promise(tell => {
        const image = new Image(); image.onload = () => tell("shown"); image.onerror = () => tell("refused");
        image.src = address; })"""
    assert page.evaluate(load, "https://elsewhere.example.org/1/1/1.png") == "refused"
    assert asked == []
