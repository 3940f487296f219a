"""The statistics under the choice: corrected spreads, the one-standard-error rule, grouped errors."""

import numpy as np
import pytest

from mlcore.selection import evidence, folds


def _losses(rows, groups=None, targets=None, seed=0):
    count = len(rows)
    targets = np.arange(count) % 2 if targets is None else targets
    parts = folds.splits(targets, groups, seed)
    losses = np.full((folds.REPEATS, count, rows.shape[1]), np.nan)
    for part in parts:
        losses[part.repeat, part.test] = rows[part.test]
    return evidence.gather(losses, parts, targets, groups)


def test_it_works():
    rng = np.random.default_rng(0)
    rows = (rng.random((80, 2)) < [0.1, 0.4]).astype(float)
    losses = _losses(rows)
    gap = evidence.difference(losses, 1, 0)
    assert gap.mean == pytest.approx(rows[:, 1].mean() - rows[:, 0].mean(), abs=0.02)
    assert gap.low < gap.mean < gap.high
    assert gap.splits == 15 and gap.wins > 10
    back = evidence.difference(losses, 0, 1)
    assert back.mean == pytest.approx(-gap.mean) and back.error == pytest.approx(gap.error)


def test_the_error_is_enlarged_because_splits_share_rows():
    losses = _losses((np.random.default_rng(0).random((60, 2)) < 0.3).astype(float))
    gaps = losses.folds[:, 1] - losses.folds[:, 0]
    naive = gaps.std(ddof=1) / np.sqrt(len(gaps))
    assert evidence.difference(losses, 1, 0).error == pytest.approx(naive * np.sqrt(1 + 15 / 4), rel=0.02)


def test_a_little_within_one_standard_error_is_given_to_the_simpler():
    means, errors = np.array([0.30, 0.25, 0.24]), np.full((3, 3), 0.02)
    assert evidence.choose(means, errors) == 1
    assert evidence.choose(means, errors * 10) == 1  # six points are no little
    assert evidence.choose(means, errors * 0) == 2
    assert evidence.choose(100 * means, 100 * errors, amounts=True) == 2
    assert evidence.choose(np.array([24.3, 24.0]), np.ones((2, 2)), amounts=True) == 0


def test_rows_that_are_wrong_together_count_as_one():
    rows = np.repeat((np.random.default_rng(0).random(20) < 0.4).astype(float), 4)[:, None]
    alone = evidence.standard_error(_losses(rows), 0)
    grouped = evidence.standard_error(_losses(rows, np.repeat(np.arange(20), 4)), 0)
    assert grouped == pytest.approx(2 * alone, rel=0.15)


def test_each_class_counts_the_same():
    targets = np.array([0] * 40 + [1] * 10)
    rows = np.where(targets == 1, 1.0, 0.0)[:, None]
    losses = _losses(rows, targets=targets)
    assert np.average(losses.rows[:, 0], weights=losses.weights) == pytest.approx(0.5)


@pytest.mark.parametrize("groups", [None, np.repeat(np.arange(10), 3)])
def test_every_row_is_held_out_once_a_repeat_and_groups_stay_together(groups):
    targets = np.arange(30) % 3
    parts = folds.splits(targets, groups, 0)
    for repeat in range(folds.REPEATS):
        held = np.concatenate([part.test for part in parts if part.repeat == repeat])
        assert sorted(held) == list(range(30))
    for part in parts:
        assert not set(part.train) & set(part.test)
        if groups is not None:
            assert not set(groups[part.train]) & set(groups[part.test])
    assert {tuple(part.test) for part in parts if part.repeat == 0} != {tuple(p.test) for p in parts if p.repeat == 1}
