"""MultiLabelHead: any number of labels a sample."""

import numpy as np
import pytest

from mlcore.errors import BadCheckpoint, BadFeatures, NotEnoughLabels
from mlcore.heads import Lesson, LinearHead, MultiLabelHead
from mlcore.heads.files import read_head, write_head
from mlcore.metrics import label_scores

SHARES = (0.5, 0.3, 0.15, 0.06)  # of samples that have each label


def make_data(count, *, seed=0, noise=1.0, dims=30):
    directions = np.random.default_rng(99).normal(size=(dims, len(SHARES)))
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(count, dims)).astype(np.float32)
    strength = (features @ directions + noise * rng.normal(size=(count, len(SHARES)))) / np.hypot(dims**0.5, noise)
    return features, (strength > [0.0, 0.52, 1.04, 1.55]).astype(np.int64)


def test_it_works():
    features, labels = make_data(400)
    head = MultiLabelHead.fit(Lesson(inputs=features, targets=labels, classes=np.array([4, 7, 9, 30])))
    others, truth = make_data(2000, seed=1)
    probabilities = head.predict_proba(others)
    assert probabilities.shape == (2000, 4)
    assert probabilities.dtype == np.float32
    assert head.classes.tolist() == [4, 7, 9, 30]
    assert head.learned.all()
    scores = label_scores(truth, probabilities, thresholds=head.thresholds)
    assert scores.macro_f1 > 0.7
    assert scores.mean_average_precision > 0.8
    np.testing.assert_array_equal(head.predict(others).given, probabilities >= head.thresholds)


def test_probabilities_of_each_label_are_calibrated():
    features, labels = make_data(400, noise=8.0)
    others, truth = make_data(4000, seed=1, noise=8.0)
    probabilities = MultiLabelHead.fit(Lesson(inputs=features, targets=labels)).predict_proba(others)
    np.testing.assert_allclose(probabilities.mean(0), truth.mean(0), atol=0.06)
    sure = probabilities[:, 0] > 0.7
    assert truth[sure, 0].mean() == pytest.approx(probabilities[sure, 0].mean(), abs=0.08)


def test_own_thresholds_help_rare_labels():
    features, labels = make_data(300, noise=8.0)
    head = MultiLabelHead.fit(Lesson(inputs=features, targets=labels))
    others, truth = make_data(3000, seed=1, noise=8.0)
    probabilities = head.predict_proba(others)
    own = label_scores(truth, probabilities, thresholds=head.thresholds).macro_f1
    assert own > label_scores(truth, probabilities).macro_f1 + 0.02


@pytest.mark.parametrize("unknown", [np.nan, -1])
def test_entries_that_nobody_told_are_left_out(unknown):
    features, labels = make_data(300)
    told = labels.astype(float)
    told[np.random.default_rng(0).random(told.shape) < 0.5] = unknown
    head = MultiLabelHead.fit(Lesson(inputs=features, targets=told))
    others, truth = make_data(2000, seed=1)
    assert label_scores(truth, head.predict_proba(others)).mean_average_precision > 0.7


def test_a_label_that_is_always_there_is_told_by_its_share():
    features, labels = make_data(60)
    labels[:, 1] = 1
    told = labels.astype(float)
    told[:, 3] = np.nan
    head = MultiLabelHead.fit(Lesson(inputs=features, targets=told))
    probabilities = head.predict_proba(features)
    assert head.learned.tolist() == [True, False, True, False]
    np.testing.assert_allclose(probabilities[:, 1], 61 / 62, atol=1e-4)
    assert head.predict(features).given[:, 1].all()
    np.testing.assert_allclose(probabilities[:, 3], 0.5)


def test_one_positive_is_enough_for_a_guess():
    features, labels = make_data(40)
    labels[:, 2] = 0
    labels[5, 2] = 1
    probabilities = MultiLabelHead.fit(Lesson(inputs=features, targets=labels)).predict_proba(features)[:, 2]
    assert probabilities.argmax() == 5
    assert probabilities.mean() < 0.3


def test_permuted_labels_teach_nothing():
    features, labels = make_data(300)
    others, truth = make_data(2000, seed=1)
    shuffled = np.random.default_rng(0).permutation(labels)
    scores = label_scores(truth, MultiLabelHead.fit(Lesson(inputs=features, targets=shuffled)).predict_proba(others))
    assert scores.mean_average_precision < truth.mean() + 0.1


def test_nothing_to_tell_apart_is_not_enough():
    with pytest.raises(NotEnoughLabels, match="at least one label"):
        MultiLabelHead.fit(Lesson(inputs=make_data(20)[0], targets=np.ones((20, 4))))


def test_bad_input_is_refused():
    features, labels = make_data(20)
    with pytest.raises(BadFeatures):
        MultiLabelHead.fit(Lesson(inputs=features, targets=labels[:-1]))
    with pytest.raises(BadFeatures, match="table"):
        MultiLabelHead.fit(Lesson(inputs=features, targets=labels[:, 0]))
    with pytest.raises(BadFeatures, match="codes"):
        MultiLabelHead.fit(Lesson(inputs=features, targets=labels, classes=np.arange(3)))
    with pytest.raises(BadFeatures, match="fitted on 30 features"):
        MultiLabelHead.fit(Lesson(inputs=features, targets=labels)).predict_proba(features[:, :4])
    features[0, 0] = np.nan
    with pytest.raises(BadFeatures, match="NaN"):
        MultiLabelHead.fit(Lesson(inputs=features, targets=labels))


def test_it_is_saved_and_loaded(tmp_path):
    features, labels = make_data(60)
    head = MultiLabelHead.fit(Lesson(inputs=features, targets=labels))
    path = tmp_path / "head.safetensors"
    head.save(path)
    loaded = MultiLabelHead.load(path)
    np.testing.assert_array_equal(loaded.predict_proba(features), head.predict_proba(features))
    np.testing.assert_array_equal(loaded.predict(features).given, head.predict(features).given)


def test_damaged_files_are_refused(tmp_path):
    features, labels = make_data(60)
    path = tmp_path / "head.safetensors"
    LinearHead.fit(Lesson(inputs=features, targets=labels[:, 0])).save(path)
    with pytest.raises(BadCheckpoint, match="no multi_label head"):
        MultiLabelHead.load(path)
    MultiLabelHead.fit(Lesson(inputs=features, targets=labels)).save(path)
    arrays, _ = read_head(path, kind="multi_label")
    write_head(path, kind="multi_label", arrays={**arrays, "bias": arrays["bias"][:2]})
    with pytest.raises(BadCheckpoint, match="damaged"):
        MultiLabelHead.load(path)
    del arrays["bias"]
    write_head(path, kind="multi_label", arrays=arrays)
    with pytest.raises(BadCheckpoint, match="whole head"):
        MultiLabelHead.load(path)
