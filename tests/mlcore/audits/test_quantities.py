"""Errors of a quantity by audits, and agreement on one: published figures, and intervals that hold in simulation."""

import numpy as np
import pytest
from scipy.stats import f_oneway

from mlcore.audits.quantities import intraclass_correlation, quantity_errors
from mlcore.errors import BadFeatures, NotEnoughLabels

SHROUT_AND_FLEISS = np.array(  # table 2 of their paper of 1979: four judges of six targets
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)


def test_it_works() -> None:
    truth, said = np.array([10.0, 20.0, 30.0, 40.0]), np.array([11.0, 18.0, 33.0, 40.0])
    errors = quantity_errors(truth, said, said - 2, said + 2, np.full(4, 0.1))
    assert errors.rmse.value == pytest.approx(np.sqrt(14 / 4))
    assert errors.mae.value == pytest.approx(1.5)
    assert errors.bias.value == pytest.approx(0.5)
    assert errors.coverage.value == pytest.approx(0.75)
    for told in (errors.rmse, errors.mae, errors.bias, errors.coverage):
        assert told.low < told.value < told.high
    assert errors.rmse.low > 0 and errors.mae.low > 0 > errors.bias.low


def test_an_audit_weighs_by_how_rarely_it_is_drawn() -> None:
    truth, said = np.zeros(2), np.array([1.0, 4.0])
    errors = quantity_errors(truth, said, said, said, np.array([0.5, 0.1]))
    assert errors.mae.value == pytest.approx((2 * 1 + 10 * 4) / 12)
    assert errors.coverage.value == 0


def test_where_all_are_audited_nothing_is_left_to_chance() -> None:
    said = np.array([1.0, 2.0, 4.0])
    errors = quantity_errors(np.zeros(3), said, said, said, np.ones(3))
    assert errors.mae.low == pytest.approx(errors.mae.value) == pytest.approx(errors.mae.high)


def test_one_audit_tells_no_interval() -> None:
    errors = quantity_errors(np.ones(1), np.ones(1), np.ones(1), np.ones(1), np.full(1, 0.1))
    assert np.isnan(errors.rmse.value) and np.isnan(errors.bias.low)
    assert errors.coverage.value == 1 and errors.coverage.low < 0.5


def test_a_perfect_model_is_told_as_one() -> None:
    errors = quantity_errors(np.ones(3), np.ones(3), np.ones(3), np.ones(3), np.full(3, 0.1))
    assert (errors.rmse.value, errors.mae.value, errors.bias.value) == (0, 0, 0)


@pytest.mark.parametrize("noise", ["even", "heavy"])
def test_intervals_hold_the_truth_of_the_pool(noise: str) -> None:
    rng, held = np.random.default_rng(0), np.zeros(3)
    drawn, runs = 60, 400
    for _ in range(runs):
        errors = rng.normal(1, 5, 2000) if noise == "even" else 1 + 3 * rng.standard_t(5, 2000)
        chances = np.where(np.abs(errors) > 5, 2.0, 1.0)
        chances *= drawn / chances.sum()
        audited = np.flatnonzero(rng.random(2000) < chances)
        off = errors[audited]
        told = quantity_errors(np.zeros(len(off)), off, off - 5, off + 5, chances[audited])
        truths = (np.sqrt(np.mean(errors**2)), np.abs(errors).mean(), errors.mean())
        held += [
            each.low <= truth <= each.high for each, truth in zip((told.rmse, told.mae, told.bias), truths, strict=True)
        ]
    assert (held / runs > (0.92 if noise == "even" else 0.88)).all(), held / runs


def test_errors_need_finite_numbers_of_one_length() -> None:
    with pytest.raises(BadFeatures, match="as many finite"):
        quantity_errors(np.ones(2), np.ones(3), np.ones(3), np.ones(3), np.ones(3))
    with pytest.raises(BadFeatures, match="as many finite"):
        quantity_errors(np.ones(2), np.array([1.0, np.nan]), np.ones(2), np.ones(2), np.ones(2))
    with pytest.raises(BadFeatures, match="needs audits"):
        quantity_errors(np.ones(0), np.ones(0), np.ones(0), np.ones(0), np.ones(0))


def test_agreement_is_what_shrout_and_fleiss_print() -> None:
    told = intraclass_correlation(list(SHROUT_AND_FLEISS))
    assert told.value == pytest.approx(0.17, abs=0.005)
    assert (told.low, told.high) == (pytest.approx(-0.13, abs=0.005), pytest.approx(0.72, abs=0.005))


def test_agreement_goes_by_the_analysis_of_variance() -> None:
    answers = np.random.default_rng(1).normal(size=(20, 1)) + np.random.default_rng(2).normal(size=(20, 3)) / 2
    quotient = f_oneway(*answers).statistic
    assert intraclass_correlation(list(answers)).value == pytest.approx((quotient - 1) / (quotient + 2))


def test_agreement_takes_samples_of_two_and_three_answers() -> None:
    rng = np.random.default_rng(3)
    answers = [rng.normal(rng.normal(0, 3), 1, rng.integers(1, 4)) for _ in range(400)]
    told = intraclass_correlation(answers)
    assert told.low < 0.9 < told.high
    assert told.high - told.low < 0.1


def test_answers_on_the_steps_of_a_scale_are_no_proof_of_full_agreement() -> None:
    same = [np.array([value, value]) for value in (10.0, 20.0, 35.0)]
    assert intraclass_correlation(same).value == 1
    told = intraclass_correlation(same, step=5.0)
    assert 0.97 < told.value < 1
    assert told.low < 0.9
    assert np.isnan(intraclass_correlation([np.array([1.0, 1.0])] * 3).value)


def test_agreement_needs_two_samples_that_two_people_answered() -> None:
    with pytest.raises(NotEnoughLabels, match="Two samples must be answered by two people"):
        intraclass_correlation([np.array([1.0, 2.0]), np.array([3.0])])
    with pytest.raises(BadFeatures, match="finite"):
        intraclass_correlation([np.array([1.0, np.nan]), np.array([3.0, 1.0])])
