"""find_mistakes: labels that a confident model contradicts."""

import numpy as np
import pytest

from mlcore.audits.mistakes import find_mistakes
from mlcore.errors import BadFeatures


def noisy(count=500, wrong=25):
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, count)
    logits = rng.normal(size=(count, 3)) + 5 * np.eye(3)[truth]
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = truth.copy()
    flipped = rng.choice(count, wrong, replace=False)
    labels[flipped] = (labels[flipped] + 1) % 3
    return labels, chances, flipped, truth


def test_it_works():
    labels, chances, flipped, truth = noisy()
    mistakes = find_mistakes(labels, chances, most=25)
    assert len(np.intersect1d(mistakes.rows, flipped)) > 20
    np.testing.assert_array_equal(mistakes.suggested[:10], truth[mistakes.rows[:10]])
    assert (np.diff(mistakes.scores) <= 0).all()
    assert "not knowing this label" in mistakes.reasons[0]


def test_right_labels_are_left_alone():
    _, chances, _, truth = noisy()
    assert len(find_mistakes(truth, chances).rows) < 10


def test_one_class_alone_has_no_mistakes():
    assert find_mistakes(np.zeros(9, int), np.ones((9, 1))).reasons == ()
    assert find_mistakes(np.zeros(0, int), np.ones((0, 2))).reasons == ()


def test_what_does_not_fit_is_refused():
    with pytest.raises(BadFeatures, match="finite"):
        find_mistakes(np.zeros(2, int), np.full((2, 2), np.nan))
