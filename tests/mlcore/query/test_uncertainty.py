"""margin, entropy and least confidence: exact order."""

import numpy as np

from mlcore.query import Pool, choose

PROBABILITIES = np.array(
    [[0.90, 0.05, 0.05], [0.40, 0.39, 0.21], [0.50, 0.25, 0.25], [0.34, 0.33, 0.33], [0.48, 0.47, 0.05], [0.5, 0.5, 0]],
    np.float32,
)


def ranked(name, candidates=range(6)):
    pool = Pool(np.zeros((6, 2), np.float32), np.array(candidates), np.zeros(0, int), PROBABILITIES)
    return choose(name, pool, 6)


def test_it_works():
    picks = ranked("margin")
    assert picks.indices.tolist() in ([5, 3, 1, 4, 2, 0], [5, 1, 3, 4, 2, 0], [5, 4, 1, 3, 2, 0], [5, 3, 4, 1, 2, 0])
    assert picks.indices[0] == 5
    assert picks.reasons[0] == "margin 0.00"
    assert picks.reasons[-1] == "margin 0.85"


def test_entropy_prefers_the_flattest():
    assert ranked("entropy").indices.tolist()[0] == 3
    assert ranked("entropy").indices.tolist()[-1] == 0


def test_least_confidence_looks_at_the_likeliest_class_alone():
    assert ranked("least_confidence").indices.tolist() == [3, 1, 4, 2, 5, 0]


def test_only_candidates_are_ranked():
    assert ranked("margin", [0, 2]).indices.tolist() == [2, 0]


def test_ties_keep_the_order_of_rows():
    pool = Pool(np.zeros((9, 1)), np.arange(9), np.zeros(0, int), np.full((9, 2), 0.5, np.float32))
    assert choose("margin", pool, 4).indices.tolist() == [0, 1, 2, 3]
