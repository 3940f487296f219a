"""Sensors: the table, descriptions that travel as JSON, and guesses."""

import json

import pytest

from mlcore.errors import BadSensor, UnknownName
from mlcore.sensors import (
    LEVELS,
    SENSORS,
    Modality,
    get_sensor,
    guess_sensor,
    sensor_from_dict,
    spectrometer,
    unknown_sensor,
)


def test_it_works() -> None:
    landsat = get_sensor("landsat7-etm")
    assert [band.wavelength_nm for band in landsat.bands] == [485, 560, 660, 835, 1650, 11450, 2220]
    assert landsat.band_index("B4") == 3
    assert landsat.composite().bands == ("B3", "B2", "B1")
    assert landsat.bands[3].label == "B4 near infrared"


@pytest.mark.parametrize("sensor", SENSORS.values(), ids=SENSORS)
def test_every_composite_names_bands_that_exist(sensor) -> None:
    assert sensor.composites
    for composite in sensor.composites:
        assert len(composite.bands) in (1, 3)
        assert all(sensor.band_index(name) >= 0 for name in composite.bands)


@pytest.mark.parametrize("sensor", [*SENSORS.values(), unknown_sensor(5), spectrometer([400, 500.5, 610])])
def test_a_sensor_survives_json(sensor) -> None:
    assert sensor_from_dict(json.loads(json.dumps(sensor.to_dict()))) == sensor


def test_a_description_stored_before_levels_and_frequencies_is_read() -> None:
    stored = get_sensor("sentinel1-grd").to_dict()
    del stored["frequency_ghz"], stored["level"]
    sensor = sensor_from_dict(stored)
    assert (sensor.frequency_ghz, sensor.level) == (None, None)
    assert sensor.bands == get_sensor("sentinel1-grd").bands


def test_radar_has_a_frequency_and_no_wavelength() -> None:
    radar = get_sensor("sentinel1-grd")
    assert radar.frequency_ghz == 5.405
    assert all(band.wavelength_nm is None for band in radar.bands)
    assert {get_sensor(code).level for code in ("sentinel2-l1c", "sentinel2-l2a")} == {"L1C", "L2A"} <= set(LEVELS)


@pytest.mark.parametrize("change", [{"modality": "smell"}, {"bands": [{"title": "no name"}]}, {"bands": None}])
def test_a_wrong_description_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadSensor, match="incomplete or wrong"):
        sensor_from_dict(get_sensor("rgb").to_dict() | change)


def test_unknown_names_list_the_right_ones() -> None:
    with pytest.raises(UnknownName, match="elevation, .*sentinel2-l2a"):
        get_sensor("hubble")
    with pytest.raises(UnknownName, match="choose one of: B, G, R"):
        get_sensor("rgb").band_index("X")
    with pytest.raises(UnknownName, match="true"):
        get_sensor("rgb").composite("x")


@pytest.mark.parametrize(
    ("count", "descriptions", "dtype", "code"),
    [
        (3, (None,) * 3, "uint8", "rgb"),
        (7, (None,) * 7, "uint8", "landsat7-etm"),
        (12, ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B11", "B12"), "int16", "sentinel2-l2a"),
        (13, tuple(f"b{number:02}" for number in range(13)), "int16", "sentinel2-l1c"),
        (2, ("VV_dB", "VH_dB"), "float32", "sentinel1-grd"),
        (2, ("VH", "VV"), "float32", "sar-vh-vv"),
        (4, ("HH", "HV", "VH", "VV"), "float32", "sar-hh-hv-vh-vv"),
        (1, ("Intensity",), "uint16", "pan"),
        (1, (None,), "float32", "unknown-1"),
        (1, ("Elevation (m)",), "int16", "elevation"),
        (2, (None, None), "float32", "unknown-2"),
        (31, (None,) * 31, "uint8", "unknown-31"),
    ],
)
def test_guesses(count: int, descriptions: tuple[str | None, ...], dtype: str, code: str) -> None:
    sensor = guess_sensor(count, descriptions, dtype)
    assert sensor.code == code
    assert len(sensor.bands) == count


@pytest.mark.parametrize("pattern", ["{nm} nm", "band 1 ({nm} Nanometers)", "{um} um", "B1: {um} µm"])
def test_wavelengths_are_read_from_descriptions(pattern: str) -> None:
    centres = (450.5, 550.0, 660.0, 850.0)
    sensor = guess_sensor(4, [pattern.format(nm=nm, um=nm / 1000) for nm in centres])
    assert [band.wavelength_nm for band in sensor.bands] == pytest.approx(centres)
    assert sensor.modality is Modality.OPTICAL
    assert sensor.composite("true").bands == ("3", "2", "1")


def test_an_unknown_sensor_claims_no_wavelength() -> None:
    sensor = unknown_sensor(2)
    assert [band.wavelength_nm for band in sensor.bands] == [None, None]
    assert sensor.composite().bands == ("1",)
