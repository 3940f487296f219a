"""/api/projects/{id}/tiles/: GeoJSON, found by PostGIS."""

import pytest

from annotation.models import Coverage, Epoch, Sample
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/tiles/"


def test_it_works(api, project, address, samples, bob, dave):
    factories.label(samples[1], bob, 2)
    factories.suggest(factories.make_model_version(project), samples[0], 3, 0.8)
    answer = api(dave).get(address)
    assert answer["Content-Type"] == "application/geo+json"
    shown = answer.json()
    assert (shown["type"], len(shown["features"]), shown["more"]) == ("FeatureCollection", 12, False)
    first, second = (feature["properties"] for feature in shown["features"][:2])
    assert (first["state"], first["label"], first["suggested"], first["confidence"]) == ("open", None, 3, 0.8)
    assert (second["state"], second["label"], second["suggested"]) == ("labelled", 2, None)
    assert shown["features"][0]["geometry"]["type"] == "Polygon"


def test_bbox_leaves_what_it_touches(api, address, samples, dave):
    west, south, _east, north = samples[0].tile.outline.extent
    middle = (south + north) / 2
    shown = api(dave).get(f"{address}?bbox={west - 0.01},{middle},{west + 0.0001},{north + 0.01}").json()
    assert [feature["id"] for feature in shown["features"]] == [samples[0].pk]
    assert api(dave).get(f"{address}?bbox=100,10,101,11").json()["features"] == []


def test_waiting_audits_show_no_suggestion(api, project, address, samples, dave):
    version = factories.make_model_version(project)
    factories.suggest(version, samples[0], 3)
    factories.make_audit(samples[0])
    (shown,) = api(dave).get(f"{address}?audit=true").json()["features"]
    assert shown["properties"]["audit"] is True
    assert (shown["properties"]["suggested"], shown["properties"]["confidence"]) == (None, None)


def test_filters(api, address, samples, bob, dave):
    factories.label(samples[1], bob, 2)
    assert len(api(dave).get(f"{address}?state=labelled").json()["features"]) == 1
    assert len(api(dave).get(f"{address}?label=2").json()["features"]) == 1
    assert len(api(dave).get(f"{address}?label=1").json()["features"]) == 0


def test_pages(api, address, samples, dave):
    first = api(dave).get(f"{address}?limit=8").json()
    second = api(dave).get(f"{address}?limit=8&page=2").json()
    assert (len(first["features"]), first["more"]) == (8, True)
    assert (len(second["features"]), second["more"]) == (4, False)


@pytest.mark.parametrize(
    "query", ["bbox=1,2,3", "bbox=a,b,c,d", "bbox=5,5,1,1", "state=odd", "limit=0", "bbox=nan,0,1,1"]
)
def test_bad_queries_are_told(api, address, scene, dave, query):
    assert api(dave).get(f"{address}?{query}").status_code == 400


def test_it_costs_the_same_for_many(api, address, samples, dave, django_assert_max_num_queries):
    client = api(dave)
    with django_assert_max_num_queries(6):
        assert len(client.get(address).json()["features"]) == 12


def numbers(answer) -> list[int]:
    return [feature["properties"]["index"] for feature in answer.json()["features"]]


def test_tiles_by_how_far_and_how_clearly_a_scene_shows_them(api, address, scene, samples, dave):
    Coverage.objects.filter(scene=scene).update(cloud=0.1)
    Coverage.objects.filter(tile=samples[1].tile).update(cloud=0.8)
    Coverage.objects.filter(tile=samples[2].tile).update(valid=0.3, cloud=None)
    Coverage.objects.filter(tile=samples[3].tile).delete()
    assert numbers(api(dave).get(f"{address}?scene={scene.pk}")) == [0, 1, 2, *range(4, 12)]
    assert numbers(api(dave).get(f"{address}?overlap=0.5")) == [0, 1, *range(4, 12)]
    assert numbers(api(dave).get(f"{address}?cloud=0.5")) == [0, 2, *range(4, 12)]
    assert numbers(api(dave).get(f"{address}?scene={scene.pk + 1}")) == []
    assert api(dave).get(f"{address}?cloud=2").status_code == 400


def test_clouds_of_an_epoch_are_those_of_its_scenes(api, project, address, scene, samples, dave):
    may = Epoch.objects.create(project=project, name="May")
    Sample.objects.filter(pk=samples[0].pk).update(epoch=may)
    Coverage.objects.filter(scene=scene).update(cloud=0.1)
    assert numbers(api(dave).get(f"{address}?cloud=0.5&epoch={may.pk}")) == []
    may.scenes.add(scene)
    assert numbers(api(dave).get(f"{address}?cloud=0.5&epoch={may.pk}")) == [0]


def test_a_sample_tells_how_cloudy_each_of_its_scenes_is(api, project, scene, samples, dave):
    Coverage.objects.filter(tile=samples[1].tile).update(cloud=0.25)
    addresses = [f"/api/projects/{project.pk}/samples/{each.pk}/" for each in samples[:2]]
    told = [api(dave).get(address).json()["scenes"] for address in addresses]
    assert [[(each["id"], each["cloud"]) for each in scenes] for scenes in told] == [
        [(scene.pk, None)], [(scene.pk, 0.25)],
    ]  # fmt: skip
