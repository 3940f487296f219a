"""Clicks: points inside tiles, a few on each."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.query.clicks import Prices, Spots, choose_clicks


def spots(tiles=20, each=30, seed=0):
    rng = np.random.default_rng(seed)
    count = tiles * each
    return Spots(
        np.repeat(np.arange(tiles), each),
        rng.integers(0, 64, (count, 2)),
        rng.normal(size=(count, 6)).astype(np.float32),
        rng.random(count).astype(np.float32),
        np.ones(count, np.float32),
        np.full(count, 25),
    )


def test_it_works():
    clicks = choose_clicks(spots(), 24)
    assert len(set(clicks.spots.tolist())) == len(clicks.reasons) == 24
    switches = 1 + np.count_nonzero(np.diff(clicks.tiles))
    assert switches == len(set(clicks.tiles.tolist())) < 15
    assert np.bincount(clicks.tiles).max() <= 8
    assert clicks.seconds == 24 * 2 + switches * 6
    np.testing.assert_array_equal(clicks.points, spots().points[clicks.spots])


def test_dear_switches_keep_a_person_on_a_tile():
    opened = [
        len(set(choose_clicks(spots(), 24, prices=Prices(switch=switch)).tiles.tolist())) for switch in (0.0, 0.5, 60.0)
    ]
    assert opened[0] > opened[1] > opened[2] == 3


def test_sure_segments_are_left_alone():
    table = spots()
    table = replace(table, doubts=np.where(table.tiles < 10, 0, table.doubts).astype(np.float32))
    assert (choose_clicks(table, 20).tiles >= 10).all()


def test_segments_like_labelled_ones_are_left_alone():
    table = spots()
    groups = np.sign(table.vectors[:, :1]) * np.float32(4)
    table = replace(table, vectors=np.hstack([groups, np.zeros_like(groups)]))
    chosen = choose_clicks(table, 1, covered=table.vectors[groups[:, 0] > 0][:3])
    assert table.vectors[chosen.spots[0], 0] < 0


def test_the_point_is_the_pixel_most_like_its_segment():
    segments = np.array([[0, 0, 0], [1, 1, -1]])
    features = np.array([[[1.0, 2, 6], [5, 5, 9]]])
    probabilities = np.array([[[0.9, 0.4, 0.8], [0.5, 0.5, 0]], [[0.1, 0.6, 0.2], [0.5, 0.5, 1]]])
    pair = Spots.of_tile(7, segments, features, probabilities)
    assert pair.points.tolist() == [[0, 1], [1, 0]]
    assert pair.tiles.tolist() == [7, 7]
    np.testing.assert_allclose(pair.doubts, [(0.2 + 0.8 + 0.4) / 3, 1], atol=1e-6)
    np.testing.assert_allclose(pair.purity, [2 / 3, 1], atol=1e-6)
    assert Spots.joined([pair, pair]).pixels.tolist() == [3, 2, 3, 2]


def test_maps_that_do_not_lie_over_each_other_are_refused():
    with pytest.raises(BadFeatures, match="must lie on"):
        Spots.of_tile(0, np.zeros((3, 3), int), np.zeros((2, 4, 4)))


def test_fewer_spots_than_clicks_and_none_at_all():
    assert len(choose_clicks(spots(1, 3), 10).spots) == 3
    assert choose_clicks(spots(), 0).reasons == ()
