"""Metrics of object boxes."""

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.metrics import box_average_precision, overlaps

TREES = np.array([[0, 0, 10, 10], [20, 20, 30, 30]], float)


def test_it_works():
    said = np.array([[0, 0, 10, 9], [50, 50, 60, 60], [21, 20, 30, 30]], float)
    assert box_average_precision([TREES], [said], [np.array([0.9, 0.8, 0.7])]) == pytest.approx((1 + 2 / 3) / 2)


def test_overlaps_are_intersection_over_union():
    shares = overlaps(TREES, np.array([[0, 0, 5, 10], [0, 0, 10, 10], [5, 5, 5, 5]]))
    np.testing.assert_allclose(shares, [[0.5, 1, 0], [0, 0, 0]])


def test_a_tree_is_found_once():
    twice = np.concatenate([TREES[:1], TREES[:1]])
    assert box_average_precision([TREES[:1]], [twice], [np.array([0.9, 0.8])]) == 1
    assert box_average_precision([TREES], [twice], [np.array([0.9, 0.8])]) == 0.5


def test_nothing_said_finds_nothing_and_nothing_true_says_nothing():
    assert box_average_precision([TREES], [np.zeros((0, 4))], [np.zeros(0)]) == 0
    assert np.isnan(box_average_precision([np.zeros((0, 4))], [TREES], [np.ones(2)]))


def test_tiles_that_do_not_match_are_refused():
    with pytest.raises(BadFeatures):
        box_average_precision([TREES], [], [])
