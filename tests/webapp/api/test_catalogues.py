"""/api/projects/{id}/catalogues/: an owner looks at a catalogue, adds items of it, and brings scenes in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotation import jobs
from annotation.models import Job
from mlcore.remote.ranges import chunks
from tests.catalogues import put_catalogue, put_item
from tests.hosts import Host, allowed, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> Iterator[Host]:
    """Return a host that may be read."""
    with serving() as host, allowed(host.url, seconds=10.0):
        yield host


@pytest.fixture
def catalogue(host: Host, tmp_path: Path) -> str:
    """Return the address of a catalogue with a clear and a cloudy item."""
    return put_catalogue(host, [put_item(host, tmp_path, "clear"), put_item(host, tmp_path, "cloudy", cloud=90)])


@pytest.fixture
def post(api, project, alice):
    """Return a function that posts to an address of the project as its owner."""
    return lambda path, **fields: api(alice).post(f"/api/projects/{project.pk}/{path}/", fields, format="json")


def test_it_works(project, catalogue, post, api, alice):
    told = post("catalogues/search", url=catalogue, cloud=50, bbox=[8, 44, 10, 46]).json()
    (item,) = told["items"]
    assert (item["id"], item["status"], item["cloud_cover"]) == ("clear", "accepted", 10)
    assert (item["bands"], told["complete"]) == (["B02", "B03", "B04", "B11"], True)
    assert project.scenes.count() == 0
    answer = post("catalogues/add", url=catalogue, items=["clear"])
    assert answer.status_code == 202
    jobs.run(answer.json()["job"])
    (scene,) = api(alice).get(f"/api/projects/{project.pk}/scenes/").json()["results"]
    assert (scene["name"], scene["kind"], scene["acquired"]) == ("clear", "remote", "2020-06-01T10:00:00Z")
    assert scene["details"]["source"]["item"] == "clear"
    picture = api(alice).get(scene["preview_url"])
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    told = post("catalogues/search", url=catalogue).json()
    assert [item["status"] for item in told["items"]] == ["duplicate", "accepted"]


def test_a_scene_is_brought_in(project, catalogue, post, host):
    jobs.run(post("catalogues/add", url=catalogue, items=["clear"]).json()["job"])
    scene = project.scenes.get()
    jobs.run(post(f"scenes/{scene.pk}/bring").json()["job"])
    scene.refresh_from_db()
    assert scene.asset.kind == "raster"
    assert post(f"scenes/{scene.pk}/bring").status_code == 400


def test_pictures_say_that_a_host_is_away(project, catalogue, post, host, api, alice):
    jobs.run(post("catalogues/add", url=catalogue, items=["clear"]).json()["job"])
    chunks.clear()
    host.behaviour.update(dict.fromkeys(host.files, "away"))
    answer = api(alice).get(f"/projects/{project.pk}/scenes/{project.scenes.get().pk}/preview.png")
    assert answer.status_code == 503


def test_other_hosts_are_refused_with_what_to_do(post, host):
    for path in ("catalogues/search", "catalogues/add"):
        answer = post(path, url="https://example.org/catalog.json")
        assert answer.status_code == 400
        assert "An operator names it in REMOTE_HOSTS" in answer.json()["error"]["message"]
    assert Job.objects.count() == 0


def test_without_hosts_it_is_off(post):
    answer = post("catalogues/search", url="https://example.org/catalog.json")
    assert answer.status_code == 400
    assert "off here" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/", "http://127.0.0.1:6379/", "file:///etc/passwd", "/etc/passwd", "https://[::1]/", "x"],
)
def test_inner_addresses_are_refused(post, host, url):
    assert post("catalogues/search", url=url).status_code == 400


def test_an_area_must_be_one(post, host):
    answer = post("catalogues/search", url=host.url, bbox=[0, 50, 1, 40])
    assert answer.json()["error"]["fields"] == {"bbox": "Give west, south, east and north in degrees, the south first."}


def test_what_lies_elsewhere_is_published_as_that(project, catalogue, post, api, alice, host):
    jobs.run(post("catalogues/add", url=catalogue, items=["clear"]).json()["job"])
    (item,) = api(alice).get(f"/api/projects/{project.pk}/stac/search/").json()["features"]
    hrefs = [asset["href"] for asset in item["assets"].values()]
    assert hrefs == [f"{host.url}/clear/{band}.tif" for band in ("B02", "B03", "B04", "B11")]
    bands = [band["name"] for asset in item["assets"].values() for band in asset["eo:bands"]]
    assert (bands, item["properties"]["eo:cloud_cover"]) == (["B02", "B03", "B04", "B11"], 10)
    assert {"rel": "via", "href": f"{host.url}/clear/item.json", "type": "application/json"} in item["links"]
    assert api(alice).get(f"/api/projects/{project.pk}/scenes/{project.scenes.get().pk}/file/").status_code == 400
