"""Encoder.embed_map: dense features for segmentation."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.model import StatisticsEncoder, load_encoder
from mlcore.samples import Sample
from tests.mlcore.chips import make_chip, make_scene


@pytest.mark.parametrize("name", ["nano", "statistics"])
def test_it_works(name):
    encoder = load_encoder(name)
    found = encoder.embed_map(make_chip(side=64))
    assert found.shape == (encoder.map_dim, 32, 32)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


@pytest.mark.parametrize("side", [1, 2, 9, 63])
def test_odd_sizes_are_rounded_up(side):
    encoder = load_encoder("nano")
    assert encoder.embed_map(make_chip(side=side)).shape == (encoder.map_dim, (side + 1) // 2, (side + 1) // 2)


def test_it_takes_a_sample_of_chips_with_different_resolutions():
    encoder = load_encoder("nano")
    sample = Sample((make_chip(side=64), make_chip("elevation", side=21)))
    assert encoder.embed_map(sample).shape == (encoder.map_dim, 32, 32)


def test_features_lie_where_their_pixels_are():
    scene = make_scene(side=64, field=32)
    found = StatisticsEncoder().embed_map(scene)
    inside, same_field, other_field = found[:, 8, 8], found[:, 10, 6], found[:, 8, 24]
    assert np.linalg.norm(inside - same_field) < 0.3 * np.linalg.norm(inside - other_field)


def test_invalid_places_are_zero():
    chip = make_chip(side=16)
    mask = chip.mask.copy()
    mask[:8] = False
    found = StatisticsEncoder().embed_map(replace(chip, mask=mask))
    assert not found[:, :4].any()
    assert found[:, 4:].any()
