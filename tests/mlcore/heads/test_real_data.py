"""Heads on real imagery: buildings that changed (LEVIR-CD samples) and crowns of trees (NEON SJER_052)."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from PIL import Image
from sklearn.metrics import average_precision_score

from mlcore.heads import BoxHead, ChangeHead, DrawnBoxes, DrawnPoints, Lesson, PointHead
from mlcore.metrics import box_average_precision
from mlcore.model import Encoder, load_encoder
from mlcore.samples import Chip
from mlcore.sensors import get_sensor
from tests.rasters import real_file

FOLDS = 2


@pytest.fixture(scope="module")
def nano() -> Encoder:
    """Return the shipped encoder."""
    return load_encoder("nano")


def chip_of(pixels: NDArray[np.uint8]) -> Chip:
    """Return a picture [3, H, W] as a chip."""
    return Chip(pixels.astype(np.float32), np.ones(pixels.shape[1:], bool), get_sensor("rgb"))


def picture(path: Path) -> Chip:
    """Return a PNG as a chip."""
    return chip_of(np.asarray(Image.open(path).convert("RGB")).transpose(2, 0, 1))


def changed_buildings(encoder: Encoder) -> dict[str, list[tuple[list[NDArray], NDArray[np.uint8]]]]:
    """Return maps of both dates and masks (1 unchanged, 2 changed) of chips, by the place that they were cut from."""
    folder, places = real_file("levir_cd_samples"), {}
    for path in sorted((folder / "label").glob("*.png")):
        truth = np.asarray(Image.open(path).convert("L")) > 127
        maps = [encoder.embed_map(picture(folder / date / path.name)) for date in "AB"]
        places.setdefault("_".join(path.name.split("_")[:2]), []).append((maps, truth.astype(np.uint8) + 1))
    return places


@pytest.mark.sweep
def test_changed_buildings_stand_out_from_the_rest_of_other_places(nano: Encoder) -> None:
    places = list(changed_buildings(nano).values())
    scores, truths = [], []
    for fold in range(FOLDS):
        seen = [chip for at, chips in enumerate(places) if at % FOLDS != fold for chip in chips]
        head = ChangeHead.fit(
            Lesson(inputs=list(zip(*(maps for maps, _ in seen), strict=True)), targets=[mask for _, mask in seen])
        )
        for maps, mask in (chip for at, chips in enumerate(places) if at % FOLDS == fold for chip in chips):
            chances = head.predict_proba(maps)[1]
            rows = np.arange(chances.shape[1]) * len(mask) // chances.shape[1]
            scores.append(chances.ravel())
            truths.append((mask[np.ix_(rows, rows)] == 2).ravel())
    score, truth = np.concatenate(scores), np.concatenate(truths)
    precision = average_precision_score(truth, score)
    print(f"LEVIR-CD: {len(places)} places, {truth.mean():.3f} changed, average precision {precision:.3f}")
    assert precision > 1.2 * truth.mean()  # far from useful with so few places, but no chance


def boxes_of(path: Path) -> NDArray[np.float64]:
    """Return the boxes [n, 4] of a file of Pascal VOC."""
    edges = ("xmin", "ymin", "xmax", "ymax")
    drawn = ElementTree.parse(path).iter("bndbox")
    return np.array([[float(box.findtext(name)) for name in edges] for box in drawn])


def crowns() -> tuple[Chip, NDArray[np.float64]]:
    """Return the picture and the boxes drawn on it."""
    path = real_file("neon_trees/SJER_JERC/SJER_052.tif")
    with rasterio.open(path) as dataset:
        pixels = dataset.read()[:3]
    return chip_of(pixels), boxes_of(path.with_suffix(".xml"))


def test_crowns_are_looked_for_where_none_was_drawn(nano: Encoder) -> None:
    chip, boxes = crowns()
    middle = chip.pixels.shape[2] // 2
    halves = []
    for start in (0, middle):
        own = boxes[(boxes[:, [0, 2]].mean(1) >= start) & (boxes[:, [0, 2]].mean(1) < start + middle)]
        part = chip_of(chip.pixels[:, :, start : start + middle])
        inside = np.clip(own - [start, 0, start, 0], 0, [middle, 400, middle, 400])
        halves.append((nano.embed_map(part), inside))
    (maps, drawn), (others, truth) = sorted(halves, key=lambda half: -len(half[1]))
    said = BoxHead.fit(Lesson(inputs=[maps], targets=[DrawnBoxes(drawn)])).predict(others)
    for overlap in (0.3, 0.5):
        precision = box_average_precision([truth], [said.boxes], [said.scores], overlap=overlap)
        print(
            f"SJER_052: {len(drawn)} drawn, {len(truth)} to find, average precision at IoU {overlap}: {precision:.3f}"
        )
    assert len(said.boxes) and (said.boxes[:, 2:] > said.boxes[:, :2]).all()


def crowns_of_tiles(encoder: Encoder, side: int = 100) -> list[tuple[NDArray, NDArray[np.float64]]]:
    """Return maps and crowns of the tiles of NEON's OSBS_029, in an order drawn by chance."""
    path = real_file("neon_trees/deepforest/OSBS_029.tif")
    with rasterio.open(path) as dataset:
        pixels = dataset.read()[:3]
    boxes = boxes_of(path.with_suffix(".xml"))
    tiles = []
    for top in range(0, 400, side):
        for left in range(0, 400, side):
            x, y = boxes[:, [0, 2]].mean(1) - left, boxes[:, [1, 3]].mean(1) - top
            own = boxes[(x >= 0) & (x < side) & (y >= 0) & (y < side)] - [left, top, left, top]
            part = chip_of(pixels[:, top : top + side, left : left + side])
            tiles.append((encoder.embed_map(part), np.clip(own, 0, side)))
    return [tiles[at] for at in np.random.default_rng(0).permutation(len(tiles))]


@pytest.mark.sweep
def test_crowns_are_found_from_few_tiles(nano: Encoder) -> None:
    tiles = crowns_of_tiles(nano)
    held, truth = tiles[12:], [boxes for _, boxes in tiles[12:]]
    for count in (2, 8):
        maps, drawn = [features for features, _ in tiles[:count]], [boxes for _, boxes in tiles[:count]]
        head = BoxHead.fit(Lesson(inputs=maps, targets=[DrawnBoxes(boxes) for boxes in drawn]))
        said = [head.predict(features) for features, _ in held]
        loose, tight = (
            box_average_precision(truth, [each.boxes for each in said], [each.scores for each in said], overlap=overlap)
            for overlap in (0.3, 0.5)
        )
        middles = [DrawnPoints((own[:, :2] + own[:, 2:]) / 2, np.ones(len(own), int), 10.0) for own in drawn]
        spots = PointHead.fit(Lesson(inputs=maps, targets=middles))
        expected = sum(float(spots.predict(features).scores.sum()) for features, _ in held)
        there = sum(map(len, truth))
        print(
            f"OSBS_029: {sum(map(len, drawn))} crowns on {count} tiles: average precision {loose:.2f} at IoU 0.3, "
            f"{tight:.2f} at 0.5; {expected:.1f} points expected of {there}"
        )
        assert loose > 0.2
        assert 0 < expected < 3 * there
