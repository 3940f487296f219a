"""Colour, contrast and grain: what a vector tells of a tile's pixels beside their mean."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.model import Encoder, StatisticsEncoder, get_config
from mlcore.model.batches import sample_batch
from mlcore.model.features import leading
from mlcore.model.network import Network
from mlcore.samples import Chip, Sample
from mlcore.sensors import get_sensor, spectrometer
from tests.mlcore.chips import make_chip, make_sample

SIDE = 32
PLACES = np.mgrid[:SIDE, :SIDE]


def painted(pattern, sensor="rgb"):
    """A sample whose bands all show one pattern, 0 or 1 at each pixel."""
    bands = len(get_sensor(sensor).bands)
    pixels = np.repeat(60 + 60 * np.asarray(pattern, np.float32)[None], bands, 0)
    return Sample((Chip(pixels, np.ones(pixels.shape[1:], bool), get_sensor(sensor)),))


def told(name, *samples):
    encoder = StatisticsEncoder()
    return encoder.embed(samples)[:, encoder.blocks[name]]


def test_it_works():
    fine, coarse = told("grain", painted(PLACES.sum(0) // 2 % 2), painted(PLACES.sum(0) // 8 % 2))
    assert fine[0] > coarse[0] + 1  # strength of gradients from pixel to pixel
    calm, rough = told("contrast", painted(PLACES[0] * 0), painted(PLACES[0] % 2))
    assert rough.max() > calm.max() + 0.2


def test_stripes_keep_to_one_axis_and_fields_do_not():
    stripes, fields = told("grain", painted(PLACES[0] // 4 % 2), painted(sum(PLACES // 4) % 2))
    axis = 2
    assert stripes[axis] > 0.9
    assert abs(fields[axis]) < 0.2


def test_colour_is_what_brightness_leaves():
    grey = painted(PLACES[0] * 0)
    red = Sample(
        (replace(grey.chips[0], pixels=grey.chips[0].pixels * np.array([2, 1, 1], np.float32)[:, None, None]),)
    )
    brighter = Sample((replace(grey.chips[0], pixels=grey.chips[0].pixels * 2),))
    plain, coloured, bright = told("colour", grey, red, brighter)
    assert np.abs(coloured - plain).max() > 0.3
    np.testing.assert_allclose(bright, plain, atol=0.02)


@pytest.mark.parametrize("side", [1, 2, 3, 5])
def test_tiles_too_small_for_a_gradient_say_nothing_of_it(side):
    vectors = told("grain", make_sample("rgb", side=side))
    assert np.isfinite(vectors).all()
    if side < 3:
        assert not vectors[:, :12].any()


def test_radar_and_light_have_grains_of_their_own():
    optical, radar = told("grain", make_sample("rgb"), make_sample("sentinel1-grd", level=-12, swing=3))
    assert not ((optical != 0) & (radar != 0)).any()


@pytest.mark.parametrize(("sensor", "kept"), [("sentinel1-grd", 5), ("rgb", 9), ("landsat7-etm", 35)])
def test_few_bands_are_told_by_few_learned_numbers(sensor, kept):
    network = Network(get_config("nano"))
    network.gain.fill_(1.0)
    encoder = Encoder(network=network)
    learned = encoder.embed([make_sample(sensor)])[0, encoder.blocks["learned"]]
    assert learned[:kept].all()
    assert not learned[kept:].any()


def test_many_bands_are_told_by_all_learned_numbers_and_dates_do_not_count_twice():
    cube = make_sample(spectrometer(np.linspace(400, 2500, 60)))
    assert leading(sample_batch([cube]).chips, 64).all()
    chip = make_chip("rgb")
    assert leading(sample_batch([Sample((chip, chip, chip))]).chips, 64).sum() == 9
