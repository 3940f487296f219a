"""remarks: what a model can read, but its sender probably didn't mean, with what to do."""

from dataclasses import replace

import numpy as np

from mlcore.remarks import remarks
from mlcore.samples import Chip
from mlcore.sensors import get_sensor, unknown_sensor

RGB = get_sensor("rgb")


def noisy(sensor=RGB, side=8):
    pixels = np.random.default_rng(0).uniform(1, 200, (len(sensor.bands), side, side)).astype(np.float32)
    return Chip(pixels, np.ones((side, side), bool), sensor)


def changed(chip, band, values):
    pixels = chip.pixels.copy()
    pixels[band] = values
    return replace(chip, pixels=pixels)


def test_it_works():
    assert remarks(noisy()) == []
    assert remarks(noisy(get_sensor("sentinel1-grd"))) == []


def test_one_pixel_is_remarked_on():
    (said,) = remarks(noisy(side=1))
    assert "single pixel" in said


def test_bands_without_a_wavelength_are_counted():
    (said,) = remarks(noisy(unknown_sensor(9)))
    assert said.startswith("Bands 1, 2, 3, 4, 5, 6 and 3 more without a wavelength")
    assert "State the sensor" in said


def test_a_dead_band_is_named():
    (said,) = remarks(changed(noisy(), 1, 0))
    assert said.startswith("Band G without any content")
    assert remarks(changed(noisy(), 1, np.nan)) == [said]


def test_a_copied_band_is_named_with_its_original():
    chip = noisy()
    (said,) = remarks(changed(chip, 2, chip.pixels[0]))
    assert said.startswith("Band B (of R) that repeats another")


def test_a_flat_tile_and_one_without_data_are_no_oddities():
    assert remarks(replace(noisy(), pixels=np.full((3, 8, 8), 7, np.float32))) == []
    assert remarks(replace(noisy(), mask=np.zeros((8, 8), bool))) == []
