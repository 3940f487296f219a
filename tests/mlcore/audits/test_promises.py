"""promise: what is accepted unseen keeps its bound."""

import numpy as np
import pytest

from mlcore.audits.promises import (
    audit_share,
    is_broken,
    lower_limit,
    missing_audits,
    promise,
    promise_classes,
    risk,
    upper_limit,
)
from mlcore.errors import BadFeatures, UnknownName
from tests.mlcore.audits.worlds import make_world

RUNS = 120


def run(kind, seed, *, audits=100, bound=0.05):
    """Return the share accepted, its error, and what an oracle would accept."""
    confidence, wrong = make_world(seed)
    rows = np.random.default_rng(seed + 5000).choice(len(wrong), audits, replace=False)
    waiting = np.setdiff1d(np.arange(len(wrong)), rows)
    found = promise(kind, confidence[rows], wrong[rows], confidence[waiting], bound=bound)
    accepted = waiting[confidence[waiting] >= found.threshold]
    assert len(accepted) == found.accepted
    order = waiting[np.argsort(-confidence[waiting])]
    good = np.flatnonzero(np.cumsum(wrong[order]) / np.arange(1, len(order) + 1) <= bound)
    return len(accepted), wrong[accepted].mean() if len(accepted) else 0.0, good[-1] + 1 if len(good) else 0


def test_it_works():
    scores = np.linspace(0, 1, 200)
    wrong = scores < 0.3
    found = promise("average", scores, wrong, np.linspace(0, 1, 1000), bound=0.05)
    assert 0.2 < found.threshold < 0.31
    assert found.accepted == np.count_nonzero(np.linspace(0, 1, 1000) >= found.threshold)
    assert found.limit > found.expected_errors / found.accepted
    assert found.missing == 0


def test_the_average_promise_holds_on_average():
    runs = np.array([run("average", seed) for seed in range(RUNS)])
    assert runs[:, 1].mean() <= 0.05
    assert np.mean(runs[:, 1] > 0.1) <= 0.05
    assert runs[:, 0].sum() / runs[:, 2].sum() > 0.85


def test_the_confident_promise_is_rarely_broken():
    runs = np.array([run("confidence", seed) for seed in range(RUNS)])
    assert np.mean(runs[:, 1] > 0.05) <= 0.1
    assert np.mean(runs[:, 0] > 0) > 0.3


def test_a_promise_that_needs_more_audits_says_how_many():
    found = promise("average", np.ones(10), np.zeros(10, bool), np.ones(50), bound=0.05)
    assert found.accepted == 0
    assert found.threshold == np.inf
    assert found.missing == missing_audits("average", 0.05, have=10) == 14
    assert missing_audits("confidence", 0.05, have=0, accepted_share=1.0) == 45
    assert missing_audits("confidence", 0.05, have=500) == 0


def test_the_share_of_audits_rises_until_the_promise_can_be_given():
    assert audit_share(0, ahead=100) == 0.1
    assert audit_share(30, ahead=100) == pytest.approx(0.3)
    assert audit_share(300, ahead=100) == 0.5


def test_without_audits_or_pool_nothing_is_accepted():
    none = np.zeros(0)
    assert promise("average", none, none.astype(bool), np.ones(5), bound=0.05).accepted == 0
    assert promise("confidence", np.ones(500), np.zeros(500, bool), none, bound=0.05).accepted == 0


def test_classes_with_few_audits_are_not_guaranteed():
    scores, wrong = np.linspace(0, 1, 200), np.zeros(200, bool)
    found = promise("average", scores, wrong, scores, bound=0.05)
    limits = promise_classes("average", found, (np.arange(200) < 10).astype(int), scores, wrong, classes=2)
    assert limits[0] == pytest.approx(upper_limit(0, 190))
    assert limits[1] is None


def test_limits_are_clopper_and_pearsons():
    assert upper_limit(0, 46) == pytest.approx(1 - 0.1 ** (1 / 46))
    assert upper_limit(3, 3) == upper_limit(0, 0) == 1
    assert lower_limit(0, 9) == 0
    assert lower_limit(5, 50) == pytest.approx(0.0493, abs=2e-3)


def test_a_promise_is_broken_by_evidence_and_not_by_one_bad_draw():
    assert not is_broken(2, 20, bound=0.05)
    assert is_broken(12, 60, bound=0.05)
    assert not is_broken(6, 50, bound=0.05, looks=10)


def test_looking_again_and_again_seldom_cries_wolf():
    cried = 0
    for seed in range(150):
        wrong = np.random.default_rng(seed).random(200) < 0.05
        cried += any(is_broken(int(wrong[: 25 * n].sum()), 25 * n, bound=0.05, looks=n) for n in range(1, 9))
    assert cried / 150 <= 0.1


def test_for_masks_the_tile_is_the_unit():
    thresholds = np.array([0.5, 0.7, 0.9])
    losses = np.tile([0.08, 0.03, 0.001], (100, 1))
    share = np.array([1.0, 0.9, 0.5])
    assert risk(losses, share, thresholds, bound=0.05) == 0.7
    assert risk(losses[:5], share, thresholds, bound=0.05) == np.inf
    realised = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        every = rng.beta(0.5, 12, (500, 1)) * np.array([1.0, 0.5, 0.1])
        found = risk(every[:80], np.ones(3), thresholds, bound=0.03)
        realised.append(every[80:].mean(0)[np.searchsorted(thresholds, found)] if np.isfinite(found) else 0)
    assert np.mean(realised) <= 0.03


def test_what_is_no_promise_is_refused():
    with pytest.raises(UnknownName, match="average, confidence"):
        promise("surely", np.ones(2), np.ones(2, bool), np.ones(2), bound=0.05)
    with pytest.raises(BadFeatures, match="between 0 and 1"):
        promise("average", np.ones(2), np.ones(2, bool), np.ones(2), bound=0)
    with pytest.raises(BadFeatures, match="finite"):
        promise("average", np.array([np.nan]), np.ones(1, bool), np.ones(2), bound=0.1)
