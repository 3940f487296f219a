"""Fuel moisture: the arrays' columns mean what the loader says, and no site is in both parts."""

import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from mlcore.benchmarks.datasets import fuel_moisture
from mlcore.errors import UnreadableFile

ROOT = Path(os.environ.get("TERRASCRIBE_TEST_DATA", Path(__file__).parents[5] / "shared/data"))
NPY = ROOT / "presto_pixel_timeseries/fuel_moisture/npy"


@pytest.fixture(scope="module")
def data():
    if not NPY.is_dir():
        pytest.skip(f"{NPY} is not there: set TERRASCRIBE_TEST_DATA to a folder of test data")
    return fuel_moisture.load(ROOT)


def test_it_works(data):
    assert len(data.samples) == len(data.target) == len(data.site) == 2313
    assert data.test.sum() == 735
    first = data.samples[0]
    assert first.acquired == date(2018, 6, 30)
    assert first.place == pytest.approx((-110.623, 43.7486), abs=1e-3)
    assert [chip.sensor.code for chip in first.chips] == ["sentinel1-grd"] * 3 + ["sentinel2-l1c-11"] * 3 + [
        "elevation",
        "slope",
    ]
    assert [chip.acquired for chip in first.chips[:3]] == [date(2018, 4, 1), date(2018, 5, 1), date(2018, 5, 31)]


def test_no_site_is_in_both_parts(data):
    assert not set(data.site[data.test]) & set(data.site[~data.test])


def test_every_step_falls_into_the_month_that_the_data_names(data):
    named = np.load(NPY / "month.npy")
    months = [[day.month - 1 for day in sample.weather.days] for sample in data.samples]
    np.testing.assert_array_equal(months, named)


def test_the_columns_are_the_bands_that_they_are_called(data):
    """The data's last column is (B7 - B3) / (B7 + B3), by a known slip; two of our bands give it."""
    raw = np.load(NPY / "s1_s2_era5_srtm.npy")
    bands = [band.name for band in fuel_moisture.OPTICAL.bands]
    assert len(bands) == 11
    optical = np.array([[chip.pixels[:, 0, 0] for chip in sample.chips[3:6]] for sample in data.samples])
    green, edge = optical[..., bands.index("B03")], optical[..., bands.index("B07")]
    np.testing.assert_allclose((edge - green) / (edge + green), raw[..., 17], atol=1e-5)
    narrow, wide = optical[..., bands.index("B8A")], optical[..., bands.index("B08")]
    assert np.corrcoef(narrow.ravel(), wide.ravel())[0, 1] > 0.9


def test_units_are_those_of_the_earth(data):
    weather = np.array([sample.weather.values for sample in data.samples])
    assert 250 < weather[..., 0].min() < weather[..., 0].max() < 315  # K
    yearly_mm = weather[..., 1].mean() * 365 / 30
    assert 300 < yearly_mm < 900  # the dry West; read as monthly sums it would be 17 mm
    height = np.array([sample.chips[6].pixels.item() for sample in data.samples])
    assert 1000 < height.mean() < 1400
    assert max(sample.chips[7].pixels.item() for sample in data.samples) == pytest.approx(
        np.tan(np.radians(28.13)), 1e-3
    )


def test_a_folder_without_it_says_what_is_missing(tmp_path):
    with pytest.raises(UnreadableFile, match=r"single_file_labels\.geojson"):
        fuel_moisture.load(tmp_path)
