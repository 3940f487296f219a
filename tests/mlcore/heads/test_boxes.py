"""BoxHead: object boxes from dense features."""

import numpy as np
import pytest

from mlcore.errors import BadCheckpoint, BadFeatures, NotEnoughLabels
from mlcore.heads import BoxHead, DrawnBoxes, Lesson, LinearHead
from mlcore.heads.boxes.centres import distinct, heat_of
from mlcore.heads.boxes.context import every_way
from mlcore.metrics import box_average_precision


def make_tile(seed, *, objects=6, side=80, channels=5):
    """A map at stride 2 with bright rectangles of about 24 px (code 3) and dark ones (code 8), and their boxes."""
    rng = np.random.default_rng(seed)
    features = rng.normal(0, 0.3, (channels, side, side)).astype(np.float32)
    boxes, codes = [], []
    for place in rng.permutation(16)[:objects]:
        row, column = (np.array(divmod(place, 4)) * (side // 4)) + rng.integers(2, 6, 2)
        height, width = rng.integers(10, 15, 2)
        code = int(rng.choice([3, 8]))
        features[0, row : row + height, column : column + width] += 2.5
        features[1, row : row + height, column : column + width] += 2.0 if code == 3 else -2.0
        boxes.append([2 * column, 2 * row, 2 * (column + width), 2 * (row + height)])
        codes.append(code)
    return features, np.array(boxes, float).reshape(-1, 4), np.array(codes, np.int64)


def drawn(boxes, codes=None):
    """What people drew on each tile."""
    return [DrawnBoxes(own, None if codes is None else codes[at]) for at, own in enumerate(boxes)]


@pytest.fixture(scope="module")
def tiles():
    return [make_tile(seed) for seed in range(4)]


@pytest.fixture(scope="module")
def head(tiles):
    maps, boxes, codes = zip(*tiles, strict=True)
    return BoxHead.fit(Lesson(inputs=maps, targets=drawn(boxes, codes)))


def test_it_works(head):
    others = [make_tile(seed) for seed in range(20, 23)]
    predictions = [head.predict(features) for features, _, _ in others]
    truth = [boxes for _, boxes, _ in others]
    assert box_average_precision(truth, [one.boxes for one in predictions], [one.scores for one in predictions]) > 0.8
    for one in predictions:
        assert (np.diff(one.scores) <= 0).all()  # surest first
        assert ((one.boxes >= 0) & (one.boxes <= 160)).all()
        assert (one.boxes[:, 2:] > one.boxes[:, :2]).all()


def test_scores_are_chances(head):
    others = [make_tile(seed) for seed in range(30, 36)]
    expected = sum(head.predict(features).scores.sum() for features, _, _ in others)
    assert expected == pytest.approx(sum(len(boxes) for _, boxes, _ in others), rel=0.35)


def test_classes_are_told_from_the_centres(head):
    features, boxes, codes = make_tile(40)
    prediction = head.predict(features)
    sure = prediction.boxes[: len(boxes)]
    centres = (sure[:, :2] + sure[:, 2:]) / 2
    nearest = np.abs(centres[:, None] - ((boxes[:, :2] + boxes[:, 2:]) / 2)[None]).sum(-1).argmin(1)
    assert (prediction.codes[: len(boxes)] == codes[nearest]).mean() > 0.8
    assert set(prediction.codes.tolist()) <= {3, 8}


def test_one_tile_is_enough():
    features, boxes, _ = make_tile(3, objects=10)
    prediction = BoxHead.fit(Lesson(inputs=[features], targets=drawn([boxes]))).predict(make_tile(50)[0])
    assert box_average_precision([make_tile(50)[1]], [prediction.boxes], [prediction.scores]) > 0.5
    assert set(prediction.codes.tolist()) == {1}


def test_tiles_without_an_object_may_help(tiles):
    empty = make_tile(60, objects=0)
    maps, boxes, _ = zip(*tiles[:2], empty, strict=True)
    prediction = BoxHead.fit(Lesson(inputs=maps, targets=drawn(boxes))).predict(make_tile(61, objects=0)[0])
    assert prediction.scores.sum() < 2


def test_boxes_elsewhere_teach_nothing(tiles):
    maps = [features for features, _, _ in tiles]
    shuffled = [tiles[(at + 1) % len(tiles)][1] for at in range(len(tiles))]
    rng = np.random.default_rng(0)
    moved = [boxes + np.tile(rng.uniform(0, 30, (len(boxes), 2)), 2) for boxes in shuffled]
    head = BoxHead.fit(Lesson(inputs=maps, targets=drawn(moved)))
    predictions = [head.predict(make_tile(seed)[0]) for seed in (70, 71)]
    truth = [make_tile(seed)[1] for seed in (70, 71)]
    assert box_average_precision(truth, [one.boxes for one in predictions], [one.scores for one in predictions]) < 0.35


def test_of_boxes_that_overlap_the_surest_stays():
    boxes = np.array([[0, 0, 10, 10], [1, 1, 11, 11], [30, 30, 40, 40]], float)
    assert distinct(boxes, np.array([0.5, 0.9, 0.2])).tolist() == [1, 2]
    assert len(distinct(np.zeros((0, 4)), np.zeros(0))) == 0


def test_heat_is_one_at_every_centre_however_small_the_box():
    heat, owner = heat_of(np.array([[0, 0, 8, 8], [21.0, 21, 22, 22]]), (10, 10), 4.0)
    assert heat.max() == 1
    assert (owner[heat == 1] >= 0).all()
    assert {0, 1} <= set(owner[heat == 1].tolist())


def test_all_eight_ways_keep_what_belongs_together():
    seen = np.arange(9, dtype=np.float32)[None].repeat(2, 0)[:, :8]
    rows, shapes = every_way(seen, np.array([[1.0, 2, 3, 4]] * 2))
    assert rows.shape == (16, 8)
    assert len(np.unique(rows, axis=0)) == len(np.unique(shapes, axis=0)) == 8


def test_bad_input_is_refused(head):
    features, boxes, codes = make_tile(0)
    with pytest.raises(NotEnoughLabels, match="at least 3 boxes"):
        BoxHead.fit(Lesson(inputs=[features], targets=drawn([boxes[:2]])))
    with pytest.raises(BadFeatures, match="for each map"):
        BoxHead.fit(Lesson(inputs=[features], targets=drawn([boxes, boxes])))
    with pytest.raises(BadFeatures, match="don't fit"):
        BoxHead.fit(Lesson(inputs=[features], targets=drawn([boxes], [codes[:2]])))
    with pytest.raises(BadFeatures, match="no area"):
        BoxHead.fit(Lesson(inputs=[features], targets=drawn([boxes[:, [2, 3, 0, 1]]])))
    with pytest.raises(BadFeatures, match="5 channels"):
        head.predict(features[:3])
    features[0, 0, 0] = np.nan
    with pytest.raises(BadFeatures, match="NaN"):
        BoxHead.fit(Lesson(inputs=[features], targets=drawn([boxes])))
    with pytest.raises(BadFeatures, match="NaN"):
        head.predict(features)


def test_it_is_saved_and_loaded(head, tmp_path):
    features = make_tile(80)[0]
    head.save(tmp_path / "head.safetensors")
    first, second = head.predict(features), BoxHead.load(tmp_path / "head.safetensors").predict(features)
    np.testing.assert_allclose(first.boxes, second.boxes)
    np.testing.assert_allclose(first.scores, second.scores)
    np.testing.assert_array_equal(first.codes, second.codes)


def test_a_head_of_another_kind_is_refused(tmp_path):
    LinearHead.fit(Lesson(inputs=np.eye(4, dtype=np.float32), targets=np.array([0, 0, 1, 1]))).save(
        tmp_path / "head.safetensors"
    )
    with pytest.raises(BadCheckpoint, match="no boxes head"):
        BoxHead.load(tmp_path / "head.safetensors")
