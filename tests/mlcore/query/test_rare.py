"""rare_class and change: what there is little of."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.query import Changes, Pool, Rules, choose


def line(count=200):
    """Samples on a line whose chance of class 1 rises from 0 to 1."""
    chance = np.linspace(0, 1, count, dtype=np.float32)
    features = np.stack([chance, chance], 1)
    return Pool(features, np.arange(count), np.zeros(0, int), np.stack([1 - chance, chance], 1))


def labelled(pool, rows, labels):
    rows = np.array(rows)
    return replace(pool, covered=rows, candidates=np.setdiff1d(pool.candidates, rows), labels=np.array(labels))


def test_it_works():
    picks = choose("rare_class", line(), 4)
    assert set(picks.indices.tolist()) == {98, 99, 100, 101}
    assert picks.reasons[0].startswith("at the border of class ")
    named = choose("rare_class", replace(line(), names=("Water", "Bare rock")), 4)
    assert {reason.split(",")[0] for reason in named.reasons} <= {
        "at the border of Water",
        "at the border of Bare rock",
    }


def test_the_border_moves_to_where_the_labels_part():
    pool = labelled(line(), [10, 20, 60, 40, 180, 120], [0, 0, 1, 0, 1, 1])
    picks = choose("rare_class", pool, 6)
    assert ((picks.indices > 38) & (picks.indices < 62)).all()


def test_the_class_with_fewest_labels_gets_most():
    probabilities = np.random.default_rng(0).dirichlet([1, 1, 1], 300).astype(np.float32)
    pool = Pool(np.zeros((300, 2)), np.arange(300), np.zeros(0, int), probabilities)
    pool = labelled(pool, np.arange(41), [0] * 20 + [1] * 20 + [2])
    reasons = choose("rare_class", pool, 20).reasons
    assert sum("class 3" in reason for reason in reasons) > 12


def test_likely_change_comes_first_while_little_is_found():
    assert choose("change", line(), 3).indices.tolist() == [199, 198, 197]
    assert choose("change", line(), 1).reasons == ("likely change 1.00",)


def test_the_border_of_change_is_asked_for_once_enough_is_found():
    pool = labelled(line(), range(0, 200, 10), [0] * 10 + [1] * 10)
    picks = choose("change", pool, 4)
    assert ((picks.indices > 85) & (picks.indices < 105)).all()


def test_change_has_two_classes():
    with pytest.raises(BadFeatures, match="two columns, got 3"):
        choose("change", replace(line(), probabilities=np.full((200, 3), 1 / 3, np.float32)), 3)


def test_whatever_is_not_the_common_class_is_change_where_the_pool_tells():
    three = replace(line(), probabilities=np.full((200, 3), 1 / 3, np.float32))
    rising = np.linspace(0, 1, 200, dtype=np.float32)
    few = Changes(rising, np.array([0, 199]), np.array([False, True]))
    assert choose("change", replace(three, changes=few), 3).indices.tolist() == [199, 198, 197]
    many = Changes(rising, np.arange(0, 200, 10), np.arange(0, 200, 10) >= 100)
    picks = choose("change", replace(three, changes=many), 4)
    assert ((picks.indices > 85) & (picks.indices < 105)).all()


def few_of_one(count=300):
    """Three classes, of which the last has one label among 41."""
    probabilities = np.random.default_rng(0).dirichlet([1, 1, 1], count).astype(np.float32)
    features = np.random.default_rng(1).normal(size=(count, 4)).astype(np.float32)
    pool = Pool(features, np.arange(count), np.zeros(0, int), probabilities)
    return labelled(pool, np.arange(41), [0] * 20 + [1] * 20 + [2])


def test_a_share_of_the_batch_goes_to_rare_classes_evenly_among_the_rest():
    pool = few_of_one()
    picks = choose("auto", pool, 20, rare_share=0.2)
    sought = [place for place, reason in enumerate(picks.reasons) if "few labels" in reason]
    assert len(picks.indices) == len(set(picks.indices.tolist())) == 20
    assert len(sought) in (4, 5) and sought[0] < 5 and sought[-1] > 13
    assert (np.diff(picks.scores) <= 0).all()
    np.testing.assert_array_equal(picks.indices, choose("auto", pool, 20, rare_share=0.2).indices)


def test_small_batches_keep_the_share_on_average():
    pool = few_of_one()
    counts = [
        sum("few labels" in reason for reason in choose("margin", replace(pool, seed=seed), 5, rare_share=0.1).reasons)
        for seed in range(200)
    ]
    assert 0.3 < np.mean(counts) < 0.7


def test_without_a_rare_class_or_a_share_a_strategy_is_itself():
    even = labelled(few_of_one(), np.arange(3), [0, 1, 2])
    cold = replace(few_of_one(), probabilities=None, labels=None)
    for pool, share in ((even, 0.3), (cold, 0.3), (few_of_one(), 0.0)):
        mixed, plain = choose("auto", pool, 10, rare_share=share), choose("auto", pool, 10)
        np.testing.assert_array_equal(mixed.indices, plain.indices)
        assert mixed.reasons == plain.reasons


def test_a_share_keeps_to_the_rules_of_place():
    pool = few_of_one()
    xy = np.stack(np.divmod(np.arange(300), 20), 1).astype(np.float32)
    picks = choose("auto", replace(pool, xy=xy), 12, rules=Rules(spacing=2.0), rare_share=0.3)
    gaps = np.hypot(*(xy[picks.indices][:, None] - xy[picks.indices][None]).transpose(2, 0, 1))
    assert gaps[np.triu_indices(12, 1)].min() >= 2
    assert any("few labels" in reason for reason in picks.reasons)


def test_a_pool_that_is_nearly_used_up_is_asked_whole():
    pool = replace(few_of_one(), candidates=np.array([50, 60, 70]))
    assert sorted(choose("auto", pool, 10, rare_share=0.5).indices.tolist()) == [50, 60, 70]
