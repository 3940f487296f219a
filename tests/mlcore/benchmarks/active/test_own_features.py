"""A user's own vectors: what is tested is kept apart by group and by place."""

import numpy as np
import pytest

from mlcore.benchmarks.active.own_features import read_task
from mlcore.errors import BadFeatures


def write(path, count=120, **arrays):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(count, 4)).astype(np.float32)
    np.savez(path / "mine.npz", **{"x": x, "y": np.arange(count) % 3, **arrays})
    return path / "mine.npz"


def test_it_works(tmp_path):
    task = read_task(write(tmp_path, test=np.arange(120) >= 80))
    pool, test = task.parts(0)
    assert (task.name, len(pool), len(test)) == ("mine", 80, 40)


def test_what_shares_a_group_with_the_test_is_not_learnt_from(tmp_path):
    group = np.array(["a", "b", "c"])[np.arange(120) // 40]
    task = read_task(write(tmp_path, test=np.arange(120) >= 100, group=group))
    pool, test = task.parts(0)
    assert set(group[pool]) == {"a", "b"}
    assert set(group[test]) == {"c"}


def test_groups_are_held_out_anew_for_each_seed_without_a_test(tmp_path):
    group = np.arange(120) // 10
    task = read_task(write(tmp_path, group=group))
    layouts = [task.parts(seed) for seed in range(3)]
    assert all(not set(group[pool]) & set(group[test]) for pool, test in layouts)
    assert len({tuple(test) for _, test in layouts}) == 3


def test_what_lies_near_the_test_is_not_learnt_from(tmp_path):
    xy = np.stack([np.arange(120.0), np.zeros(120)], 1)
    task = read_task(write(tmp_path, test=np.arange(120) >= 80, xy=xy), guard=5.0)
    assert task.parts(0)[0].max() == 74


def test_places_are_parted_by_fields_without_a_test(tmp_path):
    xy = np.random.default_rng(1).uniform(0, 1000, (600, 2))
    task = read_task(write(tmp_path, 600, xy=xy), guard=10.0)
    for seed in range(3):
        pool, test = task.parts(seed)
        gaps = np.abs(xy[pool][:, None] - xy[test]).max(2)
        assert gaps.min() >= 10.0


def test_arrays_that_are_incomplete_are_refused(tmp_path):
    np.savez(tmp_path / "mine.npz", x=np.zeros((3, 2)), y=np.zeros(3))
    with pytest.raises(BadFeatures, match=r"mine.npz lacks test"):
        read_task(tmp_path / "mine.npz")
    with pytest.raises(BadFeatures, match="finite"):
        read_task(write(tmp_path, 3, x=np.full((3, 2), np.nan), test=np.zeros(3, bool)))
    with pytest.raises(BadFeatures, match="one length"):
        read_task(write(tmp_path, 3, test=np.zeros(4, bool)))
    with pytest.raises(BadFeatures, match=r"finite \[N, 2\]"):
        read_task(write(tmp_path, 3, xy=np.zeros((3, 3))))


def test_a_guard_that_leaves_nothing_is_refused(tmp_path):
    with pytest.raises(BadFeatures, match="leave nothing to learn from"):
        read_task(write(tmp_path, test=np.arange(120) >= 80, xy=np.zeros((120, 2))), guard=1.0)
