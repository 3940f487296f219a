"""check_sample: contradictions are refused with words that help; what is merely missing is not."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from mlcore.checks import check_sample
from mlcore.errors import BadSample, UnknownName
from mlcore.samples import Chip, Sample
from mlcore.sensors import Band, Modality, Quantity, Sensor, get_sensor, unknown_sensor
from tests.mlcore.chips import make_chip

S2, S1 = get_sensor("sentinel2-l2a"), get_sensor("sentinel1-grd")
REFLECTANCE = replace(S2, quantity=Quantity.REFLECTANCE)


def flat(sensor, level, side=8):
    pixels = np.full((len(sensor.bands), side, side), level, np.float32)
    return Chip(pixels, np.ones((side, side), bool), sensor)


def check(chip, **sample):
    check_sample(Sample((chip,), **sample), today=date(2026, 11, 23))


@pytest.mark.parametrize(
    "chip",
    [
        flat(S2, 1500),
        flat(REFLECTANCE, 0.15),
        flat(S1, -11),
        flat(get_sensor("elevation"), 1800),
        flat(unknown_sensor(5), 900),
        flat(S2, 1500, side=1),
        flat(get_sensor("rgb"), 0),
    ],
)
def test_it_works(chip):
    check(chip, place=(13.1, 52.4), acquired=date(2026, 11, 23))


def test_a_tile_without_data_is_a_normal_state():
    chip = make_chip()
    check(replace(chip, mask=np.zeros_like(chip.mask)))


@pytest.mark.parametrize(
    ("chip", "message"),
    [
        (flat(REFLECTANCE, 1500), r"Chip 1 .*looks like reflectance_1e4"),
        (flat(REFLECTANCE, 15), "looks like per cent"),
        (flat(S2, 0.15), "declare reflectance"),
        (flat(S1, 0.05), "linear power: take 10"),
        (flat(S2, np.nan), "holds no number"),
        (flat(replace(REFLECTANCE, bands=(Band("1"), Band("2"))), 0.1), "1, 2 have no wavelength"),
        (flat(replace(S2, bands=(S2.bands[0], S2.bands[0])), 1500), "B01 more than once"),
        (flat(replace(S2, bands=(Band("red", wavelength_nm=0.66),)), 1500), "micrometres are 1000 nm"),
        (flat(replace(S1, bands=(Band("VV", wavelength_nm=5.405),)), -11), "radar bands have a polarisation"),
        (flat(unknown_sensor(513), 1, side=1), "1 to 512 can be read"),
        (replace(flat(S2, 1500), acquired=date(2027, 1, 1)), "in the future"),
        (replace(flat(S1, -11), incidence_deg=140.0), "0 to 90 degrees"),
    ],
)
def test_contradictions_are_refused(chip, message):
    with pytest.raises(BadSample, match=message):
        check(chip)


def test_kelvin_is_not_celsius():
    thermal = Sensor("t", "Thermal", (Band("T", wavelength_nm=11000),), quantity=Quantity.BRIGHTNESS_TEMPERATURE)
    check(flat(thermal, 290))
    with pytest.raises(BadSample, match="convert degrees Celsius"):
        check(flat(thermal, 17))


def test_the_sample_itself_is_checked_too():
    with pytest.raises(BadSample, match="no chips"):
        check_sample(Sample(()))
    with pytest.raises(BadSample, match="longitude"):
        check(flat(S2, 1500), place=(52.4, 113.1))
    with pytest.raises(BadSample, match="in the future"):
        check(flat(S2, 1500), acquired=date(2026, 12, 24))


def test_unknown_words_list_the_known_ones():
    with pytest.raises(UnknownName, match="reflectance_1e4"):
        check(flat(replace(S2, quantity="sparkle"), 1))
    with pytest.raises(UnknownName, match="ascending"):
        check(replace(flat(S1, -11), orbit="sideways"))
    assert Modality.POINTS in list(Modality)
