"""/api/projects/{id}/stac/: pystac and its client read the scenes of a project from a live server."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pystac
import pytest
import rasterio
import requests
from django.db import connection
from pystac_client import Client

from annotation import ingest
from annotation.models.tokens import TokenScope
from annotation.tokens import issue
from tests.rasters import UTM_ORIGIN, ramp, write_raster

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def sessions_that_end(monkeypatch) -> None:
    """Let the server's threads end their sessions with each request: the database is dropped in the end."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)


@pytest.fixture
def scenes(project, tmp_path) -> list[int]:
    """Return the numbers of scenes of three dates, the last one elsewhere."""
    for number, day in enumerate(("2020-06-01", "2020-07-01", "2020-08-01")):
        place = UTM_ORIGIN if number < 2 else UTM_ORIGIN.__class__(10, 0, 500_000, 0, -10, 5_500_000)
        values = ramp(4, 64, 64, "uint16") + number
        path = write_raster(tmp_path / f"{number}.tif", values, transform=place, nodata=0)
        wishes = ingest.Wishes(sensor="rgbn", acquired=date.fromisoformat(day))
        list(ingest.ingest_files(project, [path], wishes, report=lambda *_: None))
    return list(project.scenes.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def headers(bob) -> dict[str, str]:
    """Return what a token of a member that may only read sends."""
    return {"Authorization": f"Token {issue(bob, name='stac', scope=TokenScope.READ)[1]}"}


@pytest.fixture
def client(live_server, project, scenes, headers) -> Iterator[Client]:
    """Return the client of STAC at the project's catalogue."""
    return Client.open(f"{live_server.url}/api/projects/{project.pk}/stac/", headers=headers)


def test_it_works(client: Client, project, scenes, headers, tmp_path: Path) -> None:
    assert client.title == project.name
    assert [one.id for one in client.get_collections()] == ["scenes"]
    items = list(client.search(collections=["scenes"]).items())
    assert [item.id for item in items] == [f"scene-{pk}" for pk in scenes]
    (item, *_) = items
    assert (item.datetime.date(), item.properties["proj:code"]) == (date(2020, 6, 1), "EPSG:32632")
    bands = item.assets["data"].extra_fields["eo:bands"]
    assert [band["common_name"] for band in bands] == ["red", "green", "blue", "nir"]
    stored = item.assets["data"].extra_fields["raster:bands"]
    assert (stored[0]["data_type"], stored[0]["nodata"], len(stored)) == ("uint16", 0, 4)
    answer = requests.get(item.assets["data"].href, headers=headers, timeout=10)
    path = tmp_path / "got.tif"
    path.write_bytes(answer.content)
    with rasterio.open(path) as dataset:
        assert (dataset.count, dataset.read(1)[0, 0]) == (4, ramp(4, 64, 64, "uint16")[0, 0, 0])


def test_the_schemas_hold(client: Client) -> None:
    for told in (client.to_dict(), client.get_collection("scenes").to_dict()):
        assert told["stac_version"].startswith("1.")
    for item in client.search().items():
        again = pystac.Item.from_dict(item.to_dict())
        assert again.bbox == item.bbox
        assert again.geometry["type"] == "Polygon"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_area_time_and_pages(client: Client, scenes, method: str) -> None:
    def ids(**asked: object) -> list[str]:
        return [item.id for item in client.search(method=method, **asked).items()]  # type: ignore[arg-type]

    first, second, third = (f"scene-{pk}" for pk in scenes)
    assert ids(limit=1) == [first, second, third]
    assert ids(datetime="2020-06-15/2020-07-15") == [second]
    assert ids(datetime="2020-07-02/..") == [third]
    assert ids(datetime="2020-06-01") == [first]
    assert ids(bbox=[8, 45, 10, 46]) == [first, second]
    assert ids(bbox=[170, 45, -170, 46]) == []
    assert ids(ids=[third, "other"]) == [third]
    assert ids(collections=["other"]) == []


def test_a_catalogue_of_ours_can_be_walked(client: Client, scenes) -> None:
    items = list(client.get_collection("scenes").get_items())
    assert [item.id for item in items] == [f"scene-{pk}" for pk in scenes]


def test_strangers_learn_nothing(live_server, project, scenes, mallory) -> None:
    headers = {"Authorization": f"Token {issue(mallory, name='stac', scope=TokenScope.READ)[1]}"}
    root = f"{live_server.url}/api/projects/{project.pk}"
    for path in ("stac/", "stac/search/", f"scenes/{scenes[0]}/file/", "stac/collections/scenes/items/"):
        assert requests.get(f"{root}/{path}", headers=headers, timeout=10).status_code == 404
        assert requests.get(f"{root}/{path}", timeout=10).status_code == 401
