"""choose: what holds for every strategy."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.errors import BadFeatures, UnknownName
from mlcore.query import NEEDS, STRATEGIES, Detections, Pool, choose, get_strategy
from tests.mlcore.query.pools import Near, make_pool, with_evidence

EVERY = pytest.mark.parametrize("name", sorted(STRATEGIES))


def pool_for(name, **facts):
    """Change has two classes, everything else four."""
    pool, _ = make_pool(classes=2 if name == "change" else 4, **facts)
    return with_evidence(pool)


@EVERY
def test_it_works(name):
    pool = pool_for(name, labelled=30)
    picks = choose(name, pool, 20)
    assert len(picks.indices) == len(picks.scores) == len(picks.reasons) == 20
    assert len(set(picks.indices.tolist())) == 20
    assert set(picks.indices) <= set(pool.candidates)
    assert picks.indices.dtype == np.int64
    assert picks.scores.dtype == np.float32
    assert all(reason and len(reason) < 80 for reason in picks.reasons)
    assert (np.diff(picks.scores) <= 1e-6).all()


@EVERY
def test_the_same_seed_gives_the_same_picks(name):
    pool = pool_for(name, labelled=30)
    np.testing.assert_array_equal(choose(name, pool, 20).indices, choose(name, pool, 20).indices)


@EVERY
def test_it_gives_what_is_left_when_less_is_left(name):
    pool = pool_for(name, labelled=30)
    few = replace(pool, candidates=pool.candidates[:5])
    assert sorted(choose(name, few, 20).indices) == sorted(few.candidates)


@EVERY
def test_one_candidate_is_picked(name):
    pool = pool_for(name, labelled=30)
    assert choose(name, replace(pool, candidates=pool.candidates[-1:]), 1).indices.tolist() == [pool.candidates[-1]]


@EVERY
def test_nothing_is_picked_from_nothing(name):
    pool = pool_for(name)
    assert choose(name, replace(pool, candidates=np.zeros(0, int)), 5).reasons == ()
    assert choose(name, pool, 0).indices.shape == (0,)


@EVERY
def test_identical_samples_are_still_picked_once_each(name):
    sure = np.full((50, 2), 0.5, np.float32)
    same = Pool(np.ones((50, 6), np.float16), np.arange(3, 50), np.arange(3), sure, labels=np.array([0, 1, 0]))
    same = replace(
        same,
        tags=sure,
        ensemble=sure,
        intervals=sure,
        amounts=Near(),
        detections=Detections(np.zeros(0, int), np.zeros(0, np.float32)),
        left_out={"s1": sure},
    )
    assert len(set(choose(name, same, 10).indices.tolist())) == 10


@pytest.mark.parametrize(
    "name", ["k_center", "badge", "typiclust", "max_herding", "uncertainty_herding", "margin_cluster", "auto"]
)
def test_features_that_are_not_numbers_are_refused(name):
    pool, _ = make_pool(labelled=30)
    pool.features[:] = np.nan
    with pytest.raises(BadFeatures, match="NaN"):
        choose(name, pool, 5)


@pytest.mark.parametrize(
    "name", ["margin", "entropy", "least_confidence", "badge", "uncertainty_herding", "margin_cluster", "rare_class"]
)
def test_probabilities_that_are_not_numbers_are_refused(name):
    pool, _ = make_pool(labelled=30)
    pool.probabilities[pool.candidates[0], 0] = np.nan
    with pytest.raises(BadFeatures, match="NaN"):
        choose(name, pool, 5)


def test_a_strategy_that_needs_probabilities_says_so():
    pool, _ = make_pool(probabilities=False)
    with pytest.raises(BadFeatures, match="before the first fit"):
        choose("margin", pool, 5)


def test_an_unknown_strategy_lists_the_right_ones():
    with pytest.raises(UnknownName, match="auto, badge, boxes"):
        get_strategy("oracle")


def test_arrays_that_do_not_fit_each_other_are_refused():
    with pytest.raises(BadFeatures, match="10 features but 9 probabilities"):
        Pool(np.zeros((10, 2)), np.arange(10), np.zeros(0, int), np.zeros((9, 2), np.float32))
    with pytest.raises(BadFeatures, match="outside"):
        Pool(np.zeros((10, 2)), np.array([10]), np.zeros(0, int))


def test_it_reads_memory_maps(tmp_path):
    pool, _ = make_pool(labelled=30)
    stored = np.memmap(tmp_path / "vectors", np.float16, "w+", shape=pool.features.shape)
    stored[:] = pool.features
    np.testing.assert_array_equal(
        choose("max_herding", replace(pool, features=stored), 9).indices, choose("max_herding", pool, 9).indices
    )


@pytest.mark.parametrize("name", sorted(set(STRATEGIES) - {"change", "modality_disagreement"}))
def test_one_class_alone_is_no_reason_to_stop(name):
    pool = replace(pool_for(name, labelled=30), probabilities=np.ones((400, 1), np.float32))
    pool = replace(pool, labels=np.zeros(30, int))
    assert len(set(choose(name, pool, 10).indices.tolist())) == 10


@pytest.mark.parametrize("name", ["auto", "rare_class", "badge"])
def test_labels_of_classes_that_the_model_does_not_know_yet_are_passed_over(name):
    pool = pool_for(name, labelled=30)
    labels = np.arange(30) % 6  # the model knows four
    assert len(choose(name, replace(pool, labels=labels), 10).indices) == 10


def test_labels_must_go_with_the_covered_rows():
    with pytest.raises(BadFeatures, match="2 covered rows but 1 labels"):
        Pool(np.zeros((5, 2)), np.arange(2, 5), np.arange(2), labels=np.zeros(1, int))


def test_strategies_that_need_more_than_classes_say_what():
    assert set(NEEDS) < set(STRATEGIES)
    pool, _ = make_pool(labelled=30)
    for name in STRATEGIES:
        if name in NEEDS:
            with pytest.raises(BadFeatures):
                choose(name, pool, 3)
        else:
            assert len(choose(name, pool, 3).indices) == 3
