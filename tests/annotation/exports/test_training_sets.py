"""Data sets for training: pairs of chips and labels, class folders, boxes, mosaics, read as their users read them."""

from pathlib import Path
from xml.etree import ElementTree as xml

import numpy as np
import pytest
import rasterio
import yaml
from PIL import Image
from rasterio.enums import ColorInterp

from tests import factories
from tests.annotation.exports.reading import unpacked
from tests.annotation.exports.test_chips import classified, folder, ingested  # noqa: F401 - fixtures
from tests.rasters import UTM, UTM_ORIGIN, ramp

pytestmark = pytest.mark.django_db


def test_it_works(segmented, painted, tmp_path):
    made = unpacked(segmented, "terratorch", tmp_path)
    (stem,) = (made / "splits" / "train.txt").read_text().split()
    assert stem == "shores-c2-r1"
    with (
        rasterio.open(made / "chips" / f"{stem}_data.tif") as data,
        rasterio.open(made / "chips" / f"{stem}_label.tif") as label,
    ):
        assert data.transform == label.transform == UTM_ORIGIN @ UTM_ORIGIN.translation(64, 32)
        assert (data.crs, data.count, data.dtypes[0]) == (rasterio.CRS.from_string(UTM), 3, "uint8")
        assert np.array_equal(data.read(), ramp(3, 96, 128)[:, 32:64, 64:96])  # the user's own numbers
        assert np.array_equal(label.read(1), painted.astype(int) - 1)  # -1 where nothing was said


def test_the_pairs_train_in_plain_torch_for_an_epoch(segmented, painted, tmp_path):
    import torch

    made = unpacked(segmented, "terratorch", tmp_path)
    pairs = []
    for data in sorted((made / "chips").glob("*_data.tif")):
        with rasterio.open(data) as chip, rasterio.open(str(data).replace("_data", "_label")) as label:
            pairs.append((torch.from_numpy(chip.read()).float() / 255, torch.from_numpy(label.read(1)).long()))
    model = torch.nn.Conv2d(3, 3, 1)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for chip, label in pairs * 3:
        loss = torch.nn.functional.cross_entropy(model(chip[None]), label[None], ignore_index=-1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]


def test_a_mosaic_has_all_tiles_of_a_scene_with_colours_and_names(segmented, painted, alice, tmp_path):
    from annotation.labeling import Answer, submit
    from annotation.tasks.masks import wrapped

    submit(segmented.samples.get(tile__column=0, tile__row=0), alice, Answer(value=wrapped(painted.T)))
    made = unpacked(segmented, "mosaics", tmp_path) / "mosaics"
    with rasterio.open(made / "shores.tif") as mosaic:
        assert (mosaic.width, mosaic.height, mosaic.transform) == (128, 96, UTM_ORIGIN)
        pixels = mosaic.read(1)
        assert mosaic.colorinterp == (ColorInterp.palette,)
        assert mosaic.colormap(1)[2][:3] == tuple(bytes.fromhex(segmented.classes.get(code=2).colour[1:]))
        assert mosaic.tags(1)["CLASS_2"] == "Forest"
    assert np.array_equal(pixels[:32, :32], painted.T)
    assert np.array_equal(pixels[32:64, 64:96], painted)
    assert np.count_nonzero(pixels) == 2 * np.count_nonzero(painted)
    entries = {each.get("value"): each.get("label") for each in xml.parse(made / "shores.qml").iter("paletteEntry")}
    assert entries == {"1": "Open water", "2": "Forest", "3": "Bare rock"}


def test_class_folders_hold_a_picture_a_label(project, samples, bob, tmp_path):
    for sample, code in zip(samples, (1, 2, 2), strict=False):
        factories.label(sample, bob, code)
    made = unpacked(project, "folders", tmp_path) / "classes"
    told = {place.name: sorted(path.name for path in place.iterdir()) for place in made.iterdir()}
    assert told == {
        "Forest": ["scene-c1-r0.png", "scene-c2-r0.png"], "Open water": ["scene-c0-r0.png"],
    }  # fmt: skip
    assert Image.open(made / "Forest" / "scene-c1-r0.png").size == (32, 32)


def test_chips_in_class_folders_keep_their_size_and_path(classified, tmp_path):  # noqa: F811
    paths = {path.name: path for path in (unpacked(classified, "folders", tmp_path) / "classes").rglob("*.png")}
    assert set(paths) == {"tall.png", "wide.png", "train__forest__0001.png", "train__water__0001.png"}
    assert Image.open(paths["wide.png"]).size == (64, 32)


def boxes_of(made: Path):
    """Return class names and boxes in pixels, read as YOLO's own readers do."""
    data = yaml.safe_load((made / "data.yaml").read_text())
    boxes = []
    for image in sorted((made / data["train"]).rglob("*.png")):
        width, height = Image.open(image).size
        text = Path(str(image).replace("/images/", "/labels/")).with_suffix(".txt").read_text()
        for line in text.splitlines():
            index, *numbers = line.split()
            points = np.array([float(number) for number in numbers]).reshape(-1, 2) * (width, height)
            boxes.append((data["names"][int(index)], points.round(3).tolist()))
    return boxes


def test_yolo_has_a_box_around_each_area(segmented, tmp_path):
    assert boxes_of(unpacked(segmented, "yolo", tmp_path)) == [
        ("Open water", [[4, 16], [8, 32]]),
        ("Forest", [[18, 15], [12, 10]]),
    ]


def test_turned_boxes_are_four_corners(segmented, tmp_path):
    water, forest = boxes_of(unpacked(segmented, "yolo_obb", tmp_path))
    assert sorted(water[1]) == [[0, 0], [0, 32], [8, 0], [8, 32]]
    assert sorted(forest[1]) == [[12, 10], [12, 20], [24, 10], [24, 20]]


def test_voc_counts_pixels_from_one(segmented, tmp_path):
    made = unpacked(segmented, "voc", tmp_path)
    assert (made / "ImageSets" / "Main" / "train.txt").read_text().split() == ["shores-c2-r1"]
    root = xml.parse(made / "Annotations" / "shores-c2-r1.xml").getroot()
    assert (root.findtext("size/width"), root.findtext("filename")) == ("32", "shores-c2-r1.png")
    boxes = {each.findtext("name"): [int(edge.text) for edge in each.find("bndbox")] for each in root.iter("object")}
    assert boxes == {"Open water": [1, 1, 8, 32], "Forest": [13, 11, 24, 20]}
    assert (made / "JPEGImages" / "shores-c2-r1.png").is_file()


def test_a_mosaic_of_classes_fills_the_tiles_with_their_class(project, samples, bob, tmp_path):
    factories.label(samples[0], bob, 2)
    factories.label(samples[5], bob, 3)
    made = unpacked(project, "mosaics", tmp_path) / "mosaics"
    with rasterio.open(made / "scene.tif") as mosaic:
        pixels = mosaic.read(1)
        assert mosaic.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG" and mosaic.colorinterp == (ColorInterp.palette,)
    assert (pixels[:32, :32] == 2).all() and (pixels[32:64, 32:64] == 3).all()
    assert (pixels > 0).sum() == 2 * 32 * 32
    assert 'label="Forest"' in (made / "scene.qml").read_text()


@pytest.mark.parametrize("name", ["mosaics", "terratorch", "yolo", "yolo_obb", "voc", "project", "geopackage"])
def test_the_same_labels_give_the_same_bytes(segmented, tmp_path, name):
    unpacked(segmented, name, tmp_path / "one")
    unpacked(segmented, name, tmp_path / "two")
    first, second = ((tmp_path / place / f"{name}.zip").read_bytes() for place in ("one", "two"))
    assert first == second


@pytest.mark.parametrize("turned", [False, True])
def test_supervision_reads_the_boxes_of_yolo(segmented, painted, tmp_path, turned):
    import supervision

    made = unpacked(segmented, "yolo_obb" if turned else "yolo", tmp_path)
    told = supervision.DetectionDataset.from_yolo(
        images_directory_path=str(made / "images" / "train"),
        annotations_directory_path=str(made / "labels" / "train"),
        data_yaml_path=str(made / "data.yaml"),
        is_obb=turned,
    )
    assert told.classes == ["Open water", "Forest", "Bare rock"]
    ((path, picture, said),) = told
    assert Path(path).name == "shores-c2-r1.png"
    assert picture.shape == (32, 32, 3)
    assert said.class_id.tolist() == [0, 1]
    assert said.xyxy.round(2).tolist() == [[0, 0, 8, 32], [12, 10, 24, 20]]


def trained(pairs, classes):
    """Return the loss of a pixel classifier before and after an epoch over pictures [3, H, W] and labels [H, W]."""
    import torch

    torch.manual_seed(0)
    model = torch.nn.Conv2d(3, classes + 1, 1)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for picture, label in pairs * 4:
        told = model(torch.from_numpy(picture).float()[None] / 255)
        loss = torch.nn.functional.cross_entropy(told, torch.from_numpy(label).long()[None], ignore_index=0)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    return losses[0], losses[-1]


def test_coco_and_masks_train_in_plain_torch_for_an_epoch(segmented, painted, alice, tmp_path):
    from pycocotools.coco import COCO

    from annotation.labeling import Answer, submit
    from annotation.tasks.masks import wrapped

    submit(segmented.samples.get(tile__column=0, tile__row=0), alice, Answer(value=wrapped(painted.T)))
    made = unpacked(segmented, "coco", tmp_path, images=True)
    coco = COCO(str(made / "annotations.coco.json"))
    pairs = []
    for image in coco.loadImgs(coco.getImgIds()):
        label = np.zeros((image["height"], image["width"]), np.uint8)
        for said in coco.loadAnns(coco.getAnnIds([image["id"]])):
            label[coco.annToMask(said) > 0] = said["category_id"]
        pairs.append((np.moveaxis(np.asarray(Image.open(made / image["file_name"]).convert("RGB")), -1, 0), label))
    assert (len(pairs), len(coco.getCatIds())) == (2, 3)
    before, after = trained(pairs, 3)
    assert after < before

    masked = unpacked(segmented, "masks", tmp_path, images=True)
    masks = sorted((masked / "masks").glob("*.tif"))
    assert len(masks) == 2
    drawn = []
    for path in masks:
        with rasterio.open(path) as label:
            picture = Image.open(masked / "images" / f"{path.stem}.png").convert("RGB")
            drawn.append((np.moveaxis(np.asarray(picture), -1, 0), label.read(1)))
    assert sorted(map(int, np.unique(np.concatenate([label for _, label in drawn])))) == [0, 1, 2]
    before, after = trained(drawn, 3)
    assert after < before
