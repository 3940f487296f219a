"""TaughtHead: a committee of a linear head and trees teaches what a linear head can say as fast."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from mlcore.audits.reliability import calibration_error, reliability
from mlcore.errors import BadCheckpoint, BadFeatures, NotEnoughLabels
from mlcore.heads import Lesson, LinearHead, TaughtHead
from mlcore.heads.committee import Committee


def rings(count, seed=0, dims=6):
    """Return points in a disc or around it, which no line separates, among columns of noise."""
    rng = np.random.default_rng(seed)
    codes = np.arange(count) % 2
    turns, radius = rng.uniform(0, 2 * np.pi, count), np.where(codes, 2.2, 0.7) + rng.normal(0, 0.15, count)
    plane = np.stack([radius * np.cos(turns), radius * np.sin(turns)], 1)
    return np.hstack([plane, 0.3 * rng.normal(size=(count, dims - 2))]).astype(np.float32), codes * 4 + 3


def lumps(count, seed=0, spread=1.0, dims=30):
    centres = np.random.default_rng(99).normal(size=(4, dims))
    rng = np.random.default_rng(seed)
    codes = np.arange(count) % 4
    return (centres[codes] + spread * rng.normal(size=(count, dims))).astype(np.float32), codes


def hits(head, features, codes):
    return float((head.classes[head.predict_proba(features).argmax(1)] == codes).mean())


def test_it_works():
    features, codes = rings(80)
    others, truth = rings(1000, seed=1)
    lesson = Lesson(inputs=features, targets=codes, pool=rings(1500, seed=2)[0])
    head = TaughtHead.fit(lesson)
    assert head.classes.tolist() == [3, 7]
    assert hits(head, others, truth) > 0.8 > 0.65 > hits(LinearHead.fit(lesson), others, truth)
    assert head.held_out_accuracy > 0.8
    np.testing.assert_allclose(head.predict_proba(others).sum(1), 1, atol=1e-5)


def test_where_lines_separate_classes_it_is_as_good_as_the_linear_head():
    told = [(TaughtHead, []), (LinearHead, [])]
    others, truth = lumps(2000, seed=9, spread=2.0)
    for seed in range(5):
        features, codes = lumps(40, seed=seed, spread=2.0)
        for kind, levels in told:
            levels.append(hits(kind.fit(Lesson(inputs=features, targets=codes, pool=others[:1000])), others, truth))
    assert np.mean(told[0][1]) > np.mean(told[1][1]) - 0.01


@pytest.mark.parametrize("labels", [10, 40])
def test_a_block_that_says_nothing_costs_little(labels):
    plain, with_noise = [], []
    for seed in range(3):
        features, codes = lumps(labels * 4, seed=seed, spread=2.5)
        others, truth = lumps(1500, seed=seed + 50, spread=2.5)
        noise = np.random.default_rng(seed).normal(size=(len(features) + len(others), 30)).astype(np.float32)
        blocks = (slice(0, 30), slice(30, 60))
        for levels, added in ((plain, noise[:, :0]), (with_noise, noise)):
            rows, asked = np.hstack([features, added[: len(features)]]), np.hstack([others, added[len(features) :]])
            lesson = Lesson(inputs=rows, targets=codes, pool=asked, seed=seed, blocks=blocks if added.size else ())
            levels.append(hits(TaughtHead.fit(lesson), asked, truth))
    assert np.mean(with_noise) > np.mean(plain) - 0.05


def test_it_is_calibrated_on_noisy_classes():
    features, codes = lumps(300, spread=4.0)
    others, truth = lumps(4000, seed=1, spread=4.0)
    head = TaughtHead.fit(Lesson(inputs=features, targets=codes, pool=others))
    assert calibration_error(reliability(head.predict_proba(others), truth, np.ones(len(others)))) < 0.08


def test_what_it_says_is_what_the_committee_says():
    features, codes = rings(80)
    pool = rings(1500, seed=2)[0]
    lesson = Lesson(inputs=features, targets=codes, pool=pool)
    said, taught = TaughtHead.fit(lesson).predict_proba(pool), Committee.fit(lesson).predict_proba(pool)
    assert (said.argmax(1) == taught.argmax(1)).mean() > 0.8
    assert said.max(1).mean() == pytest.approx(taught.max(1).mean(), abs=0.02)


def test_held_out_labels_silence_the_judge_that_errs():
    features, codes = rings(160)
    assert Committee.fit(Lesson(inputs=features, targets=codes)).say < 0.5
    assert Committee.fit(Lesson(inputs=features[:2], targets=codes[:2])).say == 0.5


@pytest.mark.parametrize("pooled", [True, False])
def test_one_label_a_class_is_enough(pooled):
    features, codes = lumps(4)
    others, truth = lumps(400, seed=1, spread=0.5)
    head = TaughtHead.fit(Lesson(inputs=features, targets=codes, pool=others if pooled else None))
    assert hits(head, others, truth) > 0.7
    assert head.held_out_accuracy is None


def test_one_class_is_not_enough():
    with pytest.raises(NotEnoughLabels, match="two classes"):
        TaughtHead.fit(Lesson(inputs=lumps(5)[0], targets=np.ones(5, int)))


def test_classes_that_were_all_seen_on_one_tile_are_told_by_their_share():
    head = TaughtHead.fit(Lesson(inputs=np.ones((6, 5), np.float32), targets=np.arange(6) % 2))
    np.testing.assert_allclose(head.predict_proba(np.ones((3, 5), np.float32)), 0.5, atol=0.05)


def test_columns_that_are_constant_do_no_harm():
    features, codes = rings(80)
    wide = np.hstack([features, np.full((80, 5), 7, np.float32)])
    others, truth = rings(500, seed=1)
    asked = np.hstack([others, np.full((500, 5), -1000, np.float32)])
    assert hits(TaughtHead.fit(Lesson(inputs=wide, targets=codes)), asked, truth) > 0.7


def test_a_column_of_nan_is_refused():
    features, codes = rings(20)
    features[:, 3] = np.nan
    with pytest.raises(BadFeatures, match="NaN or infinity"):
        TaughtHead.fit(Lesson(inputs=features, targets=codes))


def test_halves_of_any_length_are_read_as_they_are():
    features, codes = rings(80)
    head = TaughtHead.fit(Lesson(inputs=features, targets=codes))
    halves = np.tile(features.astype(np.float16), (60, 1))
    np.testing.assert_allclose(head.predict_proba(halves), head.predict_proba(halves.astype(np.float32)), atol=2e-3)


def test_the_same_seed_gives_the_same_head():
    features, codes = rings(60)
    first, second = (TaughtHead.fit(Lesson(inputs=features, targets=codes, seed=4)) for _ in range(2))
    np.testing.assert_array_equal(first.predict_proba(features), second.predict_proba(features))


def test_vectors_of_another_length_are_refused():
    features, codes = rings(20)
    with pytest.raises(BadFeatures, match="fitted on 6 features"):
        TaughtHead.fit(Lesson(inputs=features, targets=codes)).predict_proba(features[:, :5])


def test_it_is_saved_and_loaded(tmp_path):
    features, codes = rings(60)
    head = TaughtHead.fit(Lesson(inputs=features, targets=codes))
    head.save(tmp_path / "head.safetensors")
    loaded = TaughtHead.load(tmp_path / "head.safetensors")
    np.testing.assert_array_equal(loaded.predict_proba(features), head.predict_proba(features))


def test_a_linear_head_of_an_earlier_release_says_what_it_said(tmp_path):
    features, codes = lumps(60)
    old = LinearHead.fit(Lesson(inputs=features, targets=codes))
    old.save(tmp_path / "head.safetensors")
    loaded = TaughtHead.load(tmp_path / "head.safetensors")
    np.testing.assert_array_equal(loaded.predict_proba(features), old.predict_proba(features))


def test_arrays_that_do_not_fit_each_other_are_refused(tmp_path):
    features, codes = rings(60)
    path = tmp_path / "head.safetensors"
    TaughtHead.fit(Lesson(inputs=features, targets=codes)).save(path)
    arrays = load_file(path)
    metadata = {"format": "terrascribe-head-1", "kind": "taught", "notes": "{}"}
    save_file({**arrays, "bumps": arrays["bumps"][:-1]}, path, metadata=metadata)
    with pytest.raises(BadCheckpoint, match="don't fit"):
        TaughtHead.load(path)
    save_file({name: array for name, array in arrays.items() if name != "bias"}, path, metadata=metadata)
    with pytest.raises(BadCheckpoint, match="whole head"):
        TaughtHead.load(path)
