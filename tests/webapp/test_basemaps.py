"""Basemaps: what the operator may name, and which page may fetch from where."""

import json
from pathlib import Path

import pytest
from django.core import checks

from webapp.basemaps import BadBasemap, read_basemap

ENTRY = {"name": "Streets", "url": "https://tiles.example.org/{z}/{x}/{y}.png", "attribution": "© Example"}
WMTS = (
    "https://maps.example.net:8443/wmts/ortho/default/GoogleMapsCompatible/{TileMatrix}/{TileRow}/{TileCol}.jpg?key=a"
)


def picture_rule(answer) -> str:
    """Return which pictures a page may show."""
    return answer["Content-Security-Policy"].partition("img-src ")[2].partition(";")[0]


@pytest.fixture
def written(settings, tmp_path: Path):
    """Write the operator's file."""

    def write(content: object, name: str = "basemaps.json") -> None:
        settings.BASEMAPS_FILE = tmp_path / name
        settings.BASEMAPS_FILE.write_text(content if isinstance(content, str) else json.dumps(content))

    return write


@pytest.mark.django_db
def test_it_works(written, project, api, alice):
    written([ENTRY, {**ENTRY, "name": "Ortho", "url": WMTS, "max_zoom": 21, "link": "https://example.net/terms"}])
    page = api(alice).get(f"/projects/{project.pk}/")
    assert picture_rule(page) == "'self' blob: data: https://maps.example.net:8443 https://tiles.example.org"
    streets, ortho = page.context["data"]["basemaps"]
    assert streets == {**ENTRY, "link": "", "max_zoom": 19}
    assert ortho["url"].endswith("/GoogleMapsCompatible/{z}/{y}/{x}.jpg?key=a")
    assert page["Referrer-Policy"] == "same-origin"
    for address in (
        f"/projects/{project.pk}/label/",
        f"/projects/{project.pk}/imagery/",
        "/",
        f"/api/projects/{project.pk}/",
    ):
        assert picture_rule(api(alice).get(address)) == "'self' blob: data:", address


@pytest.mark.django_db
def test_without_the_file_no_page_fetches_from_elsewhere(project, api, alice):
    page = api(alice).get(f"/projects/{project.pk}/")
    assert picture_rule(page) == "'self' blob: data:"
    assert page.context["data"]["basemaps"] == []


def test_it_may_be_written_in_yaml(written):
    written("- name: Streets\n  url: https://t.example.org/{z}/{x}/{y}\n  attribution: '© Example'\n", "basemaps.yaml")
    assert [message.id for message in checks.run_checks(tags=["webapp"])] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "//tiles.example.org/{z}/{x}/{y}.png",
        "/tiles/{z}/{x}/{y}.png",
        "javascript:alert(1)//{z}/{x}/{y}",
        "https://{s}.example.org/{z}/{x}/{y}.png",
        "https://*.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org;script-src/{z}/{x}/{y}.png",
        "https://tiles.example.org 'unsafe-inline'/{z}/{x}/{y}.png",
        "https://a.example.org\nhttps://b.example.org/{z}/{x}/{y}",
        "https://user:secret@tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org:99999/{z}/{x}/{y}.png",
        "https://[::1/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles.example.org/{z}/{x}/{y}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{-y}.png",
        "https://tiles.example.org/{z}/{x}/{y}{r}.png",
        "https://tiles.example.org/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}",
        "https://tiles.example.org/{{z}}/{x}/{y}",
        "https://tiles.example.org/{z}/{x}/{y}#top",
        "", None, 7, "x" * 5000,
    ],
)  # fmt: skip
def test_addresses_that_no_page_should_fetch_are_refused(url):
    with pytest.raises(BadBasemap, match=r"url"):
        read_basemap({**ENTRY, "url": url})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"attribution": ""}, "attribution"),
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"max_zoom": 99}, "max_zoom"),
        ({"max_zoom": True}, "max_zoom"),
        ({"max_zoom": "9"}, "max_zoom"),
        ({"link": "javascript:alert(1)"}, "https://"),
        ({"tms": True}, "unknown keys"),
    ],
)
def test_what_else_is_wrong_with_an_entry_is_told(changed, told):
    with pytest.raises(BadBasemap, match=told):
        read_basemap({**ENTRY, **changed})


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "[1]", "- [", "\x00", [ENTRY, ENTRY], [{**ENTRY, "url": "ftp://a"}]]
)
def test_a_bad_file_stops_the_start(written, content):
    written(content)
    assert [message.id for message in checks.run_checks(tags=["webapp"])] == ["webapp.E023"]


def test_a_missing_file_stops_the_start(settings, tmp_path):
    settings.BASEMAPS_FILE = tmp_path / "nowhere.json"
    assert [message.id for message in checks.run_checks(tags=["webapp"])] == ["webapp.E023"]
