"""reliability: whether certainty comes true, with the tile as the unit where points lie in tiles."""

import numpy as np
import pytest

from mlcore.audits.reliability import calibration_error, reliability
from mlcore.errors import BadFeatures


def points(tiles=40, each=50, seed=0):
    """Return chances [n, 2], truth and tile of points; half of the tiles are right throughout, half by halves."""
    rng = np.random.default_rng(seed)
    sure = np.repeat(np.where(np.arange(tiles) % 2, 0.95, 0.55), each)
    truth = (rng.random(len(sure)) > sure).astype(int)
    return np.stack([sure, 1 - sure], 1), truth, np.repeat(np.arange(tiles), each)


def test_it_works():
    chances, truth, tiles = points()
    low, high = reliability(chances, truth, np.full(len(truth), 0.1), clusters=tiles)
    assert (low.confidence, high.confidence) == (pytest.approx(0.55), pytest.approx(0.95))
    assert low.right.low <= 0.55 <= low.right.high and high.right.low <= 0.95 <= high.right.high
    assert (low.clusters, low.count, low.weight) == (20, pytest.approx(20), pytest.approx(0.5))
    assert calibration_error([low, high]) < 0.03


def test_points_of_a_tile_do_not_count_as_many_audits():
    rng = np.random.default_rng(1)
    right = np.repeat(rng.random(20) < 0.7, 100)  # tiles are right or wrong as a whole
    chances, drawn = np.tile([0.7, 0.3], (2000, 1)), np.full(2000, 0.1)
    tiles = np.repeat(np.arange(20), 100)
    (clustered,) = reliability(chances, (~right).astype(int), drawn, clusters=tiles)
    (alone,) = reliability(chances, (~right).astype(int), drawn)
    assert clustered.right.value == pytest.approx(alone.right.value)
    assert clustered.right.high - clustered.right.low > 5 * (alone.right.high - alone.right.low)


def test_a_tile_that_lies_in_two_bins_is_shared_between_them():
    chances = np.array([[0.95, 0.05]] * 3 + [[0.65, 0.35]])
    low, high = reliability(chances, np.zeros(4, int), np.ones(4), clusters=np.zeros(4, int))
    assert (low.count, high.count, low.clusters, high.clusters) == (0.25, 0.75, 1, 1)


def test_audits_that_were_likelier_weigh_less():
    chances = np.array([[0.95, 0.05], [0.95, 0.05]])
    (level,) = reliability(chances, np.array([0, 1]), np.array([0.1, 0.3]))
    assert level.right.value == pytest.approx(0.75)
    assert level.count == 2


def test_nothing_to_tell_is_refused():
    with pytest.raises(BadFeatures, match="Reliability needs"):
        reliability(np.zeros((0, 2)), np.zeros(0, int), np.zeros(0))
