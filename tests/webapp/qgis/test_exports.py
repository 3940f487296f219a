"""Exports in real QGIS: maps, dissolved areas, objects and mosaics open in the colours and names of the classes."""

import pytest

from annotation.labeling import Answer, submit
from tests import factories
from tests.annotation.exports.conftest import painted, segmented  # noqa: F401 - fixtures
from tests.annotation.exports.reading import unpacked

pytestmark = pytest.mark.django_db
NAMES = ["Open water", "Forest", "Bare rock"]


def test_it_works(in_qgis, segmented, tmp_path):  # noqa: F811
    maps = unpacked(segmented, "geopackage", tmp_path, own_crs=True, dissolve=True)
    (package,) = maps.glob("*.gpkg")
    mosaics = unpacked(segmented, "mosaics", tmp_path) / "mosaics"
    text = unpacked(segmented, "geojson", tmp_path) / "labels.geojson"
    layers = [f"{package}|layername={name}" for name in ("samples", "areas", "dissolved")]
    samples, areas, dissolved, mosaic, geojson = in_qgis("opened.py", *layers, mosaics / "shores.tif", text)
    assert all(each["valid"] for each in (samples, areas, dissolved, mosaic, geojson))
    assert (samples["rows"], areas["rows"], samples["crs"]) == (12, 2, "EPSG:32632")
    assert areas["categories"] == dissolved["categories"] == NAMES
    assert samples["categories"][0] == "labelled" or samples["categories"][:3] == NAMES
    assert mosaic["classes"] == {"1": "Open water", "2": "Forest", "3": "Bare rock"}
    assert geojson["rows"] >= 1 and geojson["crs"] in ("EPSG:4326", "OGC:CRS84")
    assert all(each["geometry"] == [True] for each in (samples, areas, dissolved, geojson))


def test_boxes_and_points_open_in_the_colours_of_their_classes(in_qgis, alice, tmp_path):
    sources = []
    for task, value in (
        ("boxes", {"boxes": [{"class": 2, "x": 16, "y": 16, "width": 8, "height": 4, "angle": 30}]}),
        ("points", {"points": [{"class": 2, "x": 8, "y": 6}, {"class": 1, "x": 20, "y": 20}]}),
    ):
        options = {"rotated": True} if task == "boxes" else {}
        project = factories.make_project(alice, name=task, task=task, task_options=options)
        factories.make_scene(project, tmp_path, name=task)
        submit(project.samples.first(), alice, Answer(value=value))
        (package,) = unpacked(project, "geopackage", tmp_path / task).glob("*.gpkg")
        sources.append(f"{package}|layername=objects")
    boxes, points = in_qgis("opened.py", *sources)
    assert (boxes["rows"], points["rows"]) == (1, 2)
    assert boxes["categories"] == points["categories"] == NAMES
    assert boxes["geometry"] == [True]
