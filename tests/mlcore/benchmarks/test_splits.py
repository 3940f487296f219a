"""Splits: nothing that is tested was shown in training."""

import numpy as np
import pytest

from mlcore.benchmarks import splits
from mlcore.benchmarks.datasets import DATASETS, DataAbsent, data_root
from mlcore.benchmarks.datasets.dataset import DataSet, Places, Task
from mlcore.errors import UnknownName
from tests.mlcore.benchmarks.fields import BLOCK_PX, fields

REAL = ("indian-pines", "houston", "enmap", "taizhou", "floods", "houston-windows")


def apart(data, split):
    """Return the least distance, along the farther axis, between a training place and a test place."""
    at = data.places
    down = abs(at.row[split.train][:, None] - at.row[split.test])
    across = abs(at.column[split.train][:, None] - at.column[split.test])
    return np.maximum(down, across).min()


def test_it_works():
    data = fields()
    split = splits.split(data, "block", 5, seed=0)
    assert np.bincount(data.targets[split.train])[1:].tolist() == [5, 5, 5]
    assert apart(data, split) >= data.places.side


@pytest.mark.parametrize("name", REAL)
def test_no_patch_of_a_real_set_shows_a_pixel_of_both_sides(name):
    try:
        data = DATASETS[name](data_root())
    except DataAbsent as error:
        pytest.skip(f"needs the data set: {error}")
    for seed in range(2):
        split = splits.split(data, "block", 20, seed)
        assert apart(data, split) >= data.places.side
        assert len(split.test) > 30


def test_every_seed_has_another_layout():
    data = fields()
    tested = [set(splits.split(data, "block", 5, seed).test) for seed in range(4)]
    assert len({frozenset(rows) for rows in tested}) == 4


def test_the_same_seed_gives_the_same_split():
    first, second = (splits.split(fields(), "block", 5, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.train, second.train)
    np.testing.assert_array_equal(first.test, second.test)


def test_random_splits_share_no_place_and_leave_half_of_a_rare_class():
    data = fields()
    some = np.concatenate([np.flatnonzero(data.targets != 3), np.flatnonzero(data.targets == 3)[:6]])
    rare = data.take(some)
    split = splits.split(rare, "random", 5, seed=0)
    assert not set(split.train) & set(split.test)
    assert (rare.targets[split.train] == 3).sum() == 3


def test_classes_that_were_not_taught_are_not_tested():
    data = fields()
    split = splits.split(data, "block", 5, seed=1)
    assert set(data.targets[split.test]) <= set(data.targets[split.train])


def test_held_out_sites_are_never_trained_on():
    group = np.arange(40) % 4 // 3
    line = np.arange(40.0)
    data = DataSet("plots", "Plots", Task.AMOUNT, line, Places(line, line, 0, 1, group), {}, (10, None), "x", ("site",))
    split = splits.split(data, "site", 10, seed=0)
    assert len(split.train) == 10
    assert (group[split.train] == 0).all()
    assert (group[split.test] == 1).all()
    assert len(splits.split(data, "site", None, seed=0).train) == 30


def test_duplicates_are_removed():
    data = fields()
    twice = data.take(np.concatenate([np.arange(50), np.arange(10)]))
    assert len(twice) == 60
    assert len(twice.without_duplicates()) <= 50


def test_an_unknown_split_lists_those_there_are():
    with pytest.raises(UnknownName, match="block"):
        splits.split(fields(), "chequered", 5, seed=0)


def test_blocks_are_as_wide_as_the_set_says():
    data = fields()
    black, white = splits.checkerboard(data.places, np.random.default_rng(0))
    assert not (black & white).any()
    share = ((BLOCK_PX - data.places.side + 1) / BLOCK_PX) ** 2
    assert (black | white).mean() == pytest.approx(share, abs=0.1)
