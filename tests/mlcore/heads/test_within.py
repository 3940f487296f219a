"""Chances to lie within a distance: they come true on samples that the head has not seen."""

import numpy as np
import pytest

from mlcore.heads import Lesson, RegressionHead
from mlcore.heads.regression.within import chance_within


def a_world(count: int, seed: int, *, skewed: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors and a quantity, noisier where the third column is high."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, 6)).astype(np.float32)
    noise = rng.normal(size=count) * (0.5 + 2.5 * (vectors[:, 2] > 0.3))
    values = 3 * vectors[:, 0] + 2 * np.tanh(vectors[:, 1]) + noise
    return vectors, np.exp(values / 4) if skewed else values


@pytest.mark.parametrize(("skewed", "distance"), [(False, 2.0), (True, 0.5)])
def test_it_works(skewed: bool, distance: float) -> None:
    vectors, truth = a_world(1200, 0, skewed=skewed)
    head = RegressionHead.fit(Lesson(inputs=vectors[:200], targets=truth[:200]))
    said = head.predict(vectors[200:])
    chances = chance_within(head, said, distance)
    right = np.abs(said.value - truth[200:]) <= distance
    assert ((chances > 0) & (chances < 1)).all()
    assert abs(chances.mean() - right.mean()) < 0.06
    sure = chances > np.quantile(chances, 0.5)
    assert right[sure].mean() > right[~sure].mean()
    for part in (sure, ~sure):
        assert abs(chances[part].mean() - right[part].mean()) < 0.12


def test_a_wider_distance_is_likelier_and_nothing_is_certain() -> None:
    vectors, truth = a_world(60, 1)
    head = RegressionHead.fit(Lesson(inputs=vectors[:40], targets=truth[:40]))
    said = head.predict(vectors[40:])
    levels = [chance_within(head, said, distance) for distance in (0.0, 0.5, 1, 3, 30, 300)]
    assert (levels[0] == 0).all()
    assert all((lower < higher).all() for lower, higher in zip(levels, levels[1:], strict=False))
    assert (levels[-1] < 1).all()


def test_each_row_may_have_a_distance_of_its_own() -> None:
    vectors, truth = a_world(60, 2)
    head = RegressionHead.fit(Lesson(inputs=vectors[:40], targets=truth[:40]))
    said = head.predict(vectors[40:])
    own = chance_within(head, said, np.linspace(0.1, 5, 20))
    assert own[3] == chance_within(head, said, np.linspace(0.1, 5, 20)[3])[3]


def test_the_width_of_the_intervals_does_not_matter_much() -> None:
    vectors, truth = a_world(300, 3)
    head = RegressionHead.fit(Lesson(inputs=vectors[:200], targets=truth[:200]))
    narrow, wide = (
        chance_within(head, head.predict(vectors[200:], coverage=level), 2.0, coverage=level) for level in (0.8, 0.95)
    )
    assert np.abs(narrow - wide).mean() < 0.1
