"""The light head's solver beside scikit-learn's."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mlcore.heads.descent import softmax_regression


@pytest.mark.parametrize("classes", [2, 3, 6])
@pytest.mark.parametrize("strength", [0.03, 3.0])
def test_it_works(classes, strength):
    rng = np.random.default_rng(classes)
    targets = np.where(rng.random(120) < 0.3, 0, np.arange(120) % classes)
    inputs = rng.normal(size=(120, 20)) + np.eye(20)[targets]
    model = LogisticRegression(C=strength, class_weight="balanced", tol=1e-5, max_iter=1000).fit(inputs, targets)
    weights, bias = softmax_regression(inputs, targets, strength)
    odds = np.exp(inputs @ weights + bias)
    np.testing.assert_allclose(odds / odds.sum(1, keepdims=True), model.predict_proba(inputs), atol=0.02)


def test_the_same_rows_give_the_same_weights():
    inputs, targets = np.random.default_rng(0).normal(size=(30, 5)), np.arange(30) % 3
    first, second = (softmax_regression(inputs, targets, 1.0) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
