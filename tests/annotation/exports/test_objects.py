"""Boxes and points in every format: one feature an object, negative tiles, and boxes that a border cuts."""

import csv
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import pyarrow.parquet as parquet
import pytest
from django.contrib.auth.models import AbstractBaseUser
from shapely.geometry import shape

from annotation.exports import Options, formats_of, make
from annotation.labeling import Answer, submit
from annotation.models import Project
from tests import factories

SHIP = {"class": 1, "x": 10, "y": 12, "width": 8, "height": 4}
TURNED = {"class": 2, "x": 20, "y": 20, "width": 10, "height": 4, "angle": 30}


@pytest.fixture
def boxed(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a project with two boxes on one tile, a ship that two tiles share, and a tile with nothing."""
    options = {"rotated": True}
    project = factories.make_project(
        alice, name="Port", task="boxes", task_options=options, classes=("Ship", "Buoy"), tile_px=32
    )
    factories.make_scene(project, tmp_path, name="port", size=(3, 96, 96))
    cut = [
        ((0, 0), [SHIP, TURNED]),
        ((1, 0), [{"class": 1, "x": 28, "y": 16, "width": 8, "height": 6}]),
        ((2, 0), [{"class": 1, "x": 3, "y": 16, "width": 6, "height": 6}]),
        ((0, 1), []),
    ]
    for (column, row), boxes in cut:
        sample = project.samples.get(tile__column=column, tile__row=row)
        submit(sample, alice, Answer(value={"boxes": boxes}))
    return project


@pytest.fixture
def pointed(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a project with a point on one tile and none on another."""
    project = factories.make_project(alice, name="Herd", task="points", classes=("Cow",), tile_px=32)
    factories.make_scene(project, tmp_path, name="meadow", size=(3, 96, 96))
    for column, points in ((0, [{"class": 1, "x": 4, "y": 5.5}]), (1, [])):
        submit(project.samples.get(tile__column=column, tile__row=0), alice, Answer(value={"points": points}))
    return project


def opened(project: Project, name: str, folder: Path, **options: Any) -> zipfile.ZipFile:
    make(project, name, folder / "out.zip", options=Options(**options))
    return zipfile.ZipFile(folder / "out.zip")


def test_it_works(boxed: Project, tmp_path: Path) -> None:
    features = json.loads(opened(boxed, "geojson", tmp_path).read("labels.geojson"))["features"]
    assert [each["properties"]["name"] for each in features[:2]] == ["Ship", "Buoy"]
    assert len(features) == 5
    told = features[1]["properties"]
    assert (told["x"], told["box_width"], told["angle"], told["object"]) == (20.0, 10.0, 30.0, 2)
    negative = next(each for each in features if each["properties"]["status"] == "negative")
    assert negative["properties"]["objects"] == 0
    assert shape(negative["geometry"]).area > shape(features[0]["geometry"]).area
    assert shape(features[0]["geometry"]).exterior.is_ccw


def test_boxes_that_a_border_cuts_are_one(boxed: Project, tmp_path: Path) -> None:
    dissolved = json.loads(opened(boxed, "geojson", tmp_path, dissolve=True).read("dissolved.geojson"))["features"]
    assert sorted(each["properties"]["tiles"] for each in dissolved) == [1, 1, 2]
    whole = next(each for each in dissolved if each["properties"]["tiles"] == 2)
    assert whole["properties"]["pixels"] == 8 * 6 + 6 * 6
    parts = json.loads(opened(boxed, "geojson", tmp_path).read("labels.geojson"))["features"][2:4]
    assert shape(whole["geometry"]).area == pytest.approx(sum(shape(each["geometry"]).area for each in parts), rel=0.01)


def test_tables_have_a_row_an_object(boxed: Project, pointed: Project, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(opened(boxed, "csv", tmp_path).read("objects.csv").decode())))
    assert [(row["name"], row["object"], row["score"]) for row in rows[:2]] == [("Ship", "1", ""), ("Buoy", "2", "")]
    assert rows[0]["wkt"].startswith("POLYGON")
    opened(pointed, "geopackage", tmp_path).extract("labels.gpkg", tmp_path)
    with sqlite3.connect(tmp_path / "labels.gpkg") as file:
        assert file.execute("SELECT name, x, y FROM objects").fetchall() == [("Cow", 4.0, 5.5)]
        assert file.execute("SELECT count(*) FROM samples WHERE status = 'negative'").fetchone() == (1,)
    for own in (False, True):
        opened(boxed, "geoparquet", tmp_path, own_crs=own).extract("objects.parquet", tmp_path)
        table = parquet.read_table(tmp_path / "objects.parquet").to_pylist()
        assert [row["angle"] for row in table] == [0.0, 30.0, 0.0, 0.0]


def test_coco_has_boxes_their_corners_and_how_they_are_turned(boxed: Project, pointed: Project, tmp_path: Path) -> None:
    told = json.loads(opened(boxed, "coco", tmp_path).read("annotations.coco.json"))
    assert (len(told["images"]), len(told["annotations"])) == (4, 4)
    upright, turned = told["annotations"][:2]
    assert (upright["bbox"], upright["area"], "rotated_bbox" in upright) == ([6.0, 10.0, 8.0, 4.0], 32.0, False)
    assert upright["segmentation"] == [[6.0, 10.0, 14.0, 10.0, 14.0, 14.0, 6.0, 14.0]]
    assert turned["rotated_bbox"] == [20.0, 20.0, 10.0, 4.0, 30.0]
    dot = json.loads(opened(pointed, "coco", tmp_path).read("annotations.coco.json"))
    assert dot["annotations"][0]["keypoints"] == [4.0, 5.5, 2]
    assert dot["categories"][0]["keypoints"] == ["point"]


def test_yolo_and_voc_have_the_boxes_as_drawn(boxed: Project, tmp_path: Path) -> None:
    upright = opened(boxed, "yolo", tmp_path)
    first, *rest = sorted(name for name in upright.namelist() if name.startswith("labels/"))
    assert upright.read(first).decode().splitlines()[0] == "0 0.312500 0.375000 0.250000 0.125000"
    assert b"" in [upright.read(name) for name in rest]
    turned = opened(boxed, "yolo_obb", tmp_path).read(first).decode().splitlines()[1].split()
    assert (turned[0], len(turned)) == ("1", 9)
    voc = opened(boxed, "voc", tmp_path)
    name = next(each for each in sorted(voc.namelist()) if each.endswith(".xml"))
    root = xml.fromstring(voc.read(name))
    edges = [root.findtext(f"object/bndbox/{edge}") for edge in ("xmin", "ymin", "xmax", "ymax")]
    assert edges == ["7", "11", "14", "14"]


@pytest.mark.parametrize("task", ["boxed", "pointed"])
def test_every_format_that_is_offered_can_be_made(task: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    project = request.getfixturevalue(task)
    for name in formats_of(project):
        if name != "embeddings":
            licence = {"licence": "CC-BY-4.0"} if name == "release" else {}
            assert opened(project, name, tmp_path, **licence).testzip() is None
