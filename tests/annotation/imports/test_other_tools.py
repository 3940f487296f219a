"""Files as other programs write them today: in other letters, with more layers, remarks, and images without a thing."""

import json
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely.geometry import LineString, box

from annotation.ingest import Wishes, ingest_files
from annotation.models import Project
from tests import factories
from tests.annotation.imports.conftest import fates, looked_at, messages, taken, zip_of
from tests.annotation.imports.test_images import build

pytestmark = pytest.mark.django_db

PLACES = [(9.002032, 45.151777), (9.006104, 45.151777)]  # in the first two tiles
NAMES = ("Open water", "Forest", "Bare rock")


def classes_of(row: Any) -> list[str]:
    return [each["name"] for each in row.report["classes"]]


@pytest.fixture
def chips(alice, tmp_path) -> dict[str, Project]:
    """Return projects of the same chips, of one class a tile and of boxes."""
    plain = build(alice, tmp_path)
    boxes = factories.make_project(alice, name="Boxes", task="boxes")
    list(ingest_files(boxes, [tmp_path / "chips"], Wishes(), report=lambda *_: None))
    return {"classes": plain, "boxes": boxes}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_tables_of_any_office_program_are_read(project, samples, alice, encoding):
    lines = [f"{x}\t{y}\tGewässer" for x, y in PLACES]
    row = looked_at(project, alice, "\r\n".join(["lon\tlat\tclass", *lines]).encode(encoding), name="plots.csv")
    assert (fates(row), classes_of(row)) == ({"unmapped": 2}, ["Gewässer"])
    assert ["Windows-1252" in note for note in row.report["notes"]] == [True] * (encoding == "cp1252")


def test_decimal_commas_are_numbers_where_columns_are_parted_otherwise(project, samples, alice):
    lines = [f"{x};{y};Forest".replace(".", ",") for x, y in PLACES]
    assert fates(looked_at(project, alice, "\n".join(["lon;lat;class", *lines]).encode(), name="p.csv")) == {"taken": 2}


def test_nul_and_half_letters_in_names_break_nothing(project, samples, alice):
    at = {"type": "Point", "coordinates": PLACES[0]}
    features = [{"type": "Feature", "properties": {"class": name}, "geometry": at} for name in ("a\0b", "c\ud800d")]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    row = looked_at(project, alice, content, name="odd.geojson")
    assert fates(row) == {"unmapped": 2} and len(classes_of(row)) == 2


def layers(path: Path) -> bytes:
    """Return a GeoPackage with a layer of land cover, one of roads, and an empty one."""
    places = [box(500_320 * 1.0, 4_999_360, 500_640, 4_999_680), box(500_640, 4_999_360, 500_960, 4_999_680)]
    cover = geopandas.GeoDataFrame({"Klasse": NAMES[:2], "label": ["?", "?"]}, geometry=places, crs=32632)
    cover.to_file(path, layer="cover", driver="GPKG")
    cover.iloc[:0].to_file(path, layer="empty", driver="GPKG")
    roads = geopandas.GeoDataFrame({"name": ["A1"]}, geometry=[LineString([(5e5, 4_999_900), (5.1e5, 5e6)])], crs=32632)
    roads.to_file(path, layer="roads", driver="GPKG")
    return path.read_bytes()


def test_a_column_that_one_layer_has_is_enough(project, samples, alice, tmp_path):
    content = layers(tmp_path / "many.gpkg")
    row = looked_at(project, alice, content, name="many.gpkg")
    assert set(row.report["columns"]) == {"Klasse", "label", "name"}
    row = looked_at(project, alice, content, name="many.gpkg", options={"column": "Klasse"})
    assert fates(row) == {"taken": 2, "broken": 1}
    assert messages(row)["many.gpkg: roads feature 1"] == "Its layer has no column 'Klasse'."
    with pytest.raises(AssertionError, match="There is no column 'other'"):
        looked_at(project, alice, content, name="many.gpkg", options={"column": "other"})


CEO = "plotid,center_lon,center_lat,size_m,shape,flagged,analysis_duration,collection_time,plot_geom,pl_site"


def test_plots_of_collect_earth_name_the_answer_that_most_of_them_has(project, samples, alice):
    head = f"{CEO},Cover:Open water,Cover:Forest,Trees:yes,Trees:no"
    (x, y), (x2, y2) = PLACES
    rows = [
        f"1,{x},{y},320,square,false,9 secs,2024-05-01,,A,25.0,75.0,0,100",
        f"2,{x2},{y2},320,square,,,,,B,50,50,0,100",
    ]
    content = "\n".join([head, *rows]).encode()
    row = looked_at(project, alice, content, name="ceo-plot-data.csv")
    assert (row.report["column"], classes_of(row)) == ("Cover", ["Forest"])
    assert {"Cover", "Trees"} <= set(row.report["columns"]) and "pl_site" not in row.report["columns"][-2:]
    assert fates(row) == {"taken": 1, "broken": 1}
    assert row.items.get(fate="taken").source["share"] == 75
    row = looked_at(project, alice, content, name="ceo-plot-data.csv", options={"column": "Trees"})
    assert classes_of(row) == ["no"] and fates(row) == {"unmapped": 2}


YAML = "path: x # root\nnames:\n  0: Open water # lakes\n  1: 'Forest'  # any\n  2: \"Bare # rock\"\n"


def test_yolo_of_today_has_remarks_and_pictures_without_a_thing(chips, alice):
    files = {"data.yaml": YAML, "README.roboflow.txt": "Hello.\n", "labels/a/one.txt": "", "labels/b/one.txt": "\n"}
    files["labels/three.txt"] = "0 0.5 0.5 0.9 0.9\n2 0.2 0.2 0.1 0.1\n"
    row = looked_at(chips["boxes"], alice, zip_of(files))
    assert classes_of(row) == ["Open water", "Bare # rock"] and fates(row) == {"taken": 3}
    taken(row)
    said = dict(chips["boxes"].samples.exclude(answer=None).values_list("tile__name", "answer__value"))
    assert said["a/one"] == {"boxes": []} == said["b/one"] and len(said["three"]["boxes"]) == 2
    assert fates(looked_at(chips["classes"], alice, zip_of(files)))["broken"] == 2


def test_voc_and_label_studio_say_that_nothing_is_there_too(chips, alice):
    size = "<size><width>32</width><height>16</height></size>"
    voc = {"Annotations/wide.xml": f"<annotation><filename>wide.png</filename>{size}</annotation>"}
    assert fates(looked_at(chips["boxes"], alice, zip_of(voc))) == {"taken": 1}
    task = {"id": 7, "data": {"image": "/data/upload/1/0a1b2c3d-wide.png"}, "annotations": [{"id": 1, "result": []}]}
    row = looked_at(chips["boxes"], alice, json.dumps([task]).encode(), name="project-1.json")
    assert fates(row) == {"taken": 1} and row.items.get().value == {"boxes": []}


def test_images_that_nobody_annotated_are_told_and_not_taken_as_empty(chips, alice):
    images = [
        {"id": at, "file_name": name, "width": 32, "height": 32} for at, name in enumerate(("a/one.png", "three.png"))
    ]
    told = {"images": images, "categories": [{"id": 1, "name": "Forest"}]}
    told["annotations"] = [{"id": 1, "image_id": 0, "category_id": 1, "bbox": [2, 2, 20, 20]}]
    row = looked_at(chips["boxes"], alice, json.dumps(told).encode(), name="coco.json")
    assert fates(row) == {"taken": 1} and row.report["notes"][0].startswith("1 images have no annotation")
    ellipse = '<ellipse label="Forest" cx="16" cy="16" rx="8" ry="4" rotation="90"/><skeleton label="x"/>'
    cvat = f'<annotations><image name="a/one.png" width="32" height="32">{ellipse}</image><image name="three.png"/>'
    row = looked_at(chips["boxes"], alice, f"{cvat}</annotations>".encode(), name="annotations.xml")
    assert fates(row) == {"taken": 1, "broken": 1} and "1 images" in row.report["notes"][0]
    (thing,) = row.items.get(fate="taken").value["boxes"]
    assert [round(thing[side]) for side in ("x", "y", "width", "height")] == [16, 16, 8, 16]


def test_taxonomies_name_the_last_of_each_path_and_texts_are_told(chips, alice):
    image = {"image": "/data/upload/1/0a1b2c3d-three.png"}
    said = [
        {"type": "taxonomy", "value": {"taxonomy": [["Land", "Forest"]]}},
        {"type": "textarea", "value": {"text": ["?"]}},
    ]
    tasks = [{"id": 7, "data": image, "annotations": [{"id": 1, "result": said}]}]
    row = looked_at(chips["classes"], alice, json.dumps(tasks).encode(), name="project-1.json")
    assert fates(row) == {"taken": 1, "broken": 1} and classes_of(row) == ["Forest"]
    assert messages(row)["task 7, result 2"] == "A result of type 'textarea' names no class of an image."
