"""Modalities that disagree: samples of which a sensor changes the answer."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.query import Pool, choose
from mlcore.query.modalities import divergence, furthest

SURE, OTHER, TORN = [0.98, 0.02], [0.02, 0.98], [0.5, 0.5]


def pool_of(left_out, full=(SURE,) * 3, **more):
    said = {name: np.array(rows, np.float32) for name, rows in left_out.items()}
    features = np.arange(len(full) * 2).reshape(-1, 2).astype(np.float32)
    return Pool(
        features,
        np.arange(len(full)),
        np.zeros(0, int),
        np.array(full, np.float32),
        left_out=said,
        **{"names": ("Water", "Forest"), **more},
    )


def test_it_works():
    pool = pool_of({"sar": [SURE, OTHER, TORN], "optical": [SURE] * 3})
    picks = choose("modality_disagreement", pool, 2)
    assert picks.indices.tolist() == [1, 2]
    assert picks.reasons == ("Water, but without the radar Forest", "Water 98 %, without the radar 50 %")


def test_of_many_alike_one_is_asked_for():
    full = [SURE] * 40
    features = np.zeros((40, 2), np.float32)
    features[20:] = 5
    features += np.random.default_rng(1).normal(0, 0.01, features.shape)
    pool = replace(pool_of({"sar": [OTHER] * 20 + [TORN] * 20}, full), features=features)
    picks = choose("modality_disagreement", pool, 4)
    assert {row // 20 for row in picks.indices.tolist()} == {0, 1}


def test_what_cannot_be_left_out_changes_nothing():
    nothing = [np.nan, np.nan]
    pool = pool_of({"sar": [nothing, TORN, nothing], "optical": [nothing, SURE, OTHER]})
    levels, blamed = furthest(pool.probabilities, pool.left_out)
    assert np.isnan(levels[0])
    assert blamed[1:].tolist() == [0, 1]
    picks = choose("modality_disagreement", pool, 3)
    assert picks.indices.tolist() == [2, 1, 0]
    assert picks.reasons[2] == "no sensor changes the answer"


@pytest.mark.parametrize(("one", "other", "bits"), [(SURE, SURE, 0), ([1, 0], [0, 1], 1), ([1, 0], TORN, 0.3113)])
def test_the_divergence_is_in_bits_and_the_same_both_ways(one, other, bits):
    for first, second in ((one, other), (other, one)):
        assert divergence(np.array([first]), np.array([second]))[0] == pytest.approx(bits, abs=1e-3)
