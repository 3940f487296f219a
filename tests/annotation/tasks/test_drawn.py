"""Shapes that are drawn into masks: what is kept of them, what is refused, and how they leave the house."""

import json
import zipfile

import numpy as np
import pytest

from annotation.arrays.masks import load_mask
from annotation.errors import BadAnswer, UnknownClass
from annotation.exports import make
from annotation.labeling import Answer, submit
from annotation.tasks.masks import wrapped
from tests import factories
from tests.annotation.imports.conftest import looked_at, taken

pytestmark = pytest.mark.django_db

TRIANGLE = [[4, 4], [20, 4], [4, 20]]


@pytest.fixture
def project(alice, tmp_path):
    """Return a segmentation of nine tiles of 32 px."""
    project = factories.make_project(alice, task="masks")
    factories.make_scene(project, tmp_path, size=(3, 96, 96))
    return project


def shape(*rings, code=2):
    return {"class": code, "polygon": [list(map(list, ring)) for ring in rings]}


def box(left, top, right, bottom):
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def say(project, alice, *shapes, mask=None, at=0):
    value = {"shapes": list(shapes)} | (wrapped(mask) if mask is not None else {})
    return submit(project.samples.all()[at], alice, Answer(value=value))


def kept(project, alice, *shapes, **more):
    return say(project, alice, *shapes, **more).value.get("shapes", [])


def test_it_works(project, alice):
    said = say(project, alice, shape(box(4, 4, 10.4, 8)), shape(TRIANGLE, code=3))
    mask = load_mask(said.mask)
    assert mask[5, 5] == 3  # the later one lies over the earlier one, which is only paint then
    assert said.value["shapes"] == [shape(TRIANGLE, code=3)]
    assert said.value["pixels"] == {str(code): int((mask == code).sum()) for code in (2, 3) if (mask == code).any()}


def test_shapes_beside_a_mask_are_kept_where_the_mask_says_the_same(project, alice):
    mask = np.zeros((32, 32), np.uint8)
    mask[4:8, 4:10] = 2
    inside, beside = shape(box(4, 4, 10, 8)), shape(box(20, 20, 24, 24))
    assert kept(project, alice, inside, beside, mask=mask) == [inside]
    mask[5, 5] = 1
    assert kept(project, alice, inside, mask=mask, at=1) == []


def test_corners_keep_off_the_middle_of_pixels(project, alice):
    said = say(project, alice, shape(box(4.5, 4.5, 10.5, 8.0004)))
    assert said.value["shapes"] == [shape(box(4.51, 4.51, 10.51, 8))]
    assert said.value["pixels"] == {"2": 6 * 3}


def test_holes_are_kept(project, alice):
    drawn = shape(box(2, 2, 20, 20), box(5, 5, 10, 10))
    said = say(project, alice, drawn)
    assert said.value["shapes"] == [drawn]
    assert load_mask(said.mask)[7, 7] == 0


def test_what_crosses_itself_is_made_plain_and_what_lies_beside_the_tile_is_cut_off(project, alice):
    bow = shape([[2, 2], [10, 10], [10, 2], [2, 10]])
    assert len(kept(project, alice, bow)) == 2
    (cut,) = kept(project, alice, shape(box(-50, -50, 8, 8)), at=1)
    assert sorted(cut["polygon"][0]) == sorted([[0, 0], [8, 0], [8, 8], [0, 8]])


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ("all", 'Send "shapes" as a list'),
        ([{"class": 2}], 'Shape 1 needs "class" and "polygon"'),
        ([shape(TRIANGLE), shape(TRIANGLE, code="2")], "Shape 2 names no class"),
        ([shape(TRIANGLE, code=True)], "Shape 1 names no class"),
        ([shape([[0, 0], [1, 1]])], "fewer than three corners"),
        ([shape([[0, 0], [4, float("nan")], [4, 4]])], "some that are no numbers"),
        ([shape([[0, 0], [4, float("inf")], [4, 4]])], "some that are no numbers"),
        ([{"class": 2, "polygon": [[1, 2, 3]]}], "no list of"),
        ([{"class": 2, "polygon": []}], "no corners"),
        ([{"class": 2, "polygon": {"x": 1}}], "no list of"),
        ([shape([[1, 1], [5, 5], [9, 9]])], "no area inside the tile, which is 32 x 32 px"),
        ([shape(box(40, 40, 50, 50))], "no area inside the tile"),
        ([shape([[0, 0], [1e300, 0], [1e300, 1e300]])], "far beside the tile"),
        ([shape([[x % 32, 31 * (x % 2)] for x in range(3001)])], "crosses itself, and has too many corners"),
        ([shape(TRIANGLE)] * 5001, "5,001 shapes"),
        ([shape([[i % 32, i // 32] for i in range(100_001)])], "more than 100,000 corners"),
    ],
)
def test_bad_shapes_are_refused_with_words(project, alice, shapes, words):
    with pytest.raises(BadAnswer, match=words):
        submit(project.samples.first(), alice, Answer(value={"shapes": shapes}))


def test_shapes_of_unknown_classes_are_refused(project, alice):
    with pytest.raises(UnknownClass, match="no class 9"):
        say(project, alice, shape(TRIANGLE, code=9))


def test_nothing_drawn_is_no_answer(project, alice):
    with pytest.raises(BadAnswer, match="empty"):
        say(project, alice)


def unpacked(project, name, folder):
    make(project, name, folder / "out.zip")
    return zipfile.ZipFile(folder / "out.zip")


def test_exports_have_the_corners_that_were_drawn(project, alice, tmp_path):
    say(project, alice, shape(TRIANGLE), shape(box(24, 24, 30, 30), code=3))
    features = json.loads(unpacked(project, "geojson", tmp_path).read("labels.geojson"))["features"]
    assert [len(each["geometry"]["coordinates"][0]) for each in features] == [4, 5]
    coco = json.loads(unpacked(project, "coco", tmp_path).read("annotations.coco.json"))["annotations"]
    assert [sorted(zip(*[iter(each["segmentation"][0])] * 2, strict=True)) for each in coco] == [
        sorted((float(x), float(y)) for x, y in ring) for ring in (TRIANGLE, box(24, 24, 30, 30))
    ]
    assert coco[0]["area"] == 128


def test_paint_beside_what_was_drawn_keeps_the_outline_of_its_pixels(project, alice, tmp_path):
    mask = np.zeros((32, 32), np.uint8)
    mask[4:8, 4:10] = mask[20:22, 20:22] = 2
    say(project, alice, shape(box(4, 4, 10, 8)), mask=mask)
    coco = json.loads(unpacked(project, "coco", tmp_path).read("annotations.coco.json"))["annotations"]
    assert [each["area"] for each in coco] == [24, 4]
    assert "counts" in coco[1]["segmentation"]


def test_merged_classes_take_what_was_drawn_along(project, alice, tmp_path):
    say(project, alice, shape(TRIANGLE))
    classes = {each.code: each for each in project.classes.all()}
    classes[2].merged_into = classes[3]
    classes[2].save()
    (feature,) = json.loads(unpacked(project, "geojson", tmp_path).read("labels.geojson"))["features"]
    assert (feature["properties"]["label"], len(feature["geometry"]["coordinates"][0])) == (3, 4)


@pytest.mark.parametrize("name", ["project", "geojson", "coco", "masks"])
def test_own_exports_give_shapes_back(project, alice, tmp_path, name):
    said = say(project, alice, shape([[3.25, 2.5], [27.125, 9.75], [11.3, 30.1]], box(10, 10, 12.5, 14)))
    copy = factories.make_project(alice, name="Copy", task="masks")
    factories.make_scene(copy, tmp_path, name="copy", size=(3, 96, 96))
    make(project, name, tmp_path / "out.zip")
    taken(looked_at(copy, alice, tmp_path / "out.zip"))
    assert [each.answer.value for each in copy.samples.exclude(answer=None)] == [said.value]


def test_map_formats_hold_what_was_drawn(project, alice, tmp_path):
    import pyarrow.parquet as pq
    import shapely

    say(project, alice, shape(TRIANGLE))
    archive = unpacked(project, "geoparquet", tmp_path)
    name = next(name for name in archive.namelist() if "areas" in name)
    archive.extract(name, tmp_path)
    (geometry,) = pq.read_table(tmp_path / name).column("geometry").to_pylist()
    assert len(shapely.from_wkb(geometry).exterior.coords) == 4
