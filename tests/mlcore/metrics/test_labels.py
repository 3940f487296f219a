"""Metrics of multi-label predictions."""

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.metrics import average_precision, label_scores


def test_it_works():
    truth = np.array([[1, 0], [1, 1], [0, 0]])
    said = np.array([[0.9, 0.2], [0.4, 0.8], [0.6, 0.1]])
    scores = label_scores(truth, said)
    assert scores.macro_f1 == pytest.approx((0.5 + 1) / 2)
    assert scores.micro_f1 == pytest.approx(2 * 2 / (3 + 3))
    assert scores.mean_average_precision == pytest.approx(((1 + 2 / 3) / 2 + 1) / 2)


def test_average_precision_is_that_of_scikit_learn():
    from sklearn.metrics import average_precision_score

    rng = np.random.default_rng(0)
    truth, scores = rng.random(200) < 0.2, rng.random(200).round(1)  # with many ties
    assert average_precision(truth, scores) == pytest.approx(average_precision_score(truth, scores))


def test_what_is_not_known_counts_neither_way():
    truth, said = np.array([[1.0], [0.0], [1.0]]), np.array([[0.9], [0.2], [0.1]])
    unknown = truth.copy()
    unknown[2] = np.nan
    assert label_scores(unknown, said) == label_scores(truth[:2], said[:2])
    unknown[2] = -1
    assert label_scores(unknown, said).macro_f1 == 1


def test_thresholds_may_differ_by_label():
    truth, said = np.array([[1, 1], [0, 0]]), np.array([[0.3, 0.8], [0.1, 0.6]])
    assert label_scores(truth, said).macro_f1 == pytest.approx((0 + 2 / 3) / 2)
    assert label_scores(truth, said, thresholds=np.array([0.2, 0.7])).macro_f1 == 1


def test_no_positive_at_all_has_no_precision():
    assert np.isnan(average_precision(np.zeros(3, bool), np.arange(3.0)))
    assert np.isnan(label_scores(np.zeros((3, 2)), np.zeros((3, 2))).mean_average_precision)


def test_shapes_that_differ_are_refused():
    with pytest.raises(BadFeatures):
        label_scores(np.zeros((3, 2)), np.zeros((3, 3)))
