"""promise: what is accepted unseen keeps its bound."""

import numpy as np
import pytest

from mlcore.audits.betting import PARTS, STAKES, fewest_right, upper_limit
from mlcore.audits.promises import (
    FEWEST,
    RULES,
    STARTS,
    audit_share,
    furthest,
    least_audits,
    levels_of,
    missing_audits,
    promise,
    promise_classes,
)
from mlcore.errors import BadFeatures, UnknownName

KINDS = list(RULES)


def test_it_works():
    rng = np.random.default_rng(0)
    scores = rng.random(500)
    made = promise("average", scores, scores < 0.3, np.linspace(0, 1, 1000), bound=0.05)
    assert 0.25 < made.threshold < 0.45
    assert made.accepted == np.count_nonzero(np.linspace(0, 1, 1000) >= made.threshold)
    assert made.inside == np.count_nonzero(scores >= made.threshold)
    assert made.lost == np.count_nonzero((scores < 0.3) & (scores >= made.threshold))
    assert made.limit > made.lost / made.inside
    assert (made.audits, made.missing) == (500, 0)


def test_on_average_fewer_audits_are_enough():
    for bound in (0.01, 0.05, 0.1):
        assert least_audits("average", bound) < least_audits("confidence", bound)


def test_the_walk_stops_at_the_first_share_that_fails():
    """The surest tenth to fifth is wrong: what would pass beyond it, taken as a whole, is not accepted."""
    scores = np.linspace(1, 0, 4000)
    wrong = (scores < 0.95) & (scores > 0.85)
    made = promise("average", scores, wrong, scores, bound=0.3)
    assert wrong[scores >= 0.5].mean() < 0.3 < wrong[scores >= 0.85].mean()
    assert made.accepted == 0


def test_only_the_order_of_confidences_counts():
    rng = np.random.default_rng(2)
    scores, pool = rng.random(300), rng.random(1000)
    wrong = rng.random(300) < (1 - scores) / 12
    first = promise("average", scores, wrong, pool, bound=0.1)
    second = promise("average", scores**5, wrong, pool**5, bound=0.1)
    assert (first.accepted, first.inside) == (second.accepted, second.inside)
    assert first.accepted > 0


@pytest.mark.parametrize("bound", [0.001, 0.01, 0.05, 0.2, 0.5])
def test_the_average_promise_is_proven(bound):
    """The expected share of errors is at most the tested bound and what is left where the walk goes too far.

    That it passes an error rate r above the tested bound t has a chance of at most c x sum of the parts of the money
    times (1 - stake (r - t))^n, with n audits inside at the least (Ville's inequality from the n-th audit on). Summed
    up over all r that is c x sum(part / stake) / (n + 1).
    """
    rule = RULES["average"]
    tested = bound * rule.tightness
    least = max(FEWEST, min(fewest_right(tested, chance=rule.chance * part) for part in STARTS.values()))
    assert sum(STARTS.values()) == pytest.approx(1)
    assert tested + rule.chance * (PARTS * (1 - tested) / STAKES).sum() / (least + 1) <= bound


def test_the_confident_promise_is_proven():
    """The parts of the chance that are spent on where the walk begins are 10 % together (fallback, Wiens 2003)."""
    rule = RULES["confidence"]
    assert rule.tightness == 1
    assert rule.chance * sum(STARTS.values()) == pytest.approx(0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_models_that_err_too_often_are_seldom_accepted_at_any_look(kind):
    """Errors do not depend on the confidence: whatever is accepted is wrong more often than allowed."""
    rng = np.random.default_rng(3)
    levels = levels_of(rng.random(2000))
    ever = [
        (
            furthest(kind, rng.random(400), (rng.random(400) < 0.055).astype(float), levels, bound=0.05, every=5) >= 0
        ).any()
        for _ in range(300)
    ]
    assert np.mean(ever) <= RULES[kind].chance


@pytest.mark.parametrize("kind", KINDS)
def test_a_promise_that_needs_more_audits_says_how_many(kind):
    made = promise(kind, np.ones(10), np.zeros(10), np.ones(50), bound=0.05)
    assert (made.accepted, made.threshold) == (0, np.inf)
    assert made.missing == missing_audits(kind, 0.05, have=10) == least_audits(kind, 0.05) - 10
    assert missing_audits(kind, 0.05, have=500) == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bound", [0.01, 0.05, 0.2])
def test_as_many_audits_as_are_said_to_be_missing_are_enough(kind, bound):
    least = least_audits(kind, bound)
    pool = np.linspace(0, 1, 3000)
    assert promise(kind, np.linspace(0, 1, least), np.zeros(least), pool, bound=bound).accepted > 2000
    assert promise(kind, np.linspace(0, 1, least - 2), np.zeros(least - 2), pool, bound=bound).missing > 0


def test_missing_audits_are_foreseen_from_those_so_far():
    """One of the surest was wrong: as many more as would outweigh it, if they come out alike."""
    scores, pool = np.linspace(1, 0, 120), np.linspace(0, 1, 1000)
    wrong = np.zeros(120)
    wrong[[30, 90, 100, 110]] = 1
    made = promise("confidence", scores, wrong, pool, bound=0.05)
    assert made.accepted == 0
    assert 50 < made.missing < 400
    times = -(-(120 + made.missing) // 120)
    assert promise("confidence", np.tile(scores, times), np.tile(wrong, times), pool, bound=0.05).accepted > 0


def test_a_model_that_errs_too_often_misses_no_audits():
    made = promise("average", np.linspace(0, 1, 200), np.ones(200), np.linspace(0, 1, 100), bound=0.05)
    assert (made.accepted, made.missing) == (0, 0)


def test_the_share_of_audits_rises_until_the_promise_can_be_given():
    assert audit_share(0, ahead=100) == 0.1
    assert audit_share(30, ahead=100) == pytest.approx(0.3)
    assert audit_share(300, ahead=100) == 0.5


def test_without_audits_or_pool_nothing_is_accepted():
    none = np.zeros(0)
    assert promise("average", none, none, np.ones(5), bound=0.05).accepted == 0
    assert promise("confidence", np.ones(500), np.zeros(500), none, bound=0.05).accepted == 0


def test_classes_with_few_audits_are_not_guaranteed():
    scores, wrong = np.linspace(0, 1, 200), np.zeros(200)
    made = promise("average", scores, wrong, scores, bound=0.05)
    limits = promise_classes(made, (np.arange(200) < 10).astype(int), scores, wrong, classes=2)
    assert limits[0] == pytest.approx(upper_limit(np.zeros(190)))
    assert limits[1] is None


@pytest.mark.parametrize("kind", KINDS)
def test_for_masks_the_wrong_share_of_a_tile_is_its_loss(kind):
    rng = np.random.default_rng(4)
    scores = rng.random(200)
    losses = rng.beta(1, 60, 200) + 0.5 * (scores < 0.2)
    made = promise(kind, scores, losses, rng.random(1000), bound=0.05)
    assert 0.15 < made.threshold < 0.5
    assert made.lost == pytest.approx(losses[scores >= made.threshold].sum())
    assert made.expected_errors == pytest.approx(made.accepted * made.lost / made.inside)


def test_what_is_no_promise_is_refused():
    with pytest.raises(UnknownName, match="average, confidence"):
        promise("surely", np.ones(2), np.ones(2), np.ones(2), bound=0.05)
    with pytest.raises(BadFeatures, match="between 0 and 1"):
        promise("average", np.ones(2), np.ones(2), np.ones(2), bound=0)
    with pytest.raises(BadFeatures, match="finite"):
        promise("average", np.array([np.nan]), np.ones(1), np.ones(2), bound=0.1)
    with pytest.raises(BadFeatures, match="as many scores as losses"):
        promise("average", np.ones(3), np.ones(1), np.ones(2), bound=0.1)
