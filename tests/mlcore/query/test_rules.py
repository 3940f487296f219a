"""Rules: picks keep their distance, areas their quota."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.query import STRATEGIES, Rules, choose
from tests.mlcore.query.pools import make_pool, with_evidence


def placed(name="margin", count=400):
    pool, _ = make_pool(count, labelled=30, classes=2 if name == "change" else 4)
    across = int(np.sqrt(count))
    xy = np.stack(np.divmod(np.arange(count), across), 1) * 10.0
    return replace(with_evidence(pool), xy=xy)


def gaps(pool, rows):
    places = pool.xy[rows]
    distances = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    return distances[~np.eye(len(rows), dtype=bool)]


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_it_works(name):
    pool = placed(name)
    picks = choose(name, pool, 20, rules=Rules(spacing=25.0))
    assert len(set(picks.indices.tolist())) == len(picks.reasons) == 20
    assert gaps(pool, picks.indices).min() >= 25
    assert (np.diff(picks.scores) <= 1e-6).all()
    np.testing.assert_array_equal(picks.indices, choose(name, pool, 20, rules=Rules(spacing=25.0)).indices)


def test_without_a_rule_nothing_changes():
    pool = placed()
    np.testing.assert_array_equal(choose("auto", pool, 9, rules=Rules()).indices, choose("auto", pool, 9).indices)


def test_nothing_near_to_what_somebody_labels_now_is_picked():
    pool = placed()
    best = choose("margin", pool, 1).indices
    picks = choose("margin", pool, 10, rules=Rules(spacing=25.0, shown=best))
    assert gaps(pool, np.concatenate([best, picks.indices])).min() >= 25


def test_an_area_gets_no_more_than_its_quota():
    pool = placed()
    areas = (np.arange(400) >= 200).astype(int)
    picks = choose("margin", pool, 20, rules=Rules(areas=areas, most_of_area=10))
    assert np.bincount(areas[picks.indices]).tolist() == [10, 10]
    assert np.bincount(areas[choose("margin", pool, 20).indices], minlength=2)[0] > 15


def test_a_rule_gives_way_before_the_batch_stays_short():
    pool = placed()
    picks = choose("margin", pool, 20, rules=Rules(spacing=150.0))
    assert len(picks.indices) == 20
    assert picks.reasons[-1].endswith("no other place is left")
    assert not picks.reasons[0].endswith("no other place is left")


def test_a_rule_that_cannot_be_kept_is_refused():
    pool, _ = make_pool(labelled=30)
    with pytest.raises(BadFeatures, match="places"):
        choose("margin", pool, 5, rules=Rules(spacing=9.0))
    with pytest.raises(BadFeatures, match="area of every row"):
        choose("margin", pool, 5, rules=Rules(most_of_area=2))
