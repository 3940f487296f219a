"""Metrics: shares, F1, overlap and honest intervals."""

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.metrics import (
    accuracy,
    confusion,
    f1_scores,
    intersection_over_union,
    macro_f1,
    wilson_interval,
)

TRUTH = np.array([0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 1, 1, 1, 0])


def test_it_works():
    assert accuracy(TRUTH, PREDICTED) == pytest.approx(4 / 6)
    assert confusion(TRUTH, PREDICTED, 3).tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]
    assert macro_f1(TRUTH, PREDICTED, 3) == pytest.approx((4 / 6 + 4 / 5 + 0) / 3)


def test_pairs_count_by_their_weights():
    counts = confusion(np.array([0, 0, 1]), np.array([0, 1, 1]), 2, weights=np.array([0.25, 0.75, 1]))
    assert counts.tolist() == [[0.25, 0.75], [0, 1]]


def test_overlap_of_each_class():
    ratios = intersection_over_union(confusion(TRUTH, PREDICTED, 4))
    np.testing.assert_allclose(ratios, [2 / 4, 2 / 3, 0, np.nan])


def test_a_class_that_is_nowhere_does_not_count():
    assert np.isnan(f1_scores(confusion(TRUTH, PREDICTED, 4))[3])
    assert macro_f1(TRUTH, PREDICTED, 4) == macro_f1(TRUTH, PREDICTED, 3)


def test_wilson_interval_of_a_known_example():
    interval = wilson_interval(8, 10)
    assert interval.value == 0.8
    assert (interval.low, interval.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


@pytest.mark.parametrize("successes", [0, 5])
def test_wilson_intervals_hold_their_share_at_the_ends(successes):
    interval = wilson_interval(successes, 5)
    assert 0 <= interval.low <= interval.value <= interval.high <= 1
    assert interval.high - interval.low > 0.3


def test_nothing_known_is_the_whole_range():
    value, low, high = wilson_interval(0, 0)
    assert np.isnan(value)
    assert (low, high) == (0, 1)


def test_arrays_of_different_length_are_refused():
    with pytest.raises(BadFeatures):
        accuracy(TRUTH, PREDICTED[:3])
