"""max_herding, uncertainty_herding and k_center: cover the pool."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.query import Pool, choose
from mlcore.query.similarity import kernel_width
from mlcore.query.space import Space, squared_distances
from tests.mlcore.query.pools import make_pool


def test_it_works():
    pool, member = make_pool(probabilities=False)
    picks = choose("max_herding", pool, 8)
    assert len(set(member[picks.indices])) >= 7
    assert picks.reasons[0].startswith("stands for ")
    assert int(picks.reasons[0].split()[2]) > 20


def test_the_largest_cluster_comes_first():
    pool, member = make_pool(probabilities=False)
    assert member[choose("max_herding", pool, 1).indices[0]] in np.argsort(np.bincount(member))[-3:]


def test_covered_clusters_are_left_alone():
    pool, member = make_pool(probabilities=False)
    covered = np.flatnonzero(member < 4)
    picks = choose("max_herding", replace(pool, covered=covered), 4)
    assert (member[picks.indices] >= 4).all()


def test_doubt_decides_which_clusters_are_asked_for():
    pool, member = make_pool()
    sure = np.where((member < 4)[:, None], [1.0, 0, 0, 0], [0.25] * 4).astype(np.float32)
    picks = choose("uncertainty_herding", replace(pool, probabilities=sure), 4)
    assert (member[picks.indices] >= 4).all()


@pytest.mark.parametrize("labelled", [0, 15])
def test_k_center_equals_the_naive_algorithm(labelled):
    pool, _ = make_pool(3000, labelled=labelled)
    chosen = choose("k_center", pool, 60).indices
    vectors = Space(pool).vectors(np.arange(3000))
    start = pool.covered if labelled else [found_middle(pool, vectors)]
    nearest = squared_distances(vectors[pool.candidates], vectors[start]).min(1)
    naive = []
    for _ in range(60):
        nearest[[list(pool.candidates).index(row) for row in naive[-1:]]] = -1
        naive.append(int(pool.candidates[nearest.argmax()]))
        nearest = np.minimum(nearest, squared_distances(vectors[pool.candidates], vectors[naive[-1:]])[:, 0])
    assert chosen.tolist() == naive


def found_middle(pool, vectors):
    return int(pool.candidates[np.square(vectors[pool.candidates]).sum(1).argmin()])


def test_k_center_finds_the_odd_one_out():
    features = np.random.default_rng(0).normal(size=(200, 5)).astype(np.float32)
    features[77] = 4.5
    assert choose("k_center", Pool(features, np.arange(200), np.zeros(0, int)), 3).indices[0] == 77


def test_herding_beats_chance_at_finding_classes():
    counts = {"random": 0, "max_herding": 0}
    for seed in range(20):
        pool, member = make_pool(probabilities=False, seed=seed)
        for name in counts:
            counts[name] += len(set(member[choose(name, pool, 8).indices]))
    assert counts["max_herding"] > counts["random"] + 20


@pytest.mark.parametrize("labelled", [0, 15])
def test_max_herding_equals_the_naive_algorithm(labelled):
    pool, _ = make_pool(400, labelled=labelled)
    rows = pool.candidates
    vectors = Space(pool).vectors(rows).astype(np.float64)
    distances = np.square(vectors[:, None] - vectors[None]).sum(-1)
    alike = np.exp(-distances / kernel_width(*[vectors.astype(np.float32)] * 2))
    known = Space(pool).vectors(pool.covered).astype(np.float64)
    width = kernel_width(*[vectors.astype(np.float32)] * 2)
    reached = np.exp(-np.square(known[:, None] - vectors[None]).sum(-1) / width).max(0, initial=0)
    naive = []
    for _ in range(40):
        gains = np.maximum(alike - reached, 0).sum(1)
        gains[naive] = -1
        naive.append(int(gains.argmax()))
        reached = np.maximum(reached, alike[naive[-1]])
    assert choose("max_herding", pool, 40).indices.tolist() == rows[naive].tolist()


def test_a_pool_too_large_to_judge_itself_says_so():
    pool = Pool(np.random.default_rng(0).normal(size=(10_050, 4)), np.arange(10_050), np.zeros(0, int))
    assert choose("max_herding", pool, 3).note == "judged by 3000 of 10050 samples"
    assert choose("max_herding", replace(pool, candidates=np.arange(200)), 3).note == ""


def test_a_cheap_sample_is_preferred_to_a_dear_one_that_is_like_it():
    pool, member = make_pool(probabilities=False)
    first = choose("max_herding", pool, 1).indices[0]
    seconds = np.full(len(pool.features), 10.0)
    seconds[first] = 30
    second = choose("max_herding", replace(pool, seconds=seconds), 1).indices[0]
    assert second != first


def test_half_floats_are_read_as_numpy_reads_them():
    halves = np.random.default_rng(0).normal(0, 30, (300, 7)).astype(np.float16)
    halves[0, :4] = [0, -0.0, 6e-8, 65504]
    rows = np.arange(300)
    half, full = (Space(Pool(x, rows, rows[:0])).vectors(rows) for x in (halves, halves.astype(np.float32)))
    np.testing.assert_allclose(half, full, atol=2e-6)


def test_typiclust_asks_for_the_middle_of_each_group():
    pool, member = make_pool(1500, probabilities=False)
    picks = choose("typiclust", pool, 8)
    assert len(set(member[picks.indices])) >= 7
    assert picks.reasons[0].startswith("typical of a group of ")
    covered = np.flatnonzero(member == 0)[:50]
    assert (member[choose("typiclust", replace(pool, covered=covered), 5).indices] != 0).all()
