"""RegressionHead: a quantity from vectors, with intervals."""

import os
from pathlib import Path

import numpy as np
import pytest

from mlcore.errors import BadCheckpoint, BadFeatures, NotEnoughLabels
from mlcore.heads import Lesson, LinearHead, RegressionHead
from mlcore.heads.files import read_head, write_head
from mlcore.heads.regression.gaussian import _negative_likelihood, squared_distance
from mlcore.heads.regression.scale import Scale
from mlcore.heads.trees import Forest

FUEL = Path(os.environ.get("TERRASCRIBE_TEST_DATA", "../shared/data")) / "presto_pixel_timeseries/fuel_moisture/npy"


def make_data(count, *, noise=0.3, seed=0, dims=8):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(count, dims)).astype(np.float32)
    return features, np.sin(1.5 * features[:, 0]) + features[:, 1] + noise * rng.normal(size=count) + 10


def rmse(said, truth):
    return float(np.sqrt(np.mean((said - truth) ** 2)))


def test_it_works():
    features, targets = make_data(150)
    head = RegressionHead.fit(Lesson(inputs=features, targets=targets))
    others, truth = make_data(500, seed=1)
    predicted = head.predict(others)
    assert rmse(predicted.value, truth) < truth.std() / 2
    assert head.held_out_rmse == pytest.approx(rmse(predicted.value, truth), rel=0.25)
    assert (predicted.low < predicted.high).all()
    assert ((predicted.low < predicted.value) & (predicted.value < predicted.high)).mean() > 0.99
    assert (predicted.doubt > 0).all()


@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_intervals_hold_about_as_many_truths_as_they_say(coverage):
    features, targets = make_data(120, noise=0.6)
    others, truth = make_data(2000, noise=0.6, seed=1)
    predicted = RegressionHead.fit(Lesson(inputs=features, targets=targets)).predict(others, coverage=coverage)
    assert coverage - 0.06 < ((predicted.low <= truth) & (truth <= predicted.high)).mean() < coverage + 0.08


def test_doubt_is_larger_far_from_the_labels():
    features, targets = make_data(100)
    head = RegressionHead.fit(Lesson(inputs=features, targets=targets))
    assert head.predict(features + 6).doubt.mean() > 1.5 * head.predict(features).doubt.mean()


def test_permuted_targets_teach_nothing():
    features, targets = make_data(150)
    others, truth = make_data(500, seed=1)
    head = RegressionHead.fit(Lesson(inputs=features, targets=np.random.default_rng(5).permutation(targets)))
    assert rmse(head.predict(others).value, truth) > 0.95 * truth.std()
    assert head.held_out_rmse > 0.95 * targets.std()


def test_skewed_quantities_stay_positive():
    features, targets = make_data(200, noise=0.1)
    skewed = np.exp(targets - 9)
    head = RegressionHead.fit(Lesson(inputs=features, targets=skewed))
    others, truth = make_data(1000, noise=0.1, seed=1)
    predicted = head.predict(others)
    assert head.models[0].scale.logarithmic
    assert (predicted.low > 0).all()
    assert rmse(np.log(predicted.value), truth - 9) < truth.std() / 2


def test_means_of_skewed_quantities_are_not_told_too_low():
    logs = np.random.default_rng(0).normal(0, 1, 5000)
    scale = Scale.of(np.exp(logs), logarithmic=True).corrected(logs)
    assert scale.restore(np.zeros(1))[0] == pytest.approx(1, rel=0.1)  # the median
    assert scale.mean(np.zeros(1))[0] == pytest.approx(np.exp(0.5), rel=0.1)


def test_blocks_find_the_columns_that_matter():
    features, targets = make_data(60, dims=2)
    others, truth = make_data(500, seed=1, dims=2)
    rng = np.random.default_rng(3)
    wide = np.hstack([features, rng.normal(size=(60, 80))]).astype(np.float32)
    more = np.hstack([others, rng.normal(size=(500, 80))]).astype(np.float32)
    alone = rmse(RegressionHead.fit(Lesson(inputs=wide, targets=targets)).predict(more).value, truth)
    told = rmse(
        RegressionHead.fit(Lesson(inputs=wide, targets=targets, blocks=[slice(0, 2), slice(2, 82)]))
        .predict(more)
        .value,
        truth,
    )
    assert told < 0.85 * alone


def test_groups_make_intervals_wider_where_groups_differ():
    features, _ = make_data(120)
    rng = np.random.default_rng(4)
    sites = np.repeat(np.arange(12), 10)
    targets = rng.normal(0, 3, 12)[sites] + 0.1 * rng.normal(size=120)
    features[:, 0] = sites + 0.01 * rng.normal(size=120)  # the site can be read from the features
    plain, honest = (
        RegressionHead.fit(Lesson(inputs=features, targets=targets)),
        RegressionHead.fit(Lesson(inputs=features, targets=targets, groups=sites)),
    )
    assert honest.held_out_rmse > 1.5 * plain.held_out_rmse


def test_columns_that_say_nothing_change_little():
    features, targets = make_data(80)
    padded = np.hstack([features, np.full((80, 3), 7, np.float32)])
    first, second = (
        RegressionHead.fit(Lesson(inputs=features, targets=targets)),
        RegressionHead.fit(Lesson(inputs=padded, targets=targets)),
    )
    np.testing.assert_allclose(first.predict(features).value, second.predict(padded).value, atol=0.8)


def test_five_labels_are_enough_and_four_are_not():
    features, targets = make_data(5)
    assert np.isfinite(RegressionHead.fit(Lesson(inputs=features, targets=targets)).predict(features).high).all()
    with pytest.raises(NotEnoughLabels, match="at least 5"):
        RegressionHead.fit(Lesson(inputs=features[:4], targets=targets[:4]))


def test_a_single_value_is_not_enough():
    with pytest.raises(NotEnoughLabels):
        RegressionHead.fit(Lesson(inputs=make_data(20)[0], targets=np.full(20, 3.0)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_a_number_is_refused(bad):
    features, targets = make_data(20)
    head = RegressionHead.fit(Lesson(inputs=features, targets=targets))
    targets[2] = bad
    with pytest.raises(BadFeatures, match="target is NaN"):
        RegressionHead.fit(Lesson(inputs=features, targets=targets))
    features[3, 3] = bad
    with pytest.raises(BadFeatures, match="NaN or infinity"):
        RegressionHead.fit(Lesson(inputs=features, targets=make_data(20)[1]))
    with pytest.raises(BadFeatures, match="NaN or infinity"):
        head.predict(features)


def test_shapes_that_contradict_each_other_are_refused():
    features, targets = make_data(20)
    with pytest.raises(BadFeatures):
        RegressionHead.fit(Lesson(inputs=features, targets=targets[:-1]))
    with pytest.raises(BadFeatures):
        RegressionHead.fit(Lesson(inputs=features, targets=targets, groups=np.zeros(3)))
    head = RegressionHead.fit(Lesson(inputs=features, targets=targets))
    with pytest.raises(BadFeatures, match="fitted on 8 features"):
        head.predict(features[:, :5])
    with pytest.raises(BadFeatures, match="Coverage"):
        head.predict(features, coverage=1.0)


def test_the_same_seed_gives_the_same_head():
    features, targets = make_data(40)
    first, second = (
        RegressionHead.fit(Lesson(inputs=features, targets=targets, seed=2)).predict(features).value for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_one_block_of_everything_is_none():
    features, targets = make_data(60, dims=30)
    others, _ = make_data(50, seed=1, dims=30)
    told, plain = (
        RegressionHead.fit(Lesson(inputs=features, targets=targets, blocks=blocks)).predict(others)
        for blocks in ([slice(0, 30)], None)
    )
    np.testing.assert_array_equal(told.value, plain.value)


@pytest.mark.parametrize("blocks", [None, [slice(0, 3), slice(3, 30)]])
def test_it_is_saved_and_loaded(blocks, tmp_path):
    features, targets = make_data(40, dims=30)
    head = RegressionHead.fit(Lesson(inputs=features, targets=np.exp(targets / 3), blocks=blocks))
    head.save(tmp_path / "head.safetensors")
    first, second = head.predict(features), RegressionHead.load(tmp_path / "head.safetensors").predict(features)
    for name in ("value", "low", "high", "doubt"):
        np.testing.assert_allclose(getattr(first, name), getattr(second, name))


def test_heads_of_another_kind_and_trees_that_go_round_in_circles_are_refused(tmp_path):
    features, targets = make_data(40)
    path = tmp_path / "head.safetensors"
    LinearHead.fit(Lesson(inputs=features, targets=np.arange(40) % 2)).save(path)
    with pytest.raises(BadCheckpoint, match="no regression head"):
        RegressionHead.load(path)
    RegressionHead.fit(Lesson(inputs=features, targets=targets)).save(path)
    arrays, notes = read_head(path, kind="regression")
    arrays["model0.forest0.child"] = np.where(arrays["model0.forest0.child"] > 0, 0, -1).astype(np.int32)
    write_head(path, kind="regression", arrays=arrays, notes=notes)
    with pytest.raises(BadCheckpoint, match="damaged"):
        RegressionHead.load(path)
    del arrays["model0.anchors"]
    write_head(path, kind="regression", arrays=arrays, notes=notes)
    with pytest.raises(BadCheckpoint, match="whole head"):
        RegressionHead.load(path)


def test_trees_say_what_scikit_learn_says():
    from sklearn.ensemble import ExtraTreesRegressor

    features, targets = make_data(200)
    ours = Forest.fit(features, targets, trees=10, seed=3)
    theirs = ExtraTreesRegressor(10, min_samples_leaf=2, max_features=0.7, random_state=3).fit(features, targets)
    others, _ = make_data(5000, seed=1)
    np.testing.assert_allclose(ours.predict(others).mean(1), theirs.predict(others), atol=1e-5)


def test_the_gradient_of_the_likelihood_is_that_of_its_differences():
    from scipy.optimize import check_grad

    rng = np.random.default_rng(0)
    blocks = [rng.normal(size=(30, 3)), rng.normal(size=(30, 2))]
    given = (
        np.stack([squared_distance(block, block) for block in blocks]),
        np.stack([block @ block.T for block in blocks]),
        rng.normal(size=30),
        np.zeros(6),
    )
    at = rng.normal(size=6) / 2
    assert (
        check_grad(lambda x: _negative_likelihood(x, *given)[0], lambda x: _negative_likelihood(x, *given)[1], at)
        < 1e-4
    )


@pytest.mark.skipif(not FUEL.is_dir(), reason=f"Needs the fuel moisture data in {FUEL}.")
def test_it_beats_the_mean_on_real_sites_that_it_has_not_seen():
    series, targets, site = (np.load(FUEL / f"{name}.npy") for name in ("s1_s2_era5_srtm", "target", "site"))
    place, test = np.load(FUEL / "latlon.npy"), np.load(FUEL / "is_test.npy") > 0
    features = np.hstack([series.mean(1), series[:, 2] - series[:, 0], place]).astype(np.float32)
    train = np.random.default_rng(0).permutation(np.flatnonzero(~test))[:200]
    head = RegressionHead.fit(
        Lesson(inputs=features[train], targets=targets[train], groups=site[train], blocks=[slice(0, 36)])
    )
    predicted = head.predict(features[test])
    assert rmse(predicted.value, targets[test]) < 31 < targets[test].std()
    assert 0.85 < ((predicted.low <= targets[test]) & (targets[test] <= predicted.high)).mean() < 0.98
