"""/api/projects/{id}/vector/: labels, suggestions and samples as vector tiles, read by GDAL's own reader of them."""

import json
import math
from pathlib import Path

import geopandas
import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client
from shapely.geometry import shape

from annotation.models import Sample, Tile
from annotation.models.projects import Role
from annotation.tokens import issue
from tests import factories
from tests.amounts import say, wet_project
from webapp.api import vector_encoding

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
    return f"/api/projects/{project.pk}/vector"


@pytest.fixture
def read(tmp_path):
    """Return what writes the bytes of a tile to a file and lets GDAL read them in degrees."""

    def reader(content: bytes, z: int, x: int, y: int) -> geopandas.GeoDataFrame:
        path: Path = tmp_path / f"{z}-{x}-{y}.mvt"
        path.write_bytes(content)
        return geopandas.read_file(path, engine="pyogrio", X=str(x), Y=str(y), Z=str(z)).to_crs(4326)

    return reader


def at(longitude: float, latitude: float, z: int) -> tuple[int, int, int]:
    """Return the map tile that holds a point (the usual slippy-map formula)."""
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return z, int((longitude + 180) / 360 * 2**z), int(down * 2**z)


def middle(sample: Sample) -> tuple[float, float]:
    return sample.tile.outline.centroid.coords


def test_it_works(api, labelled, samples, dave, read):
    square = at(*middle(samples[1]), 10)
    answer = api(dave).get(f"{labelled}/labels/{'/'.join(map(str, square))}.mvt")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert answer["Cache-Control"] == "private, no-cache"
    frame = read(answer.content, *square).sort_values("index").reset_index()
    assert list(frame["class"]) == ["Open water", "Forest", "Bare rock", "Open water", "Forest"]
    row = frame.iloc[1]
    told = {name: row[name] for name in ("sample", "code", "colour", "state", "provenance", "column", "row", "audit")}
    assert told == {
        "sample": samples[1].pk, "code": 2, "colour": "#e69f00", "state": "labelled", "provenance": "human",
        "column": 1, "row": 0, "audit": False,
    }  # fmt: skip
    assert row["mvt_id"] == samples[1].pk
    truth = shape(json.loads(samples[1].tile.outline.geojson))
    assert row.geometry.intersection(truth).area > 0.97 * truth.area


def test_a_document_says_where_tiles_are_and_what_is_in_them(api, labelled, project, samples, dave, read):
    told = api(dave).get(f"{labelled}/suggestions.json").json()
    assert told["tilejson"] == "3.0.0" and told["scheme"] == "xyz"
    assert told["tiles"] == [f"http://testserver{labelled}/suggestions/{{z}}/{{x}}/{{y}}.mvt"]
    (layer,) = told["vector_layers"]
    assert (layer["id"], layer["fields"]["confidence"], layer["minzoom"]) == ("suggestions", "Number", told["minzoom"])
    west, south, east, north = told["bounds"]
    assert west < middle(samples[6])[0] < east and south < middle(samples[6])[1] < north
    assert told["minzoom"] == 9 and told["maxzoom"] == 17  # cells of 320 m
    square = at(*middle(samples[6]), told["maxzoom"] - 2)
    address = told["tiles"][0].replace("{z}/{x}/{y}", "/".join(map(str, square)))
    frame = read(api(dave).get(address).content, *square)
    assert set(frame.columns) - {"geometry", "mvt_id"} <= set(layer["fields"])
    assert list(frame["confidence"]) == [0.8]


def test_waiting_audits_have_no_suggestion(api, labelled, samples, alice, read):
    square = at(*middle(samples[7]), 12)
    path = "/".join(map(str, square))
    frame = read(api(alice).get(f"{labelled}/suggestions/{path}.mvt").content, *square)
    assert list(frame["sample"]) == [samples[6].pk]
    every = read(api(alice).get(f"{labelled}/samples/{path}.mvt").content, *square).sort_values("index")
    assert list(every["state"]) == ["labelled"] * 5 + ["open"] * 7
    assert "confidence" not in every and "class" not in every


def test_what_is_known_already_is_not_sent_again(api, labelled, samples, bob, dave):
    address = f"{labelled}/labels/{'/'.join(map(str, at(*middle(samples[1]), 12)))}.mvt"
    first = api(dave).get(address)
    again = api(dave).get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    factories.label(samples[5], bob, 1)
    assert api(dave).get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_ground_without_samples_is_an_empty_tile(api, labelled, dave):
    answer = api(dave).get(f"{labelled}/labels/12/0/0.mvt")
    assert answer.status_code == 200 and answer.content == b""
    again = api(dave).get(f"{labelled}/labels/12/0/0.mvt", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["labels/3/8/0.mvt", "labels/3/0/8.mvt", "labels/23/0/0.mvt", "labels/999999/0/0.mvt",
                                  "labels/3/-1/0.mvt", "labels/3/a/0.mvt", "roads/0/0/0.mvt", "roads.json",
                                  f"labels/0/{10**40}/0.mvt"])  # fmt: skip
def test_there_are_no_other_tiles(api, labelled, dave, path):
    assert api(dave).get(f"{labelled}/{path}").status_code == 404


def test_of_too_many_features_an_even_choice_is_told(api, labelled, samples, dave, read, monkeypatch):
    square = at(*middle(samples[1]), 10)
    address = f"{labelled}/samples/{'/'.join(map(str, square))}.mvt"
    assert "X-Features" not in api(dave).get(address)
    monkeypatch.setattr(vector_encoding, "MOST_FEATURES", 4)
    answer = api(dave).get(address)
    assert answer["X-Features"] == "thinned"
    kept = sorted(read(answer.content, *square)["index"])
    assert len(kept) == 4 and kept[-1] - kept[0] > 6  # not the first four


def test_tiles_at_the_antimeridian_and_the_pole_are_drawn_on_both_sides(api, project, samples, bob, dave, read):
    parts = [Polygon.from_bbox(box) for box in ((179.9, 10, 180, 10.2), (-180, 10, -179.9, 10.2))]
    Tile.objects.filter(pk=samples[0].tile_id).update(outline=MultiPolygon(parts, srid=4326))
    polar = Polygon.from_bbox((0, 84, 20, 90))
    polar.srid = 4326
    Tile.objects.filter(pk=samples[1].tile_id).update(outline=polar)
    for sample in samples[:2]:
        factories.label(sample, bob, 1)
    for longitude in (179.95, -179.95):
        square = at(longitude, 10.1, 8)
        frame = read(
            api(dave).get(f"/api/projects/{project.pk}/vector/labels/{'/'.join(map(str, square))}.mvt").content, *square
        )
        assert list(frame["sample"]) == [samples[0].pk]
        assert frame.total_bounds[2] - frame.total_bounds[0] < 0.2
    square = at(10, 85, 4)
    frame = read(
        api(dave).get(f"/api/projects/{project.pk}/vector/labels/{'/'.join(map(str, square))}.mvt").content, *square
    )
    assert list(frame["sample"]) == [samples[1].pk]


def test_a_token_of_another_project_opens_none(project, labelled, alice, dave):
    other = factories.make_project(alice, name="Elsewhere")
    factories.join(other, dave, Role.VIEWER)
    for bound, status in ((project, 200), (other, 404)):
        key = issue(dave, name="Map", scope="read", project=bound)[1]
        program = Client(headers={"authorization": f"Token {key}"})
        for path in ("labels.json", "labels/0/0/0.mvt"):
            assert program.get(f"{labelled}/{path}").status_code == status


def test_amounts_are_numbers(api, alice, tmp_path, read):
    project = wet_project(alice, tmp_path)
    sample = project.samples.first()
    say(sample, alice, 12.5)
    square = at(*middle(sample), 12)
    address = f"/api/projects/{project.pk}/vector/labels"
    frame = read(api(alice).get(f"{address}/{'/'.join(map(str, square))}.mvt").content, *square)
    assert list(frame["amount"]) == [12.5]
    assert api(alice).get(f"{address}.json").json()["vector_layers"][0]["fields"]["amount"] == "Number"
