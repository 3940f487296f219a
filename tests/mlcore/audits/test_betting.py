"""betting: what audits prove of a mean loss at any number of looks."""

import numpy as np
import pytest

from mlcore.audits.betting import fewest_right, growth, is_broken, lower_limit, money, upper_limit
from mlcore.errors import BadFeatures


def losses(wrong, right):
    return np.r_[np.ones(wrong), np.zeros(right)]


def test_it_works():
    assert 0.03 < upper_limit(losses(1, 99)) < 0.06
    assert lower_limit(losses(12, 48)) > 0.05
    assert upper_limit(losses(5, 95)) > 0.05 > lower_limit(losses(5, 95))


def test_the_order_of_losses_does_not_matter():
    assert upper_limit(losses(2, 50)) == pytest.approx(upper_limit(losses(2, 50)[::-1]))


def test_without_audits_and_with_all_wrong_nothing_is_proven():
    assert upper_limit(np.zeros(0)) == upper_limit(np.ones(40)) == 1
    assert lower_limit(np.zeros(0)) == lower_limit(np.zeros(40)) == 0


def test_as_many_right_ones_as_are_needed_are_enough():
    for bound in (0.001, 0.05, 0.5):
        least = fewest_right(bound)
        assert upper_limit(np.zeros(least)) <= bound < upper_limit(np.zeros(least - 1))


def test_limits_hold_at_all_looks_together():
    """A fixed share is looked at after each audit; nine of ten runs never see a limit on the wrong side of it."""
    for share in (0.05, 0.3):
        rng = np.random.default_rng(5)
        runs = (rng.random((400, 300)) < share).astype(float)
        proven = money(growth(runs.ravel(), share).reshape(400, 300, -1).cumsum(1)).max(1) >= np.log(10)
        assert proven.mean() <= 0.1


def test_parts_of_tiles_count_as_parts():
    """Tiles that are wrong by 4 % each are known better than tiles one of 25 of which is wrong."""
    assert upper_limit(np.full(100, 0.04)) < upper_limit(losses(4, 96))


def test_a_promise_is_broken_by_evidence_and_not_by_one_bad_draw():
    assert not is_broken(losses(2, 18), bound=0.05)
    assert is_broken(losses(12, 48), bound=0.05)
    assert is_broken(losses(6, 4), bound=0.05)


def test_looking_again_and_again_seldom_cries_wolf():
    cried = 0
    for seed in range(150):
        wrong = (np.random.default_rng(seed).random(200) < 0.05).astype(float)
        cried += any(is_broken(wrong[:count], bound=0.05) for count in range(10, 201, 10))
    assert cried / 150 <= 0.1


def test_losses_and_bounds_are_shares():
    for loss, bound in ((1.5, 0.05), (-0.1, 0.05), (np.nan, 0.05), (0.5, 0.0), (0.5, 1.0)):
        with pytest.raises(BadFeatures, match="between 0 and 1"):
            growth(np.array([loss]), bound)
