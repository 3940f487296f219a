"""/api/projects/{id}/ogc: labels and suggestions as OGC API Features, and tokens of one project."""

import base64
import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from annotation.models import Annotation, Sample
from annotation.tokens import issue
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def labelled(project, samples, bob):
    """Return the address of a project with five labels, a suggestion, and one on a waiting audit."""
    for sample in samples[:5]:
        factories.label(sample, bob, 1 + sample.index % 3)
    version = factories.make_model_version(project)
    factories.suggest(version, samples[6], 2, 0.8)
    factories.suggest(version, samples[7], 2, 0.8)
    factories.make_audit(samples[7])
    return f"/api/projects/{project.pk}/ogc"


def test_it_works(api, labelled, samples, dave):
    client = api(dave)
    landing = client.get(labelled).json()
    links = {link["rel"]: link["href"] for link in landing["links"]}
    assert client.get(links["service-desc"]).json()["components"]["parameters"]["limit"]["schema"]["maximum"] == 1000
    assert any(each.endswith("conf/geojson") for each in client.get(links["conformance"]).json()["conformsTo"])
    listed = client.get(links["data"]).json()["collections"]
    assert [each["id"] for each in listed] == ["labels", "suggestions", "samples"]
    items = client.get(f"{links['data']}/labels/items")
    assert items["Content-Type"] == "application/geo+json"
    feature = items.json()["features"][1]
    assert feature["properties"] | {"datetime": ""} == {
        "sample": samples[1].pk, "index": 1, "grid": samples[1].tile.grid_id, "column": 1, "row": 0, "tile": "",
        "state": "labelled", "class": "Forest", "code": 2, "colour": "#e69f00", "text": "Forest", "datetime": "",
        "model_version": None, "provenance": "human", "audit": False,
    }  # fmt: skip
    alone = client.get(f"{links['data']}/labels/items/{feature['id']}").json()
    assert alone["geometry"] == feature["geometry"] and alone["geometry"]["type"] == "Polygon"


def test_waiting_audits_have_no_suggestion(api, labelled, samples, alice):
    told = api(alice).get(f"{labelled}/collections/suggestions/items").json()["features"]
    assert [(each["properties"]["sample"], each["properties"]["confidence"]) for each in told] == [(samples[6].pk, 0.8)]
    assert api(alice).get(f"{labelled}/collections/suggestions/items/{samples[7].pk}").status_code == 404


def test_pages_lead_to_one_another(api, labelled, dave):
    address, seen = f"{labelled}/collections/labels/items?limit=2", []
    while address:
        page = api(dave).get(address).json()
        seen.append([each["properties"]["index"] for each in page["features"]])
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert seen == [[0, 1], [2, 3], [4]]


def test_a_box_and_a_time_narrow_it(api, labelled, samples, dave):
    west, south, east, north = samples[0].tile.outline.extent
    wide, high = (east - west) / 3, (north - south) / 3
    inside = [west + wide, south + high, east - wide, north - high]

    def ask(**query) -> int:
        return api(dave).get(f"{labelled}/collections/labels/items", query).json()["numberReturned"]

    assert ask(bbox=",".join(map(str, inside))) == 1
    assert ask(bbox="-180,-90,180,90") == 5
    assert ask(bbox=f"170,-90,{east + 1},90") == 5  # around the antimeridian
    assert ask(bbox="170,-90,-170,90") == 0
    when = Annotation.objects.latest("created_at").created_at
    assert ask(datetime=f"{(when - timedelta(days=1)).date()}/..") == 5
    assert ask(datetime=f"../{(when - timedelta(days=1)).date()}") == 0


@pytest.mark.parametrize("query", ["bbox=1,2,3", "bbox=0,10,1,0", "datetime=soon", "limit=x", "colour=red"])
def test_what_will_not_do_is_told(api, labelled, dave, query):
    assert api(dave).get(f"{labelled}/collections/labels/items?{query}").status_code == 400


def test_a_token_of_one_project_opens_no_other(project, samples, alice):
    other = factories.make_project(alice, name="Elsewhere")
    key = issue(alice, name="QGIS", scope="own", project=project)[1]
    for word in (f"Token {key}", f"Basic {base64.b64encode(f'x:{key}'.encode()).decode()}"):
        program = Client(headers={"authorization": word})
        assert program.get(f"/api/projects/{project.pk}/ogc").status_code == 200
        scene = project.scenes.get().pk
        assert program.get(f"/projects/{project.pk}/scenes/{scene}/preview.png").status_code == 200
        for address in (f"projects/{other.pk}/ogc", f"projects/{other.pk}/", "projects/", "tokens/"):
            assert program.get(f"/api/{address}").status_code == 404, address
        body = {"name": "Mine", "classes": []}
        assert program.post("/api/projects/", body, content_type="application/json").status_code == 404


def test_a_basic_header_without_a_key_is_nobody(project):
    for told in ("alice:correct horse battery", "x", "ts_x:y", "a:ts_wrong"):
        word = "Basic " + base64.b64encode(told.encode()).decode()
        assert Client(headers={"authorization": word}).get(f"/api/projects/{project.pk}/ogc").status_code == 401
    assert Client(headers={"authorization": "Basic %%%"}).get("/api/projects/").status_code == 401


def test_a_project_file_has_a_key_of_its_own(api, project, samples, dave):
    made = api(dave).post(f"/api/projects/{project.pk}/qgis/", {"days": 3})
    assert made.status_code == 201
    content = made.json()["content"]
    (key,) = set(re.findall(r"ts_[\w-]{20,}", content))
    assert not re.search(r"https?://[^\s<'\"&]*ts_", content)  # in no address
    token = dave.access_tokens.get()
    assert (token.project, token.scope, token.pk) == (project, "read", made.json()["token"])
    told = Client(headers={"authorization": f"Token {key}"}).get(f"/api/projects/{project.pk}/").json()
    assert told["name"] == "Lakes"
    assert json.dumps(content)


def test_samples_in_image_coordinates_are_left_out(api, project, samples, bob, dave):
    factories.label(samples[0], bob, 1)
    Sample.objects.get(pk=samples[0].pk).tile.__class__.objects.filter(pk=samples[0].tile_id).update(outline=None)
    assert api(dave).get(f"/api/projects/{project.pk}/ogc/collections/labels/items").json()["features"] == []
