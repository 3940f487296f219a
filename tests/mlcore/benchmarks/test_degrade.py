"""The same place as another instrument would have shown it."""

import numpy as np
import pytest

from mlcore.benchmarks.degrade import degraded
from mlcore.errors import UnknownName
from mlcore.samples import Chip, Sample
from mlcore.sensors import get_sensor, spectrometer


def spectrum(values, lowest=420.0, highest=2400.0):
    """Return a sample of one pixel with a spectrum."""
    sensor = spectrometer(list(np.linspace(lowest, highest, len(values))))
    pixels = np.asarray(values, np.float32)[:, None, None]
    return Sample((Chip(pixels, np.ones((1, 1), bool), sensor),))


def test_it_works():
    sample = spectrum(np.arange(100.0))
    half = degraded(sample, "half", 0).chips[0]
    assert len(half.sensor.bands) == 50
    kept = [int(band.name) - 1 for band in half.sensor.bands]
    np.testing.assert_array_equal(half.pixels[:, 0, 0], np.array(kept, np.float32))


def test_draws_differ_and_repeat():
    sample = spectrum(np.arange(100.0))
    names = [[band.name for band in degraded(sample, "half", draw).chips[0].sensor.bands] for draw in (0, 1, 0)]
    assert names[0] != names[1]
    assert names[0] == names[2]


def test_sentinel2_keeps_a_flat_spectrum_flat_and_a_slope_a_slope():
    flat = degraded(spectrum(np.full(200, 7.0)), "sentinel2", 0).chips[0]
    np.testing.assert_allclose(flat.pixels, 7.0, rtol=1e-5)
    nm = np.linspace(420, 2400, 200)
    slope = degraded(spectrum(nm), "sentinel2", 0).chips[0]
    centres = [band.wavelength_nm for band in slope.sensor.bands]
    np.testing.assert_allclose(slope.pixels[:, 0, 0], centres, atol=12)


def test_sentinel2_leaves_out_what_the_sensor_never_saw():
    seen = degraded(spectrum(np.ones(48), 380, 1050), "sentinel2", 0).chips[0].sensor
    assert [band.name for band in seen.bands][-1] == "B09"
    assert "B11" not in [band.name for band in seen.bands]


def test_sensors_of_few_bands_stay_as_they_are():
    pixels = np.ones((3, 2, 2), np.float32)
    sample = Sample((Chip(pixels, np.ones((2, 2), bool), get_sensor("rgb")),))
    assert degraded(sample, "half", 0).chips[0] is sample.chips[0]


def test_an_unknown_way_lists_those_there_are():
    with pytest.raises(UnknownName, match="sentinel2"):
        degraded(spectrum(np.ones(20)), "blur", 0)
