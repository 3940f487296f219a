"""badge: k-means++ on gradients that are never made."""

import numpy as np

from mlcore.query import Pool, choose
from mlcore.query.badge import _Draw
from mlcore.query.space import Space
from tests.mlcore.query.pools import make_pool


def gradients(pool):
    residuals = pool.probabilities.copy()
    residuals[np.arange(len(residuals)), residuals.argmax(1)] -= 1
    vectors = Space(pool).vectors(np.arange(len(residuals)))
    return (residuals[:, :, None] * vectors[:, None]).reshape(len(residuals), -1)


def test_it_works():
    pool, _ = make_pool(labelled=30)
    picks = choose("badge", pool, 10)
    norms = np.square(gradients(pool)).sum(1)
    assert picks.indices[0] == pool.candidates[norms[pool.candidates].argmax()]
    assert picks.reasons[0].startswith("would change the model by ")


def test_distances_are_those_of_the_gradients():
    pool, _ = make_pool(300)
    draw = _Draw(pool)
    draw.advance(7)
    full = gradients(pool)
    exact = np.square(full[:, None] - full[None, draw.picked]).sum(-1).min(1)
    np.testing.assert_allclose(draw._distances(), exact, atol=1e-3 * exact.max())
    assert (draw.bounds + 1e-4 >= np.where(np.isin(np.arange(300), draw.picked), 0, exact)).all()


def test_the_second_pick_is_drawn_by_its_squared_distance_to_the_first():
    rng = np.random.default_rng(1)
    features = rng.normal(size=(12, 3))
    probabilities = rng.dirichlet([1, 1, 1], 12).astype(np.float32)
    draws = np.zeros(12)
    for seed in range(600):
        pool = Pool(features, np.arange(12), np.zeros(0, int), probabilities, seed=seed)
        draws[choose("badge", pool, 2).indices[1]] += 1
    full = gradients(pool)
    first = np.square(full).sum(1).argmax()
    law = np.square(full - full[first]).sum(1)
    expected = 600 * law / law.sum()
    others = np.arange(12) != first
    assert draws[first] == 0
    chi_square = np.sum(np.square(draws - expected)[others] / expected[others])
    assert chi_square < 29.6  # 99.8 % of chi-square with 10 degrees of freedom lies below
