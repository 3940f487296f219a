"""Blocks of features: those that tell the classes apart count more."""

import numpy as np
import pytest

from mlcore.heads import Lesson, LinearHead
from mlcore.heads.blocks import block_scales, columns_of

TOLD, NOISE = slice(0, 4), slice(4, 60)


def lesson(count=40, seed=0):
    """Return features whose first block tells two classes apart and whose second is noise, and the classes."""
    rng = np.random.default_rng(seed)
    codes = np.arange(count) % 2
    features = rng.normal(size=(count, 60))
    features[:, TOLD] += 1.2 * codes[:, None]
    return features.astype(np.float32), codes


def standardised(features):
    return ((features - features.mean(0)) / features.std(0)).astype(np.float64)


def test_it_works():
    features, codes = lesson()
    scales = block_scales(standardised(features), codes, [TOLD, NOISE])
    assert scales[TOLD].min() > 1.5 * scales[NOISE].max()
    assert np.square(scales).mean() == pytest.approx(1)


def test_labels_that_were_shuffled_favour_no_block_for_sure():
    ratios = []
    for seed in range(20):
        features, codes = lesson(seed=seed)
        shuffled = np.random.default_rng(seed).permutation(codes)
        scales = block_scales(standardised(features), shuffled, [TOLD, NOISE])
        ratios.append(float(np.log(scales[0] / scales[-1])))
    assert abs(np.mean(ratios)) < 0.3


def test_one_block_or_none_changes_nothing():
    features, codes = lesson()
    for blocks in ([], [slice(0, 60)]):
        np.testing.assert_array_equal(block_scales(standardised(features), codes, blocks), np.ones(60))


def test_columns_that_say_nothing_are_left_out():
    features, codes = lesson()
    inputs = standardised(features)
    wider = np.hstack([inputs, np.zeros((len(inputs), 5))])
    scales = block_scales(wider, codes, [TOLD, NOISE, slice(60, 65)])
    np.testing.assert_allclose(scales[:60], block_scales(inputs, codes, [TOLD, NOISE]), rtol=1e-6)
    np.testing.assert_array_equal(scales[60:], np.ones(5))


def test_columns_in_no_block_make_one_more():
    assert [columns.tolist() for columns in columns_of(5, [slice(1, 3)])] == [[1, 2], [0, 3, 4]]
    assert [columns.tolist() for columns in columns_of(2, None)] == [[0, 1]]


def test_a_head_that_knows_the_blocks_is_better():
    known, plain = [], []
    for seed in range(8):
        features, codes = lesson(12, seed)
        others, truth = lesson(400, 100 + seed)
        for accuracies, blocks in ((known, [TOLD, NOISE]), (plain, ())):
            head = LinearHead.fit(Lesson(inputs=features, targets=codes, blocks=blocks))
            accuracies.append(float((head.predict_proba(others).argmax(1) == truth).mean()))
    assert np.mean(known) > np.mean(plain) + 0.02


def test_held_out_accuracy_stays_honest():
    rng = np.random.default_rng(3)
    accuracies = []
    for seed in range(12):
        features, codes = lesson(40, seed)
        head = LinearHead.fit(Lesson(inputs=features, targets=rng.permutation(codes), blocks=[TOLD, NOISE]))
        accuracies.append(head.held_out_accuracy)
    assert 0.4 < np.mean(accuracies) < 0.6


@pytest.mark.parametrize("pooled", [False, True])
def test_many_rows_or_few_the_head_predicts_raw_features(pooled):
    features, codes = lesson(300)
    features = features * np.linspace(0.1, 50, 60, dtype=np.float32) + 7
    others, truth = lesson(200, 5)
    others = others * np.linspace(0.1, 50, 60, dtype=np.float32) + 7
    head = LinearHead.fit(Lesson(inputs=features, targets=codes, blocks=[TOLD, NOISE], pool=others if pooled else None))
    assert (head.predict_proba(others).argmax(1) == truth).mean() > 0.8
