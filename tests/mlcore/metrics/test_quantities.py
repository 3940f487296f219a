"""Metrics of quantities."""

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.metrics import quantity_scores


def test_it_works():
    scores = quantity_scores(np.array([1.0, 2, 3]), np.array([1.0, 2, 6]))
    assert scores.rmse == pytest.approx(3**0.5)
    assert scores.mean_absolute_error == 1
    assert scores.explained == pytest.approx(1 - 3 / (2 / 3))


def test_the_mean_explains_nothing():
    assert quantity_scores(np.array([1.0, 2, 3]), np.full(3, 2.0)).explained == 0


def test_a_truth_that_never_varies_has_nothing_to_explain():
    assert np.isnan(quantity_scores(np.ones(3), np.ones(3)).explained)


def test_shapes_that_differ_are_refused():
    with pytest.raises(BadFeatures):
        quantity_scores(np.ones(3), np.ones(2))
