"""Draws: each sample with its chance."""

import numpy as np
import pytest

from mlcore.audits.draws import (
    draw,
    stratified_chances,
    uniform_chances,
    weighted_chances,
)
from mlcore.errors import BadFeatures


def test_it_works():
    confidence = np.linspace(0.5, 1, 200)
    chances = weighted_chances(confidence, 20)
    assert chances.sum() == pytest.approx(20)
    assert (np.diff(chances) <= 1e-12).all()
    counts = np.zeros(200)
    for seed in range(2000):
        rows = draw(chances, np.random.default_rng(seed))
        assert len(set(rows.tolist())) == 20
        counts[rows] += 1
    np.testing.assert_allclose(counts / 2000, chances, atol=0.045)


def test_the_same_seed_draws_the_same():
    chances = uniform_chances(50, 7)
    first, second = (draw(chances, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_confidence_that_lies_costs_twice_the_variance_at_most():
    confidence = np.linspace(0.5, 1, 200)
    assert weighted_chances(confidence, 20).min() >= 0.5 * 20 / 200


def test_a_sample_is_never_drawn_with_more_than_certainty():
    confidence = np.r_[np.full(3, 0.5), np.full(997, 1.0)]
    chances = weighted_chances(confidence, 200)
    assert chances.max() == 1
    assert chances.sum() == pytest.approx(200)


def test_each_stratum_gets_its_share_and_rare_ones_a_few():
    strata = np.repeat([4, 7, 9], [900, 90, 10])
    chances = stratified_chances(strata, 100, fewest=5)
    totals = [chances[strata == code].sum() for code in (4, 7, 9)]
    assert sum(totals) == pytest.approx(100)
    assert totals[2] >= 5
    assert totals[0] > 70


def test_all_or_nothing_or_more_than_there_is():
    assert draw(uniform_chances(5, 5), np.random.default_rng(0)).tolist() == [0, 1, 2, 3, 4]
    assert draw(uniform_chances(5, 0), np.random.default_rng(0)).tolist() == []
    assert weighted_chances(np.ones(8), 4).tolist() == [0.5] * 8
    with pytest.raises(BadFeatures, match="Cannot draw 6 audits from 5"):
        uniform_chances(5, 6)
    with pytest.raises(BadFeatures, match="between 0 and 1"):
        weighted_chances(np.array([0.5, 1.4]), 1)
