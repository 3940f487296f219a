"""variance_reduction: the labels that leave least unknown of a quantity, as summing anew would find them."""

from dataclasses import replace

import numpy as np

from mlcore.query import Pool, choose
from mlcore.query.variance import _MOST
from tests.mlcore.query.pools import Near


def line(count=60, *, covered=(), seed=0):
    """Samples along a line, a dense half and a thin one."""
    places = np.concatenate([np.linspace(0, 2, count * 2 // 3), np.linspace(2.5, 9, count - count * 2 // 3)])
    known = np.array(covered, int)
    return Pool(places[:, None], np.setdiff1d(np.arange(count), known), known, seed=seed, amounts=Near())


def left(pool, known):
    """Return the variance that is left of all candidates once `known` are labelled."""
    process, x = pool.amounts, pool.features
    among = process.covariance(x[known], x[known]) + process.noise * np.eye(len(known))
    shared = process.covariance(x[known], x[pool.candidates])
    return len(pool.candidates) - np.einsum("kn,kn->", shared, np.linalg.solve(among, shared))


def test_it_works():
    pool = line(covered=[5, 50])
    picks = choose("variance_reduction", pool, 4)
    known = pool.covered.tolist()
    for pick, score in zip(picks.indices.tolist(), picks.scores.tolist(), strict=True):
        by_hand = {row: left(pool, [*known, row]) for row in pool.candidates.tolist() if row not in known}
        assert np.isclose(by_hand[pick], min(by_hand.values()))
        share = (left(pool, known) - by_hand[pick]) / left(pool, pool.covered)
        assert np.isclose(score, share, rtol=1e-4)
        known.append(pick)
    assert picks.reasons[0] == f"tells of others: takes {100 * picks.scores[0]:.1f} % of all doubt"


def test_what_is_known_is_not_asked_for_again():
    known = range(0, 40, 4)
    picks = choose("variance_reduction", line(covered=known), 5)
    assert (picks.indices >= 40).all()


def test_what_lies_alone_tells_less_than_what_stands_for_many():
    x = np.concatenate([np.zeros((20, 1)), [[50.0]]])
    pool = Pool(x, np.arange(21), np.zeros(0, int), amounts=Near())
    assert choose("variance_reduction", pool, 1).indices[0] < 20
    assert choose("variance_reduction", pool, 2).indices[1] == 20


def test_noise_makes_it_ask_again_nearby():
    x = np.concatenate([np.zeros((20, 1)), [[50.0]]])
    pool = Pool(x, np.arange(21), np.zeros(0, int), amounts=Near(noise=30.0))
    assert (choose("variance_reduction", pool, 3).indices < 20).all()


def test_a_sample_that_takes_longer_must_tell_more():
    pool = line()
    best = int(choose("variance_reduction", pool, 1).indices[0])
    seconds = np.where(np.arange(60) == best, 100.0, 10.0)
    assert choose("variance_reduction", replace(pool, seconds=seconds), 1).indices[0] != best


def test_a_large_pool_is_judged_by_some_and_the_note_says_so():
    rng = np.random.default_rng(0)
    pool = Pool(rng.normal(size=(2 * _MOST, 2)), np.arange(2 * _MOST), np.zeros(0, int), amounts=Near())
    picks = choose("variance_reduction", pool, 3)
    assert picks.note == f"judged by {_MOST} of {2 * _MOST} samples"
    assert len(set(picks.indices.tolist())) == 3
