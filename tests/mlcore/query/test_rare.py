"""rare_class and change: what there is little of."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.query import Pool, choose


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
