"""Calibration: the temperature and the line that repair probabilities, and where yes begins."""

import numpy as np
import pytest

from mlcore.audits.reliability import calibration_error, reliability
from mlcore.calibration import f1_threshold, fit_platt, fit_temperature, softmax
from mlcore.errors import BadFeatures


def make_logits(count=6000, *, temperature=1.0, seed=0):
    """Logits whose softmax at `temperature` is exactly how labels fall."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(count, 3)) * 2
    chances = softmax(logits).astype(np.float64).cumsum(1)
    labels = (rng.random((count, 1)) > chances / chances[:, -1:]).sum(1)
    return logits * temperature, labels


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_it_works(temperature):
    logits, labels = make_logits(temperature=temperature)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.1)


def test_a_fitted_temperature_repairs_overconfidence():
    logits, labels = make_logits(temperature=4.0)
    before, after = (
        calibration_error(reliability(softmax(logits, temperature), labels, np.ones(len(labels))))
        for temperature in (1.0, fit_temperature(logits, labels))
    )
    assert before > 0.1
    assert after < 0.03


@pytest.mark.parametrize("count", [4, 40, 400])
def test_a_few_right_answers_prove_little(count):
    labels = np.arange(count) % 2
    confidence = softmax(np.eye(2)[labels] * 5, fit_temperature(np.eye(2)[labels] * 5, labels)).max()
    assert confidence == pytest.approx(1 - 1 / (count + 2), abs=0.01)


def test_softmax_survives_huge_logits():
    np.testing.assert_allclose(softmax(np.array([[1e4, 0.0], [-1e4, 0.0]])), [[1, 0], [0, 1]])


def test_platt_finds_the_line_that_repairs_logits():
    rng = np.random.default_rng(0)
    right = rng.normal(0, 2, 5000)
    truth = rng.random(5000) < 1 / (1 + np.exp(-right))
    slope, offset = fit_platt(right * 3 + 2, truth)
    assert slope == pytest.approx(1 / 3, rel=0.1)
    assert offset == pytest.approx(-2 / 3, abs=0.15)


def test_weights_stand_for_samples_that_were_left_out():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, 8000)
    truth = rng.random(8000) < 1 / (1 + np.exp(2 - logits))
    some = truth | (rng.random(8000) < 0.25)  # a quarter of the noes
    weights = np.where(truth, 1.0, 4.0)[some]
    plain, repaired = fit_platt(logits[some], truth[some]), fit_platt(logits[some], truth[some], weights=weights)
    assert repaired[1] == pytest.approx(-2, abs=0.2)
    assert plain[1] > repaired[1] + 0.8
    said = 1 / (1 + np.exp(2 - logits))
    whole, weighed = f1_threshold(said, truth), f1_threshold(said[some], truth[some], weights=weights)
    assert whole == pytest.approx(weighed, abs=0.02)


def test_the_threshold_is_about_the_best_for_f1():
    rng = np.random.default_rng(0)
    said = rng.beta(0.5, 4, 20000)
    truth = rng.random(20000) < said
    scores = {
        cut: 2 * (truth & (said >= cut)).sum() / (truth.sum() + (said >= cut).sum())
        for cut in np.arange(0.02, 0.8, 0.02)
    }
    given = said >= f1_threshold(said, truth)
    assert 2 * (truth & given).sum() / (truth.sum() + given.sum()) > max(scores.values()) - 0.01


def test_platt_needs_both_answers():
    with pytest.raises(BadFeatures, match="both yes and no"):
        fit_platt(np.zeros(3), np.ones(3, bool))
