"""Encoder.embed_map: dense features for segmentation."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.model import StatisticsEncoder, load_encoder
from mlcore.samples import Sample
from mlcore.sensors import spectrometer
from tests.mlcore.chips import make_chip, make_scene


@pytest.mark.parametrize("name", ["nano", "statistics"])
def test_it_works(name):
    encoder = load_encoder(name)
    features = encoder.embed_map(make_chip(side=64))
    assert features.shape == (encoder.map_dim, 32, 32)
    assert features.dtype == np.float32
    assert np.isfinite(features).all()


@pytest.mark.parametrize(("side", "cells"), [(1, 1), (2, 2), (9, 9), (32, 32), (33, 17), (63, 32), (64, 32)])
def test_small_tiles_are_told_pixel_by_pixel_and_odd_sizes_rounded_up(side, cells):
    encoder = load_encoder("nano")
    assert encoder.embed_map(make_chip(side=side)).shape == (encoder.map_dim, cells, cells)


def test_a_sensor_of_another_resolution_is_fitted_to_the_whole_tile():
    elevation = make_chip("elevation", side=21)
    mask = elevation.mask.copy()
    mask[:, 18:] = False  # the eastern seventh
    encoder = StatisticsEncoder()
    features = encoder.embed_map(Sample((make_chip(side=16), replace(elevation, mask=mask))))
    alone = encoder.embed_map(make_chip(side=16))
    heights = np.abs(features - alone).max(0) > 1e-3
    assert heights[:, :13].all()
    assert not heights[:, 14:].any()


def test_it_takes_a_sample_of_chips_with_different_resolutions():
    encoder = load_encoder("nano")
    sample = Sample((make_chip(side=64), make_chip("elevation", side=21)))
    assert encoder.embed_map(sample).shape == (encoder.map_dim, 32, 32)


def test_features_lie_where_their_pixels_are():
    scene = make_scene(side=64, field=32)
    features = StatisticsEncoder().embed_map(scene)
    inside, same_field, other_field = features[:, 8, 8], features[:, 10, 6], features[:, 8, 24]
    assert np.linalg.norm(inside - same_field) < 0.3 * np.linalg.norm(inside - other_field)


def test_invalid_places_are_zero():
    chip = make_chip(side=16)
    mask = chip.mask.copy()
    mask[:8] = False
    features = StatisticsEncoder().embed_map(replace(chip, mask=mask))
    assert not features[:, :8].any()
    assert features[:, 8:].any(0).all()


def test_places_are_told_by_the_sharpest_sensor_that_is_valid_there():
    cube = make_chip(spectrometer(np.linspace(430, 900, 60)), side=16)
    mask = cube.mask.copy()
    mask[:8] = False
    photo = make_chip("rgb", side=16, level=150)
    encoder = StatisticsEncoder()
    both = encoder.embed_map(Sample((photo, replace(cube, mask=mask))))
    fine, narrow = encoder.embed_map(photo), encoder.embed_map(replace(cube, mask=mask))
    spectrum = encoder.map_blocks["spectrum"]
    told = np.flatnonzero(fine[spectrum].any((1, 2)))
    np.testing.assert_allclose(both[told, :8], fine[told, :8], atol=1e-5)
    np.testing.assert_allclose(both[told, 8:], narrow[told, 8:], atol=1e-5)


def test_dates_of_one_sensor_are_averaged_where_they_are_valid():
    first, second = make_chip(side=16, level=60), make_chip(side=16, level=120)
    mask = second.mask.copy()
    mask[:8] = False
    second = replace(second, mask=mask)
    encoder = StatisticsEncoder()
    one, two, both = (encoder.embed_map(Sample(chips)) for chips in ((first,), (second,), (first, second)))
    spectrum = encoder.map_blocks["spectrum"]
    np.testing.assert_allclose(both[spectrum, :8], one[spectrum, :8], atol=1e-5)
    np.testing.assert_allclose(both[spectrum, 8:], (one + two)[spectrum, 8:] / 2, atol=1e-4)


def test_each_channel_is_in_one_block():
    encoder = StatisticsEncoder()
    ends = [end for block in encoder.map_blocks.values() for end in (block.start, block.stop)]
    assert ends[0] == 0
    assert ends[1:-1:2] == ends[2::2]
    assert ends[-1] == encoder.map_dim


def test_weights_that_never_saw_paint_say_nothing_of_places():
    chip = make_chip(side=16)
    assert np.array_equal(load_encoder("nano").embed_map(chip), StatisticsEncoder().embed_map(chip))


def test_surroundings_reach_farther_than_the_cell():
    chip = make_chip(side=64)
    calm, spotted = chip.pixels * 0 + 100, chip.pixels * 0 + 100
    spotted[:, 40:42, 40:42] = 200
    encoder = StatisticsEncoder()
    change = encoder.embed_map(replace(chip, pixels=spotted)) - encoder.embed_map(replace(chip, pixels=calm))
    touched = {
        name: np.abs(change[block]).max(0) > 1e-4
        for name, block in encoder.map_blocks.items()
        if name in ("spectrum", "level 3", "level 15", "grain 15")
    }
    assert {name: cells.sum() for name, cells in touched.items() if name != "grain 15"} == {
        "spectrum": 1,
        "level 3": 9,
        "level 15": 225,
    }
    assert touched["grain 15"].sum() > 225  # steps begin one cell before


def test_radar_steps_between_neighbours_are_speckle_and_left_out():
    encoder, radar, optical = StatisticsEncoder(), make_chip("sentinel1-grd", side=32), make_chip(side=32)
    near, wide = (encoder.map_blocks[f"grain {reach}"] for reach in (3, 15))
    assert not encoder.embed_map(radar)[near].any()
    assert encoder.embed_map(radar)[wide].any()
    assert encoder.embed_map(optical)[near].any()


def test_a_gain_of_all_bands_is_no_colour_and_no_grain():
    encoder, chip = StatisticsEncoder(), make_scene(side=32)
    pixels = 40 + chip.pixels
    once, twice = (encoder.embed_map(replace(chip, pixels=pixels * gain)) for gain in (1, 2))
    for name in ("colour", "colour 3", "grain 15"):
        assert np.abs((once - twice)[encoder.map_blocks[name]]).max() < 0.05
    assert np.abs((once - twice)[encoder.map_blocks["level 3"]]).max() > 0.5


def test_a_spectrometer_is_told_on_its_own_axes_wherever_it_is_valid():
    rng = np.random.default_rng(0)
    sensor = spectrometer(list(np.linspace(420, 1000, 20)), code="made", title="Made")
    pixels = (rng.uniform(50, 200, (20, 1, 1)) * rng.uniform(0.8, 1.2, (1, 16, 16))).astype(np.float32)
    mask = np.ones((16, 16), bool)
    mask[:4] = False
    chip = replace(make_chip(side=16), pixels=pixels, mask=mask, sensor=sensor)
    plain = StatisticsEncoder()
    features = plain.with_spectra([chip]).embed_map(chip)
    spectrum = features[plain.map_blocks["spectrum"]]
    assert not spectrum[:, :4].any()
    assert np.abs(spectrum[:, 4:]).max((1, 2))[0] > 5 * np.abs(spectrum[:, 4:]).max((1, 2))[1:20].max()  # one axis
    rest = plain.map_blocks["colour"].start
    assert np.array_equal(features[rest:], plain.embed_map(chip)[rest:])
