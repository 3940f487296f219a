"""Catalogues are asked for items by area, dates and clouds: static ones, APIs, collections and single items."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mlcore.errors import NotReachable, RemoteAway, UnreadableFile
from mlcore.stac import asking
from mlcore.stac.searching import Query, search
from tests.catalogues import put_api, put_catalogue, put_item
from tests.hosts import Host, allowed, serving


@pytest.fixture
def host() -> Iterator[Host]:
    """Return a host that may be read."""
    with serving() as host, allowed(host.url, seconds=5.0):
        yield host


@pytest.fixture
def three(host: Host, tmp_path: Path) -> list[str]:
    """Return the addresses of items of three dates, the last one cloudy."""
    return [
        put_item(host, tmp_path, "a", day="2020-06-01"),
        put_item(host, tmp_path, "b", day="2020-07-01"),
        put_item(host, tmp_path, "c", day="2020-08-01", cloud=80),
    ]


def data_of(host: Host, urls: list[str]) -> list[dict[str, Any]]:
    """Return the items at addresses."""
    return [json.loads(host.files[url.removeprefix(host.url)]) for url in urls]


@pytest.mark.parametrize("kind", ["static", "api"])
def test_it_works(host: Host, three: list[str], kind: str) -> None:
    url = put_catalogue(host, three) if kind == "static" else put_api(host, data_of(host, three))
    told = search(Query(url))
    assert [item.id for item in told.items] == ["a", "b", "c"]
    assert told.complete
    assert told.items[0].assets[0].href == f"{host.url}/a/B02.tif"
    assert [item.id for item in search(Query(url, cloud=20)).items] == ["a", "b"]
    assert [item.id for item in search(Query(url, starts=date(2020, 6, 2), ends=date(2020, 7, 1))).items] == ["b"]
    assert search(Query(url, bbox=(0, 0, 1, 1))).items == ()
    assert len(search(Query(url, bbox=(9, 45, 9.5, 45.5))).items) == 3
    assert search(Query(url, collections=("landsat",))).items == ()


def test_an_item_a_collection_and_a_list_are_taken_too(host: Host, three: list[str]) -> None:
    assert [item.id for item in search(Query(three[1])).items] == ["b"]
    put_catalogue(host, three)
    assert len(search(Query(f"{host.url}/c/collection.json")).items) == 3
    url = host.put("/list.json", {"type": "FeatureCollection", "features": data_of(host, three)})
    assert len(search(Query(url)).items) == 3


def test_an_item_in_a_list_twice_is_one(host: Host, three: list[str]) -> None:
    url = host.put("/list.json", {"type": "FeatureCollection", "features": data_of(host, three) * 2})
    assert len(search(Query(url)).items) == 3


def test_pages_have_an_end(host: Host, three: list[str]) -> None:
    page = data_of(host, three)

    def endless(asked: dict[str, Any]) -> dict[str, Any]:
        number = int(asked.get("at", 0))
        features = [{**item, "id": f"{item['id']}{number}"} for item in page]
        next_page = {"rel": "next", "href": f"{host.url}/search?at={number + 1}"}
        return {"type": "FeatureCollection", "features": features, "links": [next_page], "numberMatched": 10**9}

    url = put_api(host, page)
    host.answers["/search"] = endless
    told = search(Query(url, most=20))
    assert (len(told.items), told.complete) == (20, False)
    host.asked.clear()
    told = search(Query(url, most=20, cloud=1))
    assert (told.items, told.complete) == ((), False)
    assert len(host.asked) < 100


def test_a_catalogue_that_leads_around_in_circles_ends(host: Host) -> None:
    links = [{"rel": "child", "href": f"/k{number}.json"} for number in range(5)]
    for number in range(5):
        told = {"type": "Catalog", "stac_version": "1.0.0", "id": f"k{number}", "description": "", "links": links}
        host.put(f"/k{number}.json", told)
    assert search(Query(f"{host.url}/k0.json")).items == ()
    assert len(host.asked) < 20


def test_a_catalogue_of_endless_depth_ends(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_DOCUMENTS", 30)
    for number in range(100):
        links = [{"rel": "child", "href": f"/k{number + 1}.json"}]
        told = {"type": "Catalog", "stac_version": "1.0.0", "id": f"k{number}", "description": "", "links": links}
        host.put(f"/k{number}.json", told)
    told = search(Query(f"{host.url}/k0.json"))
    assert (told.items, told.complete) == ((), False)
    assert len(host.asked) <= 31


@pytest.mark.parametrize(
    "href", ["file:///etc/passwd", "/etc/passwd", "http://169.254.169.254/", "https://evil.net/c.json"]
)
def test_links_to_elsewhere_are_not_followed(host: Host, href: str) -> None:
    told = {"type": "Catalog", "stac_version": "1.0.0", "id": "k", "description": ""}
    url = host.put("/k.json", {**told, "links": [{"rel": "child", "href": href}]})
    with pytest.raises(Exception, match="no such thing|not among the hosts|nothing else is read"):
        search(Query(url))
    assert {path for _, path, _ in host.asked} <= {"/k.json", "/etc/passwd"}  # the second is one of the host's own


def test_a_search_that_leads_elsewhere_is_not_followed(host: Host) -> None:
    url = put_api(host, [])
    root = json.loads(host.files["/api"])
    root["links"][2]["href"] = "http://169.254.169.254/search"
    host.put("/api", root)
    with pytest.raises(NotReachable, match="not among the hosts"):
        search(Query(url))


NONE = (
    b"", b"<html>", b"[]", b"5", b"null", b'{"type": "Catalog"}', b"{" * 5000, b'{"type": "FeatureCollection"}',
    b'{"type": "Collection", "links": 5}',
)  # fmt: skip


@pytest.mark.parametrize("content", NONE)
def test_what_is_no_catalogue_is_refused(host: Host, content: bytes) -> None:
    url = host.put("/k.json", content)
    try:
        assert search(Query(url)).items == ()
    except UnreadableFile as error:
        assert "catalogue" in str(error)


def test_a_broken_item_does_not_keep_others_out(host: Host, three: list[str]) -> None:
    url = host.put(
        "/list.json", {"type": "FeatureCollection", "features": [5, {"type": "Feature"}, *data_of(host, three)]}
    )
    told = search(Query(url))
    assert (len(told.items), told.broken) == (3, 2)


def test_an_address_on_this_machine_is_no_file(tmp_path: Path, host: Host) -> None:
    path = tmp_path / "catalog.json"
    path.write_text('{"type": "Catalog"}')
    for url in (str(path), path.as_uri()):
        with pytest.raises(NotReachable):
            search(Query(url))


def test_a_host_that_is_away_is_said_to_be(host: Host) -> None:
    host.behaviour["/k.json"] = "away"
    with pytest.raises(RemoteAway):
        search(Query(f"{host.url}/k.json"))


@pytest.mark.parametrize(
    ("told", "box"),
    [
        ((9, 45, 10, 46), [9, 45, 10, 46]),
        ((179, -17, -179, -16), [179, -17, -179, -16]),
        ((179, -17, 181, -16), [179, -17, -179, -16]),
        ((-181, -17, -179, -16), [179, -17, -179, -16]),
        ((-180, -90, 180, 90), [-180, -90, 180, 90]),
        ((-270, -90, 270, 90), [-180, -90, 180, 90]),
        ((0, 0, 180, 1), [0, 0, 180, 1]),
        ((185, 0, 190, 1), [-175, 0, -170, 1]),
    ],
)
def test_an_area_is_asked_for_within_the_world(told: tuple[float, float, float, float], box: list[float]) -> None:
    assert Query("https://a.example", told).box == box
