"""margin_cluster and auto: unsure, but never twice the same."""

from dataclasses import replace

import numpy as np

from mlcore.query import Pool, choose
from tests.mlcore.query.pools import Near, make_pool


def test_it_works():
    rng = np.random.default_rng(0)
    features = np.repeat(5 * rng.normal(size=(4, 6)), 10, axis=0) + 0.1 * rng.normal(size=(40, 6))
    likeliest = np.where(np.arange(40) < 30, 0.55, 0.5)
    probabilities = np.stack([likeliest, 1 - likeliest], 1).astype(np.float32)
    pool = Pool(features, np.arange(40), np.zeros(0, int), probabilities)
    assert sorted((choose("margin_cluster", pool, 4).indices // 10).tolist()) == [0, 1, 2, 3]
    assert (choose("margin", pool, 4).indices // 10 == 3).all()


def test_the_least_sure_comes_first():
    pool, _ = make_pool(labelled=30)
    assert choose("margin_cluster", pool, 10).indices[0] == choose("margin", pool, 1).indices[0]


def test_places_spread_a_batch_of_like_samples():
    places = np.repeat([[0.0, 0], [9000, 0], [0, 9000], [9000, 9000]], 10, axis=0)
    alike = np.random.default_rng(0).normal(0, 1, (40, 3)) * [1, 1e-6, 1e-6]
    pool = Pool(alike, np.arange(40), np.zeros(0, int), np.full((40, 2), 0.5, np.float32), xy=places)
    assert len(set(choose("margin_cluster", pool, 12).indices // 10)) == 4


def test_auto_covers_the_pool_first_and_what_is_in_doubt_later():
    for labelled, name in (
        (0, "max_herding"),
        (11, "max_herding"),
        (12, "uncertainty_herding"),
        (60, "uncertainty_herding"),
    ):
        pool, _ = make_pool(labelled=labelled)
        np.testing.assert_array_equal(choose("auto", pool, 9).indices, choose(name, pool, 9).indices)
    pool, _ = make_pool(labelled=60)
    blind = replace(pool, probabilities=None)
    np.testing.assert_array_equal(choose("auto", blind, 9).indices, choose("max_herding", blind, 9).indices)


def test_a_quantity_is_asked_for_by_what_tells_most_of_others_and_never_by_doubt():
    pool, _ = make_pool(labelled=60, probabilities=False)
    amounts = replace(pool, ensemble=np.random.default_rng(0).normal(size=(400, 5)))
    np.testing.assert_array_equal(choose("auto", amounts, 9).indices, choose("max_herding", amounts, 9).indices)
    ends = np.random.default_rng(1).normal(size=(400, 2)).cumsum(1)
    sized = replace(amounts, intervals=np.sort(ends, axis=1))
    np.testing.assert_array_equal(choose("auto", sized, 9).indices, choose("max_herding", sized, 9).indices)
    learnt = replace(sized, amounts=Near())
    told = choose("variance_reduction", learnt, 9).indices
    np.testing.assert_array_equal(choose("auto", learnt, 9).indices, told)
