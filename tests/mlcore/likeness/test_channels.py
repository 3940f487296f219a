"""Likeness: few channels of a byte, of bands and features."""

import json
import struct
from dataclasses import replace

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.likeness import likeness_of
from tests.mlcore.chips import make_chip


def two_halves(side=16):
    """Return a chip whose right half is brighter in all bands."""
    chip = make_chip(side=side)
    pixels = np.full(chip.pixels.shape, 60, np.float32)
    pixels[:, :, side // 2 :] = 160
    return replace(chip, pixels=pixels + np.random.default_rng(0).normal(0, 3, pixels.shape).astype(np.float32))


def test_it_works():
    likeness = likeness_of([two_halves()], 16)
    left, right = likeness.bands[0, :, :8].astype(int), likeness.bands[0, :, 8:].astype(int)
    assert abs(left.mean() - right.mean()) > 10 * max(left.std(), right.std())
    assert likeness.band_spreads[0] == 1
    assert (np.diff(likeness.band_spreads) <= 0).all()


def test_what_is_not_known_is_0_and_all_else_is_not():
    chip = two_halves()
    mask = chip.mask.copy()
    mask[:4] = False
    bands = likeness_of([replace(chip, mask=mask)], 16).bands
    assert not bands[:, :4].any()
    assert bands[:, 4:].min() >= 1


def test_chips_of_several_resolutions_lie_on_one_raster():
    likeness = likeness_of([two_halves(16), two_halves(8)], 16)
    assert likeness.bands.shape[1:] == (16, 16)


def test_a_tile_of_one_value_is_known_all_the_same():
    chip = make_chip(side=8)
    bands = likeness_of([replace(chip, pixels=np.ones_like(chip.pixels))], 8).bands
    assert (bands == 128).all()


def test_features_come_at_their_own_resolution():
    features = np.random.default_rng(0).normal(size=(20, 8, 8))
    assert likeness_of([two_halves()], 16, features).features.shape == (8, 8, 8)


def test_bytes_have_a_header_with_the_shapes():
    likeness = likeness_of([two_halves()], 16)
    data = likeness.to_bytes()
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    assert header["bands"] == list(likeness.bands.shape)
    assert len(data) == 4 + length + likeness.bands.size


def test_no_chip_is_refused():
    with pytest.raises(BadFeatures, match="at least one chip"):
        likeness_of([], 16)
