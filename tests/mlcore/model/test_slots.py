"""Slots: where bands of any sensor fall on the lattice."""

from dataclasses import replace

import numpy as np

from mlcore.model import slots
from mlcore.sensors import get_sensor, spectrometer, unknown_sensor


def test_it_works():
    weights = slots.averaging(get_sensor("rgb"))
    red, green, blue = (int(np.argmin(abs(slots.OPTICAL_NM - centre))) for centre in (650, 550, 460))
    assert weights[[red, green, blue]].argmax(1).tolist() == [0, 1, 2]


def test_every_slot_averages_or_is_empty():
    for sensor in (get_sensor("sentinel2-l1c"), unknown_sensor(40), spectrometer(np.linspace(400, 2500, 200))):
        for table in (slots.averaging(sensor), slots.grouping(sensor)):
            sums = table.sum(1)
            assert np.all(np.isclose(sums, 0) | np.isclose(sums, 1, atol=1e-5))


def test_every_band_is_heard_by_some_group():
    for code in ("rgb", "pan", "landsat7-etm", "sentinel2-l1c", "sentinel1-grd", "elevation"):
        assert (slots.grouping(get_sensor(code)).sum(0) > 0).all(), code


def test_interpolation_rebuilds_a_smooth_spectrum_from_few_bands():
    sensor = get_sensor("sentinel2-l1c")
    centres = np.array([band.wavelength_nm for band in sensor.bands])

    def spectrum(nm):
        return 1 + np.sin(np.asarray(nm) / 500)

    rebuilt = slots.interpolation(sensor)[: slots.OPTICAL_SLOTS] @ spectrum(centres)
    inside = slots.OPTICAL_NM < 2200
    assert abs(rebuilt - spectrum(slots.OPTICAL_NM))[inside].max() < 0.2


def test_radar_is_never_a_wavelength():
    table = slots.responses(get_sensor("sentinel1-grd"))
    assert not table[: slots.OPTICAL_SLOTS].any()
    assert (table.sum(0) == 1).all()


def test_gaps_inside_the_spectrum_are_filled_and_its_outside_stays_absent():
    sensor = get_sensor("landsat-tm6")
    filled = slots.filled(sensor)[: slots.OPTICAL_SLOTS]
    inside = (slots.OPTICAL_NM > 450) & (slots.OPTICAL_NM < 2350)
    assert filled[inside].all()
    assert not filled[slots.OPTICAL_NM < 440].any()
    assert np.allclose(slots.filling(sensor)[: slots.OPTICAL_SLOTS][filled].sum(1), 1, atol=0.05)


def test_bands_at_one_wavelength_are_averaged():
    once = replace(spectrometer([500, 600, 700]), composites=())
    twice = replace(once, bands=(*once.bands, replace(once.bands[1], name="again")))
    together, apart = slots.filling(once) @ [1.0, 2.5, 3.0], slots.filling(twice) @ [1.0, 2.0, 3.0, 3.0]
    assert abs(together - apart).max() < 0.02
