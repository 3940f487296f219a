"""COCO, decoded by hand as its tools do."""

import json
import zipfile

import numpy as np
import pytest
from pycocotools.coco import COCO

from annotation.exports import make
from tests import factories

pytestmark = pytest.mark.django_db


def read(project, folder):
    make(project, "coco", folder / "out.zip")
    with zipfile.ZipFile(folder / "out.zip") as archive:
        return json.loads(archive.read("annotations.coco.json"))


def decode(segmentation):
    """Unroll run lengths down the columns, as pycocotools does."""
    flat = np.concatenate([np.full(run, place % 2, np.uint8) for place, run in enumerate(segmentation["counts"])])
    return flat.reshape(segmentation["size"], order="F")


def test_it_works(project, samples, bob, tmp_path):
    factories.label(samples[1], bob, 2)
    told = read(project, tmp_path)
    assert [(item["id"], item["name"]) for item in told["categories"]] == [
        (1, "Open water"),
        (2, "Forest"),
        (3, "Bare rock"),
    ]
    (image,) = told["images"]
    assert (image["width"], image["height"], image["geo"]["column"]) == (32, 32, 1)
    assert image["geo"]["crs"] == "EPSG:32632"
    assert image["geo"]["transform"] == [10, 0, 500_320, 0, -10, 5_000_000]
    (said,) = told["annotations"]
    assert (said["image_id"], said["category_id"], said["bbox"], said["area"]) == (image["id"], 2, [0, 0, 32, 32], 1024)
    assert said["attributes"]["author"] == "bob"


def test_masks_come_back_pixel_for_pixel(segmented, painted, tmp_path):
    told = read(segmented, tmp_path)
    drawn = sum(decode(item["segmentation"]) * item["category_id"] for item in told["annotations"])
    assert np.array_equal(drawn, painted)
    ring = told["annotations"][1]
    assert (ring["bbox"], ring["area"]) == ([12, 10, 12, 10], 111)


def test_every_annotation_has_its_image_and_its_own_number(project, samples, bob, tmp_path):
    for sample in samples[:5]:
        factories.label(sample, bob, 1)
    told = read(project, tmp_path)
    assert {item["image_id"] for item in told["annotations"]} == {item["id"] for item in told["images"]}
    assert [item["id"] for item in told["annotations"]] == [1, 2, 3, 4, 5]


def loaded(project, folder):
    """Return pycocotools' own view of an export."""
    (folder / "annotations.coco.json").write_text(json.dumps(read(project, folder)))
    return COCO(str(folder / "annotations.coco.json"))


def test_the_tools_of_coco_draw_whole_tiles(project, samples, bob, tmp_path):
    factories.label(samples[1], bob, 2)
    coco = loaded(project, tmp_path)
    (said,) = coco.loadAnns(coco.getAnnIds(catIds=[2]))
    assert coco.annToMask(said).tolist() == np.ones((32, 32)).tolist()


def test_the_tools_of_coco_draw_masks_pixel_for_pixel(segmented, painted, tmp_path):
    coco = loaded(segmented, tmp_path)
    drawn = sum(coco.annToMask(said) * said["category_id"] for said in coco.loadAnns(coco.getAnnIds()))
    assert np.array_equal(drawn, painted)
