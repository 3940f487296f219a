"""Which bands of a sensor stand for which channel of Sentinel-2."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.encoders.bands import OPTICAL, optical_weights, radar_weights, why_unreadable
from mlcore.sensors import Quantity, get_sensor
from mlcore.sensors.guess import spectrometer
from tests.mlcore.chips import make_chip


def _found(sensor):
    weights = optical_weights(sensor)
    return {
        name: [sensor.bands[i].name for i in np.flatnonzero(row)] for name, row in zip(OPTICAL, weights, strict=True)
    }


def test_it_works():
    """Every channel of Sentinel-2 is its own band: the wide infrared isn't mixed with the narrow."""
    sensor = get_sensor("sentinel2-l1c")
    assert _found(sensor) == {name: [name] for name in OPTICAL}
    assert optical_weights(sensor).max() == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("rgb", {"B02": ["B"], "B03": ["G"], "B04": ["R"]}),
        ("rgbn", {"B02": ["B"], "B03": ["G"], "B04": ["R"], "B08": ["N"]}),
        ("landsat-tm6", {"B02": ["B1"], "B03": ["B2"], "B04": ["B3"], "B08": ["B4"], "B11": ["B5"], "B12": ["B7"]}),
        ("pan", {}),
    ],
)
def test_other_sensors_are_matched_by_wavelength(code, expected):
    assert {name: bands for name, bands in _found(get_sensor(code)).items() if bands} == expected


def test_a_spectrometer_is_averaged_over_each_channel():
    sensor = replace(spectrometer(list(range(400, 1060, 10))), quantity=Quantity.REFLECTANCE)
    weights = optical_weights(sensor)
    assert len(_found(sensor)["B02"]) == 7  # 460..520 nm
    assert weights.sum(1)[: OPTICAL.index("B11")] == pytest.approx(1e4)
    assert not weights[OPTICAL.index("B11") :].any()


def test_radar_is_matched_by_polarisation_in_decibels_only():
    assert radar_weights(get_sensor("sentinel1-grd")).tolist() == [[1, 0], [0, 1]]
    assert not radar_weights(replace(get_sensor("sentinel1-grd"), quantity=Quantity.DIGITAL_NUMBER)).any()


@pytest.mark.parametrize(
    ("sensor", "level", "reason"),
    [
        (get_sensor("rgb"), 80, ""),
        (get_sensor("rgb"), 4000, "above 255"),
        (get_sensor("pan"), 80, "no band near"),
        (replace(get_sensor("sentinel2-l2a"), quantity=Quantity.RADIANCE), 80, "not reflectance"),
        (replace(get_sensor("sentinel1-grd"), quantity=Quantity.DIGITAL_NUMBER), 80, "decibels"),
        (get_sensor("elevation"), 80, "only elevation"),
    ],
)
def test_what_cannot_be_read_says_why(sensor, level, reason):
    said = why_unreadable(make_chip(sensor, level=level))
    assert reason in said
    assert bool(said) == bool(reason)
