"""PixelHead: segmentation from sparse paint."""

import numpy as np
import pytest

from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.heads import Lesson, PixelHead
from mlcore.model import load_encoder
from tests.mlcore.chips import make_scene

TRUTH = np.kron(np.array([[1, 2], [2, 5]], np.uint8), np.ones((32, 32), np.uint8))


def make_tile(seed=0):
    """A tile whose four quarters follow TRUTH in every band."""
    scene = make_scene(side=64, seed=seed)
    rng = np.random.default_rng(seed)
    levels = {1: 40, 2: 110, 5: 200}
    pixels = np.vectorize(levels.get)(TRUTH)[None] + rng.normal(0, 8, scene.pixels.shape)
    return type(scene)(pixels.astype(np.float32), scene.mask, scene.sensor)


def painted(*, dots):
    """Some pixels of each class, the rest unlabelled."""
    rng = np.random.default_rng(1)
    mask = np.zeros_like(TRUTH)
    for code in np.unique(TRUTH):
        rows, columns = np.nonzero(code == TRUTH)
        some = rng.choice(len(rows), dots, replace=False)
        mask[rows[some], columns[some]] = code
    return mask


def test_it_works():
    encoder = load_encoder("nano")
    head = PixelHead.fit(Lesson(inputs=[encoder.embed_map(make_tile())], targets=[painted(dots=15)]))
    probabilities = head.predict_proba(encoder.embed_map(make_tile(seed=1)))
    assert head.classes.tolist() == [1, 2, 5]
    assert probabilities.shape == (3, 32, 32)
    np.testing.assert_allclose(probabilities.sum(0), 1, atol=1e-5)
    assert (head.classes[probabilities.argmax(0)] == TRUTH[::2, ::2]).mean() > 0.93


def test_two_points_of_each_class_are_enough_to_begin():
    encoder = load_encoder("nano")
    head = PixelHead.fit(Lesson(inputs=[encoder.embed_map(make_tile())], targets=[painted(dots=2)]))
    probabilities = head.predict_proba(encoder.embed_map(make_tile(seed=1)))
    assert head.classes.tolist() == [1, 2, 5]
    assert (head.classes[probabilities.argmax(0)] == TRUTH[::2, ::2]).mean() > 0.8


def test_fully_painted_tiles_are_thinned_and_balanced():
    encoder = load_encoder("statistics")
    maps = [encoder.embed_map(make_tile(seed)) for seed in range(6)]
    head = PixelHead.fit(Lesson(inputs=maps, targets=[TRUTH] * 5 + [painted(dots=1)]))
    codes = head.classes[head.predict_proba(maps[0]).argmax(0)]
    assert (codes == TRUTH[::2, ::2]).mean() > 0.93


def test_one_painted_class_is_not_enough():
    with pytest.raises(NotEnoughLabels):
        PixelHead.fit(Lesson(inputs=[np.zeros((3, 4, 4), np.float32)], targets=[np.ones((8, 8), np.uint8)]))


def test_no_tiles_are_not_enough():
    with pytest.raises(NotEnoughLabels, match="at least one tile"):
        PixelHead.fit(Lesson(inputs=[], targets=[]))


def test_a_mask_of_another_shape_is_refused():
    with pytest.raises(BadFeatures):
        PixelHead.fit(Lesson(inputs=[np.zeros((3, 4, 4), np.float32)], targets=[np.ones((3, 8, 8), np.uint8)]))


def test_it_is_saved_and_loaded(tmp_path):
    features = load_encoder("statistics").embed_map(make_tile())
    head = PixelHead.fit(Lesson(inputs=[features], targets=[painted(dots=10)]))
    head.save(tmp_path / "head.safetensors")
    loaded = PixelHead.load(tmp_path / "head.safetensors")
    np.testing.assert_array_equal(loaded.predict_proba(features), head.predict_proba(features))


def test_permuted_labels_teach_nothing():
    rng = np.random.default_rng(0)
    truth = rng.integers(1, 4, (16, 16)).astype(np.uint8)
    features = (np.eye(4)[truth].transpose(2, 0, 1) + 0.2 * rng.normal(size=(4, 16, 16))).astype(np.float32)
    told = PixelHead.fit(Lesson(inputs=[features], targets=[truth])).predict_proba(features)
    assert (told.argmax(0) + 1 == truth).mean() > 0.95
    assert told.max(0).mean() > 0.9
    right, sure = [], []
    for _ in range(8):  # the three clusters are named as wholes, so that one shuffle alone may hit two of them
        shuffled = rng.permutation(truth.ravel()).reshape(16, 16)
        said = PixelHead.fit(Lesson(inputs=[features], targets=[shuffled])).predict_proba(features)
        right.append((said.argmax(0) + 1 == truth).mean())
        sure.append(said.max(0).mean())
    assert 0.1 < np.mean(right) < 0.55
    assert np.mean(sure) < 0.5


def test_blocks_that_say_nothing_count_less():
    rng = np.random.default_rng(0)
    maps = [
        np.concatenate([make_tile(seed).pixels[:2, ::2, ::2], rng.normal(0, 40, (60, 32, 32))]) for seed in range(8)
    ]
    maps = [features.astype(np.float32) for features in maps]
    masks = [painted(dots=2) for _ in maps[:6]]
    truth = TRUTH[::2, ::2]

    def accuracy(blocks):
        head = PixelHead.fit(Lesson(inputs=maps[:6], targets=masks, blocks=blocks))
        return np.mean(
            [(head.classes[head.predict_proba(features).argmax(0)] == truth).mean() for features in maps[6:]]
        )

    assert accuracy([slice(0, 2), slice(2, 62)]) > accuracy(()) + 0.02


def test_strokes_are_held_out_together_where_tiles_are_few():
    encoder = load_encoder("statistics")
    mask = np.zeros_like(TRUTH)
    for corner in (0, 20):  # two dabs a class
        for top, left in ((0, 0), (0, 32), (32, 32)):
            part = (slice(top + corner, top + corner + 8), slice(left + corner, left + corner + 8))
            mask[part] = TRUTH[part]
    head = PixelHead.fit(Lesson(inputs=[encoder.embed_map(make_tile())], targets=[mask]))
    assert head.logistic.temperature != 1.0  # it could be calibrated
    assert (head.classes[head.predict_proba(encoder.embed_map(make_tile(1))).argmax(0)] == TRUTH[::2, ::2]).mean() > 0.9


def test_channels_that_are_zero_need_not_be_given():
    features = np.random.default_rng(0).normal(size=(6, 32, 32)).astype(np.float32)
    features[[1, 4]] = 0
    head = PixelHead.fit(Lesson(inputs=[features], targets=[painted(dots=10)]))
    told = features.any((1, 2))
    whole, part = head.predict_proba(features), head.predict_proba(features[told].astype(np.float16), told=told)
    np.testing.assert_allclose(part, whole, atol=5e-3)
    with pytest.raises(BadFeatures, match="6 channels, got 5"):
        head.predict_proba(features[told], told=told[:5])
