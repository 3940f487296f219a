"""LinearHead: a classifier on frozen vectors."""

import numpy as np
import pytest

from mlcore.audits.reliability import calibration_error, reliability
from mlcore.errors import BadCheckpoint, BadFeatures, NotEnoughLabels
from mlcore.heads import Lesson, LinearHead, PixelHead


def make_data(count, *, classes=4, spread=1.0, seed=0, dims=40):
    centres = np.random.default_rng(99).normal(size=(classes, dims))
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    return (centres[labels] + spread * rng.normal(size=(count, dims))).astype(np.float32), labels * 10 + 3


def test_it_works():
    features, labels = make_data(120)
    head = LinearHead.fit(Lesson(inputs=features, targets=labels))
    others, truth = make_data(400, seed=1)
    probabilities = head.predict_proba(others)
    assert head.classes.tolist() == [3, 13, 23, 33]
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)
    assert (head.classes[probabilities.argmax(1)] == truth).mean() > 0.95
    assert head.held_out_accuracy > 0.9


def test_halves_are_read_as_they_are():
    features, labels = make_data(120)
    scales = np.array([1e-4, 1e-2, 1, 100] * 10, np.float32)  # small columns have large weights, some subnormal values
    halves = (features * scales).astype(np.float16)
    head = LinearHead.fit(Lesson(inputs=halves, targets=labels))
    np.testing.assert_allclose(
        head.predict_proba(np.tile(halves, (40, 1))),
        head.predict_proba(np.tile(halves.astype(np.float32), (40, 1))),
        atol=1e-4,
    )
    halves[3, 5] = np.inf
    with np.errstate(invalid="ignore"):
        assert np.isfinite(head.predict_proba(halves)).all(1).tolist().count(False) == 1


def test_two_labels_of_two_classes_are_enough():
    features, labels = make_data(2, classes=2)
    head = LinearHead.fit(Lesson(inputs=features, targets=labels))
    assert (head.classes[head.predict_proba(features).argmax(1)] == labels).all()
    assert head.held_out_accuracy is None


def test_one_class_is_not_enough():
    features, _ = make_data(5)
    with pytest.raises(NotEnoughLabels, match="two classes"):
        LinearHead.fit(Lesson(inputs=features, targets=np.ones(5, int)))


def test_it_is_calibrated_on_noisy_classes():
    features, labels = make_data(300, spread=4.0)
    head = LinearHead.fit(Lesson(inputs=features, targets=labels))
    others, truth = make_data(4000, spread=4.0, seed=1)
    positions = np.searchsorted(head.classes, truth)
    assert calibration_error(reliability(head.predict_proba(others), positions, np.ones(len(others)))) < 0.08


def test_a_class_with_one_label_is_kept():
    features, labels = make_data(61)
    labels[60] = 99
    head = LinearHead.fit(Lesson(inputs=features, targets=labels))
    assert 99 in head.classes
    assert np.isfinite(head.predict_proba(features)).all()


def test_columns_that_say_nothing_change_nothing():
    features, labels = make_data(60)
    padded = np.hstack([features, np.full((60, 5), 7, np.float32)])
    first, second = (
        LinearHead.fit(Lesson(inputs=features, targets=labels)),
        LinearHead.fit(Lesson(inputs=padded, targets=labels)),
    )
    padded[:, -5:] = -1000
    np.testing.assert_allclose(first.predict_proba(features), second.predict_proba(padded), atol=1e-4)


def test_the_scale_of_a_column_changes_nothing():
    features, labels = make_data(200)
    scales = np.float32(10) ** np.linspace(-1, 4, features.shape[1], dtype=np.float32)
    first = LinearHead.fit(Lesson(inputs=features, targets=labels, pool=features))
    second = LinearHead.fit(Lesson(inputs=features * scales, targets=labels, pool=features * scales))
    np.testing.assert_allclose(first.predict_proba(features), second.predict_proba(features * scales), atol=0.02)


def test_it_reads_float16_memory_maps_in_chunks(tmp_path):
    features, labels = make_data(80)
    stored = np.memmap(tmp_path / "vectors", np.float16, "w+", shape=(70_000, features.shape[1]))
    stored[:] = np.resize(features, stored.shape)
    head = LinearHead.fit(Lesson(inputs=features, targets=labels))
    probabilities = head.predict_proba(stored)
    np.testing.assert_allclose(probabilities[:80], head.predict_proba(features), atol=0.02)


def test_the_same_seed_gives_the_same_head():
    features, labels = make_data(100, spread=3)
    first, second = (
        LinearHead.fit(Lesson(inputs=features, targets=labels, seed=4)).predict_proba(features) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_features_that_are_not_numbers_are_refused(bad):
    features, labels = make_data(20)
    features[3, 3] = bad
    with pytest.raises(BadFeatures, match="NaN or infinity"):
        LinearHead.fit(Lesson(inputs=features, targets=labels))


def test_vectors_of_another_length_are_refused():
    features, labels = make_data(20)
    with pytest.raises(BadFeatures, match="fitted on 40 features"):
        LinearHead.fit(Lesson(inputs=features, targets=labels)).predict_proba(features[:, :5])


def test_it_is_saved_and_loaded(tmp_path):
    features, labels = make_data(60, spread=2)
    head = LinearHead.fit(Lesson(inputs=features, targets=labels))
    head.save(tmp_path / "head.safetensors")
    loaded = LinearHead.load(tmp_path / "head.safetensors")
    np.testing.assert_array_equal(loaded.predict_proba(features), head.predict_proba(features))


def test_a_head_of_another_kind_is_refused(tmp_path):
    features, labels = make_data(20)
    LinearHead.fit(Lesson(inputs=features, targets=labels)).save(tmp_path / "head.safetensors")
    with pytest.raises(BadCheckpoint, match="no pixels head"):
        PixelHead.load(tmp_path / "head.safetensors")


def test_a_damaged_file_is_refused(tmp_path):
    (tmp_path / "head.safetensors").write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(BadCheckpoint, match="not a readable head"):
        LinearHead.load(tmp_path / "head.safetensors")


def test_permuted_labels_teach_nothing():
    features, labels = make_data(200)
    shuffled = np.random.default_rng(0).permutation(labels)
    others, truth = make_data(1000, seed=1)
    head = LinearHead.fit(Lesson(inputs=features, targets=shuffled))
    assert (head.classes[head.predict_proba(others).argmax(1)] == truth).mean() < 0.45  # of four classes
    assert head.held_out_accuracy < 0.45
