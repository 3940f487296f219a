"""superpixels: connected pieces that look alike."""

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.query.segments import _pieces, superpixels


def fields(noise=0.1):
    """Four fields of 30 x 40 pixels, seen in three bands."""
    rng = np.random.default_rng(0)
    truth = np.repeat(np.repeat([[0, 1], [2, 3]], 30, 0), 40, 1)
    return np.moveaxis(rng.normal(size=(4, 3))[truth], -1, 0) + noise * rng.normal(size=(3, 60, 80)), truth


def test_it_works():
    features, truth = fields()
    segments = superpixels(features, pixels=25)
    sizes = np.bincount(segments.ravel())
    assert segments.dtype == np.int32
    assert 100 < len(sizes) < 300
    assert sizes.min() > 0
    votes = np.stack([np.bincount(segments.ravel(), truth.ravel() == field) for field in range(4)])
    assert votes.max(0).sum() / truth.size > 0.99


def test_each_segment_is_in_one_piece():
    segments = superpixels(fields(1.0)[0], pixels=25)
    assert _pieces(segments, np.ones(segments.shape, bool)).max() == segments.max()


def test_pixels_without_data_belong_to_none():
    features, _ = fields()
    features[:, :20, :20] = np.nan
    segments = superpixels(features)
    assert (segments[:20, :20] == -1).all()
    assert (segments >= 0).sum() == segments.size - 400


def test_small_and_flat_maps_have_segments_too():
    assert superpixels(np.zeros((3, 1, 1))).tolist() == [[0]]
    assert superpixels(np.zeros((2, 20, 20))).max() >= 3


def test_what_is_no_map_is_refused():
    with pytest.raises(BadFeatures, match="H, W"):
        superpixels(np.zeros((3, 4)))
    with pytest.raises(BadFeatures, match="no finite pixel"):
        superpixels(np.full((3, 4, 4), np.nan))
