"""Turned boxes: bright bars on dark ground are found and lie as they do, nearer than upright boxes around them."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.heads import DrawnTurned, Lesson, TurnedHead
from mlcore.metrics import corners, turned_overlaps

SIDE, STRIDE = 64, 2


def scene(seed: int) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return a feature map [C, h, w] of a tile, and the bars on it [n, 5]."""
    rng = np.random.default_rng(seed)
    bars = np.array([[x, 32, 24, 7, rng.uniform(-80, 80)] for x in (17, 47)])
    image = Image.new("L", (SIDE, SIDE), 40)
    for bar in corners(bars):
        ImageDraw.Draw(image).polygon([(float(x), float(y)) for x, y in bar - 0.5], fill=200)
    levels = np.asarray(image, np.float32) / 100 + rng.normal(0, 0.1, (SIDE, SIDE))
    cells = levels.reshape(SIDE // STRIDE, STRIDE, SIDE // STRIDE, STRIDE)
    return np.stack([cells.mean((1, 3)), cells.std((1, 3)), cells.max((1, 3))]).astype(np.float32), bars


@pytest.fixture(scope="module")
def head() -> TurnedHead:
    tiles = [scene(seed) for seed in range(8)]
    targets = [DrawnTurned(bars, np.ones(len(bars), np.int64)) for _, bars in tiles]
    return TurnedHead.fit(Lesson(inputs=[features for features, _ in tiles], targets=targets, stride=STRIDE))


def test_it_works(head: TurnedHead) -> None:
    turned, upright = list[float](), list[float]()
    for seed in range(100, 110):
        features, bars = scene(seed)
        said, around = head.predict(features), head.boxes.predict(features)
        hulls = np.column_stack([(around.boxes[:, :2] + around.boxes[:, 2:]) / 2, np.diff(around.boxes.reshape(-1, 2, 2), axis=1)[:, 0], np.zeros(len(around.boxes))])  # fmt: skip  # noqa: E501
        turned += turned_overlaps(bars, said.boxes).max(1).tolist()
        upright += turned_overlaps(bars, hulls).max(1).tolist()
    assert np.mean(turned) > 0.7
    assert np.mean(turned) > np.mean(upright) + 0.2


def test_a_saved_head_says_the_same(head: TurnedHead, tmp_path: Path) -> None:
    head.save(tmp_path / "head.safetensors")
    features, _ = scene(7)
    again = TurnedHead.load(tmp_path / "head.safetensors").predict(features)
    assert again.boxes == pytest.approx(head.predict(features).boxes, abs=1e-5)


def test_boxes_without_an_area_and_too_few_are_refused() -> None:
    features, bars = scene(1)
    flat = bars * [1, 1, 0, 1, 1]
    with pytest.raises(BadFeatures, match="no area"):
        TurnedHead.fit(Lesson(inputs=[features], targets=[DrawnTurned(flat, np.ones(2, np.int64))], stride=STRIDE))
    with pytest.raises(NotEnoughLabels):
        TurnedHead.fit(Lesson(inputs=[features], targets=[DrawnTurned(bars, np.ones(2, np.int64))], stride=STRIDE))
