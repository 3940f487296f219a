"""Boxes and points out of other people's files: each object lies where it was drawn, cut where tiles end."""

import json
from pathlib import Path
from typing import Any

import pytest
from affine import Affine
from django.contrib.auth.models import AbstractBaseUser

from annotation.ingest import Wishes, ingest_files
from annotation.models import Project, Sample
from mlcore.raster.lonlat import transformer
from tests import factories
from tests.annotation.imports.conftest import fates, looked_at, messages, taken, zip_of
from tests.rasters import ramp, write_raster

pytestmark = pytest.mark.django_db

BOX = {"class": 1, "x": 10.0, "y": 12.0, "width": 8.0, "height": 4.0}
TURNED = {**BOX, "angle": 30.0}


def chips(owner: AbstractBaseUser, folder: Path, task: str, **options: Any) -> Project:
    """Return a project with two chips of 32 x 32 px."""
    for number, name in enumerate(("one", "two")):
        write_raster(
            folder / "chips" / f"{name}.png", ramp(3, 32, 32) // 2 + number, crs=None, transform=Affine.identity(),
            driver="PNG",
        )  # fmt: skip
    project = factories.make_project(owner, name="Chips", task=task, task_options=options, classes=("Ship",))
    list(ingest_files(project, [folder / "chips"], Wishes(), report=lambda *_: None))
    return project


@pytest.fixture(autouse=True)
def chip_folder(tmp_path: Path) -> None:
    (tmp_path / "chips").mkdir()


def said(project: Project) -> dict[str, Any]:
    rows = Sample.objects.filter(project=project, answer__isnull=False).select_related("tile", "answer")
    return {row.tile.name or (row.tile.column, row.tile.row): row.answer.value for row in rows}


def coco(**annotation: Any) -> bytes:
    told = {
        "images": [{"id": 1, "file_name": "one.png", "width": 64, "height": 64}],
        "categories": [{"id": 7, "name": "Ship"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 7, **annotation}],
    }
    return json.dumps(told).encode()


def cvat(shape: str) -> bytes:
    return (f'<annotations><image id="0" name="one.png" width="32" height="32">{shape}</image></annotations>').encode()


def studio(kind: str, value: dict[str, Any]) -> bytes:
    result = {"type": kind, "value": {kind: ["Ship"], **value}, "original_width": 32, "original_height": 32}
    task = {"id": 1, "data": {"image": "one.png"}, "annotations": [{"result": [result]}]}
    return json.dumps([task]).encode()


FILES: dict[str, tuple[str, bytes]] = {
    "coco": ("labels.json", coco(bbox=[12, 20, 16, 8], score=0.75)),
    "yolo": ("labels.zip", zip_of({"labels/one.txt": "0 0.3125 0.375 0.25 0.125\n", "classes.txt": "Ship\n"})),
    "voc": (
        "labels.zip",
        zip_of(
            {
                "one.xml": "<annotation><filename>one.png</filename><size><width>32</width><height>32</height></size>"
                "<object><name>Ship</name><bndbox><xmin>7</xmin><ymin>11</ymin><xmax>14</xmax><ymax>14</ymax></bndbox>"
                "</object></annotation>"
            }
        ),
    ),
    "cvat": ("labels.xml", cvat('<box label="Ship" xtl="6" ytl="10" xbr="14" ybr="14"/>')),
    "label_studio": ("labels.json", studio("rectanglelabels", {"x": 18.75, "y": 31.25, "width": 25, "height": 12.5})),
}


@pytest.mark.parametrize("name", FILES)
def test_it_works(alice: AbstractBaseUser, tmp_path: Path, name: str) -> None:
    project = chips(alice, tmp_path, "boxes")
    file, content = FILES[name]
    row = looked_at(project, alice, content, file)
    assert fates(row) == {"taken": 1}, messages(row)
    taken(row)
    wanted = {**BOX, "score": 0.75} if name == "coco" else BOX
    assert said(project) == {"one": {"boxes": [wanted]}}


def corners() -> list[float]:
    from annotation.tasks.thing import Thing

    return Thing.of(TURNED).corners().ravel().tolist()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("labels.json", lambda: coco(segmentation=[[2 * number for number in corners()]])),
        ("labels.json", lambda: coco(rotated_bbox=[20, 24, 16, 8, 30], bbox=[0, 0, 1, 1])),
        ("labels.xml", lambda: cvat('<box label="Ship" xtl="6" ytl="10" xbr="14" ybr="14" rotation="30"/>')),
        (
            "labels.zip",
            lambda: zip_of(
                {
                    "labels/one.txt": "0 " + " ".join(str(number / 32) for number in corners()),
                    "classes.txt": "Ship\n",
                }
            ),
        ),
        (
            "labels.json",
            lambda: studio(
                "rectanglelabels",
                {
                    "x": corners()[0] / 0.32, "y": corners()[1] / 0.32, "width": 25, "height": 12.5, "rotation": 30
                },
            ),
        ),
    ],
)  # fmt: skip
def test_turned_boxes_stay_turned_where_they_may(
    alice: AbstractBaseUser, tmp_path: Path, file: str, content: Any
) -> None:
    project = chips(alice, tmp_path, "boxes", rotated=True)
    taken(looked_at(project, alice, content(), file))
    (box,) = said(project)["one"]["boxes"]
    assert [box[name] for name in ("x", "y", "width", "height", "angle")] == pytest.approx([10, 12, 8, 4, 30], abs=0.05)


def test_upright_boxes_are_drawn_around_turned_ones(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = chips(alice, tmp_path, "boxes")
    taken(looked_at(project, alice, coco(rotated_bbox=[20, 24, 16, 8, 90], bbox=[0, 0, 1, 1]), "labels.json"))
    assert said(project)["one"]["boxes"] == [{"class": 1, "x": 10.0, "y": 12.0, "width": 4.0, "height": 8.0}]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("labels.json", coco(keypoints=[20, 24, 2], num_keypoints=1)),
        ("labels.json", coco(bbox=[12, 20, 16, 8])),
        ("labels.xml", cvat('<points label="Ship" points="10,12"/>')),
        ("labels.json", studio("keypointlabels", {"x": 31.25, "y": 37.5})),
    ],
)
def test_points_are_points_or_the_middle_of_what_was_drawn(
    alice: AbstractBaseUser, tmp_path: Path, file: str, content: bytes
) -> None:
    project = chips(alice, tmp_path, "points")
    taken(looked_at(project, alice, content, file))
    assert said(project) == {"one": {"points": [{"class": 1, "x": 10.0, "y": 12.0}]}}


def test_a_point_is_no_box(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = chips(alice, tmp_path, "boxes")
    row = looked_at(project, alice, coco(keypoints=[20, 24, 2], num_keypoints=1), "labels.json")
    assert fates(row) == {"broken": 1}
    assert "make a project of points for it" in next(iter(messages(row).values()))


def test_shapes_on_the_map_are_cut_where_tiles_end(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = factories.make_project(alice, name="Port", task="boxes", classes=("Ship",))
    factories.make_scene(project, tmp_path, name="port", size=(3, 96, 96))
    spec = project.grids.get().spec()
    to_lonlat = transformer(spec.crs, "EPSG:4326")

    def feature(left: float, top: float, right: float, bottom: float) -> dict[str, Any]:
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        ring = [list(to_lonlat.transform(*(spec.affine @ corner))) for corner in corners]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "geometry": geometry, "properties": {"class": "Ship"}}

    shapes = [feature(28, 4, 40, 10), feature(70, 70, 80, 80), feature(500, 500, 510, 510)]
    content = json.dumps({"type": "FeatureCollection", "features": shapes}).encode()
    row = looked_at(project, alice, content, "ships.geojson")
    assert fates(row) == {"taken": 3, "outside": 1}, messages(row)
    taken(row)
    boxes = said(project)
    assert {spot: len(each["boxes"]) for spot, each in boxes.items()} == {(0, 0): 1, (1, 0): 1, (2, 2): 1}
    west, east = boxes[0, 0]["boxes"][0], boxes[1, 0]["boxes"][0]
    assert [west["x"], west["width"], east["x"], east["width"]] == pytest.approx([30, 4, 4, 8], abs=0.02)
