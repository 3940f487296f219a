"""/api/projects/{id}/overlays/: drawings out of GeoJSON over the imagery."""

import json

import pytest
from affine import Affine
from django.core.files.uploadedfile import SimpleUploadedFile
from pyproj import Transformer

from annotation.models import Overlay
from annotation.overlays.reading import LIMIT_MB, MOST_VERTICES
from tests import factories

pytestmark = pytest.mark.django_db
CROSSING = {"type": "LineString", "coordinates": [[8.998, 45.142], [9.018, 45.155]]}


@pytest.fixture
def overlays(project, scene):
    return f"/api/projects/{project.pk}/overlays/"


def send(client, address, content, **fields):
    """Send a file to be drawn."""
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    form = {"name": "Border", "colour": "#ff0000", "file": SimpleUploadedFile("border.geojson", text), **fields}
    return client.post(address, form, format="multipart")


def told(answer) -> str:
    assert answer.status_code in (400, 413), answer.content
    assert Overlay.objects.count() == 0
    return answer.json()["error"]["message"]


def test_it_works(api, overlays, samples, alice, dave):
    plot = {"type": "Polygon", "coordinates": [[[9.001, 45.15], [9.004, 45.15], [9.004, 45.152], [9.001, 45.15]]]}
    post = {"type": "Point", "coordinates": [9.0007, 45.1525, 312.5]}
    features = [{"type": "Feature", "properties": {"name": "<img src=x>"}, "geometry": each} for each in (plot, post)]
    made = send(api(alice), overlays, {"type": "FeatureCollection", "features": features})
    assert made.status_code == 201, made.content
    row = {"id": made.json()["id"], "name": "Border", "colour": "#ff0000", "vertices": 5}
    assert api(dave).get(overlays).json()["results"] == [row]
    drawn = api(dave).get(f"{overlays}{row['id']}/").json()
    lines, points = drawn["geometry"]["geometries"]
    assert lines["coordinates"] == plot["coordinates"] and points["coordinates"] == [[9.0007, 45.1525]]
    assert "img" not in json.dumps(drawn)
    (near,) = (
        api(dave).get(f"/api/projects/{samples[0].project_id}/samples/{samples[0].pk}/overlays/").json()["results"]
    )
    assert (near["name"], near["colour"]) == ("Border", "#ff0000")
    east, north = Transformer.from_crs(4326, 32632, always_xy=True).transform(9.0007, 45.1525)
    assert near["points"] == [pytest.approx([(east - 500_000) / 10, (5_000_000 - north) / 10], abs=0.01)]
    assert len(near["lines"]) == 1 and near["lines"][0][0] == near["lines"][0][-1]
    assert api(alice).delete(f"{overlays}{row['id']}/").status_code == 204
    assert api(dave).get(overlays).json()["results"] == []


def test_only_owners_add_and_delete(api, overlays, project, bob, carol):
    assert send(api(carol), overlays, CROSSING).status_code == 403
    row = factories.make_overlay(project)
    assert api(bob).delete(f"{overlays}{row.pk}/").status_code == 403


def test_the_part_around_a_tile_lies_where_its_pixels_do(api, project, samples, dave):
    row = factories.make_overlay(project)
    answer = api(dave).get(f"/api/projects/{project.pk}/samples/{samples[0].pk}/overlays/")
    ((line,),) = [each["lines"] for each in answer.json()["results"]]
    grid = project.grids.get().spec()
    tile = samples[0].tile
    there = Transformer.from_crs(grid.crs, 4326, always_xy=True)
    (west, south), (east, north) = row.shape[0][0]
    for x, y in line:
        assert -64.01 <= x <= 96.01 and -64.01 <= y <= 96.01
        longitude, latitude = there.transform(*(grid.tile_transform(tile.column, tile.row) @ (x, y)))
        share = (longitude - west) / (east - west)
        assert latitude == pytest.approx(south + share * (north - south), abs=2e-6)  # a fiftieth of a pixel


def test_what_lies_elsewhere_is_not_sent(api, project, samples, dave):
    factories.make_overlay(project, content={"type": "Point", "coordinates": [20, 50]})
    address = f"/api/projects/{project.pk}/samples/{samples[0].pk}/overlays/"
    assert api(dave).get(address).json()["results"] == []


def test_a_place_at_the_antimeridian_gets_both_sides(api, alice, tmp_path):
    project = factories.make_project(alice)
    east, north = Transformer.from_crs(4326, 32601, always_xy=True).transform(179.9999, 70)
    factories.make_scene(project, tmp_path, crs="EPSG:32601", transform=Affine(10, 0, east - 600, 0, -10, north + 480))
    line = {"type": "LineString", "coordinates": [[179.9, 70.0], [-179.9, 70.0]]}
    row = factories.make_overlay(project, content=line)
    assert sorted(tuple(part.extent) for part in row.shape[0]) == [(-180, 70, -179.9, 70), (179.9, 70, 180, 70)]
    drawn = [
        api(alice).get(f"/api/projects/{project.pk}/samples/{sample.pk}/overlays/").json()["results"]
        for sample in project.samples.all()
    ]
    widest = max((each[0]["lines"] for each in drawn if each), key=len)
    spans = sorted((min(x for x, _ in part), max(x for x, _ in part)) for part in widest)
    assert len(spans) == 2 and spans[0][1] == pytest.approx(spans[1][0], abs=0.1)  # they meet on the 180th meridian


def test_chips_without_a_place_have_nothing_around_them(api, alice, tmp_path):
    project = factories.make_project(alice)
    factories.make_scene(project, tmp_path, crs=None)
    factories.make_overlay(project)
    sample = project.samples.first()
    assert api(alice).get(f"/api/projects/{project.pk}/samples/{sample.pk}/overlays/").json()["results"] == []


def test_swapped_coordinates_are_told(api, overlays, samples, alice):
    swapped = {"type": "LineString", "coordinates": [[45.142, 8.998], [45.155, 9.018]]}
    assert "swapped" in told(send(api(alice), overlays, swapped))
    far = {"type": "Point", "coordinates": [52.5, 133.4]}
    assert "swapped" in told(send(api(alice), overlays, far))


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"])
def test_files_that_say_that_they_are_in_degrees_are_taken(api, overlays, alice, name):
    crs = {"type": "name", "properties": {"name": name}}
    assert send(api(alice), overlays, {**CROSSING, "crs": crs}).status_code == 201


def line(*coordinates: object) -> dict[str, object]:
    return {"type": "LineString", "coordinates": list(coordinates)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no GeoJSON"),
        (b"\xff\xfe", "no GeoJSON"),
        (b"<kml/>", "no GeoJSON"),
        (b"[" * 100_000, "no GeoJSON"),
        (b'{"type": "Point", "coordinates": [NaN, 1]}', "no GeoJSON"),
        (b'{"type": "Point", "coordinates": [1e999, 1]}', ""),
        ([], "no GeoJSON"),
        (None, "no GeoJSON"),
        ({"type": 7}, "no GeoJSON"),
        ({"type": "Topology"}, "Topology"),
        ({"type": "FeatureCollection"}, "features should be a list"),
        ({"type": "FeatureCollection", "features": []}, "draws nothing"),
        ({"type": "Feature", "geometry": None}, "draws nothing"),
        ({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": line([1, 2])}]}, "Feature 1: a L"),
        (line([1, 2]), "needs 2 positions"),
        (line([1, 2], [3]), "is no position"),
        (line([1, 2], ["3", 4]), "is no position"),
        (line([1, 2], [True, 4]), "is no position"),
        (line([1, 2], None), "is no position"),
        (line([500_000, 5_000_000], [500_010, 5_000_000]), "no degrees"),
        (line([361, 0], [0, 0]), "no degrees"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}, "the last like the first"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}, "needs 4 positions"),
        ({"type": "Polygon", "coordinates": [[0, 0], [1, 0]]}, "is no position"),
        ({"type": "MultiPolygon", "coordinates": [[1]]}, "nested otherwise"),
        ({"type": "MultiLineString", "coordinates": 1}, "nested otherwise"),
        ({"type": "Point"}, ""),
        ({**CROSSING, "crs": {"type": "name", "properties": {"name": "EPSG:32632"}}}, "EPSG:32632"),
        ({**CROSSING, "crs": {"type": "link", "properties": {"href": "https://example.org/"}}}, "without a name"),
        ({**CROSSING, "crs": 4326}, "without a name"),
        ({"type": "MultiPoint", "coordinates": [[9, 45]] * (MOST_VERTICES + 1)}, "points in all"),
        (b" " * (LIMIT_MB * 2**20 + 1), "5 MB"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_told(api, overlays, alice, content, message):
    assert message in told(send(api(alice), overlays, content))


@pytest.mark.parametrize(
    "fields", [{"name": "<b>"}, {"name": ""}, {"colour": "red"}, {"colour": "url(x)"}, {"file": "x"}]
)
def test_other_fields_are_checked(api, overlays, alice, fields):
    told(send(api(alice), overlays, CROSSING, **fields))


def test_the_same_name_twice_is_refused(api, overlays, alice):
    assert send(api(alice), overlays, CROSSING).status_code == 201
    assert send(api(alice), overlays, CROSSING).status_code == 400


def test_a_line_all_around_the_earth_stays_one(project):
    row = factories.make_overlay(project, content=line([-180, 10], [180, 10]))
    assert row.shape[0].extent == (-180, 10, 180, 10)
    beyond = factories.make_overlay(project, name="Beyond", content={"type": "Point", "coordinates": [200, 10]})
    assert beyond.shape[1][0].coords == (-160, 10)


def test_they_go_with_the_project(project, alice, api):
    factories.make_overlay(project)
    assert api(alice).delete(f"/api/projects/{project.pk}/").status_code == 204
    assert Overlay.objects.count() == 0
