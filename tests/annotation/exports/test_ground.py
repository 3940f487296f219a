"""Where labels lie on Earth: at the antimeridian, around poles, on rasters of 0 to 360 degrees, in any projection."""

import io
import json

import geopandas
import numpy as np
import pytest
from affine import Affine
from pyproj import Geod
from shapely import is_ccw
from shapely.geometry import shape

from annotation.ingest import Status, Wishes, ingest_files
from annotation.labeling import Answer, submit
from annotation.tasks.masks import wrapped
from tests import factories
from tests.annotation.exports.reading import exported
from tests.rasters import real_file

pytestmark = pytest.mark.django_db
GEOD = Geod(ellps="WGS84")
PLACES = {
    "a zone at the antimeridian": {"crs": "EPSG:32601", "transform": Affine(1000, 0, 100_000, 0, -1000, 1_000_000)},
    "degrees from 0 to 360": {"crs": "EPSG:4326", "transform": Affine(0.1, 0, 174, 0, -0.1, 10)},
    "around the south pole": {"crs": "EPSG:3031", "transform": Affine(1000, 0, -48_000, 0, -1000, 48_000)},
    "the north pole on a corner": {"crs": "EPSG:3413", "transform": Affine(1000, 0, -64_000, 0, -1000, 32_000)},
    "feet": {"crs": "EPSG:2263", "transform": Affine(30, 0, 980_000, 0, -30, 200_000)},
    "rotated": {"crs": "EPSG:32632", "transform": Affine(8, 6, 500_000, 6, -8, 5_000_000)},
}


def features(project, folder):
    return json.loads(exported(project, "geojson", folder)["labels.geojson"])["features"]


def check(feature):
    """Return the area in square metres of a geometry that is as RFC 7946 wants it."""
    geometry = shape(feature["geometry"])
    assert geometry.is_valid
    west, south, east, north = geometry.bounds
    assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    parts = getattr(geometry, "geoms", [geometry])
    for part in parts:
        assert is_ccw(part.exterior) and not any(is_ccw(hole) for hole in part.interiors)
        assert part.bounds[2] - part.bounds[0] < 180.1 or abs(part.bounds[1]) == 90 or part.bounds[3] == 90
    return sum(abs(GEOD.geometry_area_perimeter(part)[0]) for part in parts)


@pytest.mark.parametrize("place", PLACES)
def test_areas_and_tiles_are_valid_and_as_large_as_the_ground(alice, tmp_path, place):
    project = factories.make_project(alice, name="Edges", task="masks")
    factories.make_scene(project, tmp_path, size=(3, 96, 96), **PLACES[place])
    painted = np.ones((32, 32), np.uint8)
    painted[:, 16:] = 2
    painted[10:20, 10:22] = 0
    for sample in project.samples.all():
        submit(sample, alice, Answer(value=wrapped(painted)))
    told = features(project, tmp_path)
    areas = [check(feature) for feature in told]
    outlines = {}
    for feature in told:
        outlines.setdefault(feature["properties"]["sample"], []).append(feature["properties"]["pixels"])
    assert set(map(tuple, outlines.values())) == {(452, 452)}
    by_tile = np.array(areas).reshape(-1, 2).sum(axis=1)
    lines = exported(project, "geojson", tmp_path)["samples.jsonl"].splitlines()
    tiles = [check({"geometry": json.loads(line)["outline"]}) for line in lines]
    assert by_tile == pytest.approx(np.array(tiles) * 904 / 1024, rel=0.02)


def test_readers_open_what_lies_across_the_antimeridian(alice, tmp_path):
    project = factories.make_project(alice, name="Edges", task="masks")
    path = real_file("field_cases/antimeridian_utm1.tif")
    (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
    assert result.status is Status.ACCEPTED
    for sample in project.samples.filter(state="open"):
        submit(sample, alice, Answer(value=wrapped(np.ones((32, 32), np.uint8))))
    files = exported(project, "geojson", tmp_path)
    frame = geopandas.read_file(io.BytesIO(files["labels.geojson"]))
    assert frame.is_valid.all()
    assert {"MultiPolygon", "Polygon"} == set(frame.geom_type)  # cut where the antimeridian crosses them
    whole = sum(check(feature) for feature in json.loads(files["labels.geojson"])["features"])
    scene = project.scenes.get()
    tiles = project.samples.filter(answer__isnull=False).count()
    assert whole == pytest.approx(tiles * (32 * abs(scene.grid.transform[0])) ** 2, rel=0.02)


@pytest.mark.parametrize("name", ["lon_0_360.tif", "polar_3031_pole.tif"])
def test_rasters_of_the_field_are_exported_within_the_world(alice, tmp_path, name):
    project = factories.make_project(alice, name="Edges", task="masks")
    ingest = ingest_files(project, [real_file(f"field_cases/{name}")], Wishes(), report=lambda *_: None)
    assert [result.status for result in ingest] == [Status.ACCEPTED]
    for sample in project.samples.filter(state="open"):
        submit(sample, alice, Answer(value=wrapped(np.eye(32, dtype=np.uint8))))
    told = features(project, tmp_path)
    assert told
    assert all(check(feature) > 0 for feature in told)
