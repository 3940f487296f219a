"""Samples as series: steps, weather by rate, terrain, and what is missing."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import torch

from mlcore.encoders.bands import OPTICAL
from mlcore.encoders.series import MOST_STEPS, stacked
from mlcore.samples import Sample, Weather
from mlcore.sensors import get_sensor
from tests.mlcore.chips import make_chip

S1, S2 = "sentinel1-grd", "sentinel2-l2a"


def _dated(sensor, day, **options):
    return replace(make_chip(sensor, side=8, **options), acquired=day)


def _one(sample, size=None):
    ((rows, series),) = stacked([sample], lambda own: size or own, 1000)
    assert rows == [0]
    return series


def test_it_works():
    optical = _dated(S2, date(2020, 5, 4), level=1000, swing=100)
    series = _one(Sample((optical, _dated(S1, date(2020, 5, 1), level=-10, swing=2)), place=(90.0, 0.0)))
    assert series.radar.shape == (1, 1, 2, 8, 8)
    np.testing.assert_array_equal(series.optical[0, 0, OPTICAL.index("B04")], optical.pixels[3])
    assert series.has_radar.all() and series.has_optical.all() and series.seen.all()
    assert series.months.tolist() == [[4]]
    assert series.place[0].tolist() == pytest.approx([0, 1, 0], abs=1e-6)


def test_a_step_begins_when_a_sensor_comes_again_or_time_has_passed():
    days = [date(2020, 1, 1), date(2020, 1, 6), date(2020, 1, 3), date(2020, 3, 1)]
    chips = [_dated(sensor, day) for sensor, day in zip((S2, S2, S1, S1), days, strict=True)]
    series = _one(Sample(tuple(chips)))
    assert series.months.tolist() == [[0, 0, 2]]
    assert series.has_optical.all(1).tolist() == [True, True, False]
    assert series.has_radar.all(1).tolist() == [True, False, True]


def test_long_series_are_thinned_evenly():
    chips = [_dated(S2, date(2018, 1, 1) + timedelta(days=20 * step)) for step in range(60)]
    series = _one(Sample(tuple(chips)))
    assert series.optical.shape[1] == MOST_STEPS
    np.testing.assert_array_equal(series.optical[0, -1, 0], chips[-1].pixels[1])


def test_samples_of_one_layout_are_stacked_whatever_their_dates():
    alone, dated = Sample((make_chip(S2, side=8),)), Sample((_dated(S2, date(2020, 7, 1)),))
    stacks = stacked([alone, dated, alone, replace(dated, place=(1.0, 2.0))], lambda own: own, 1000)
    assert sorted(sorted(rows) for rows, _ in stacks) == [[0, 1, 2], [3]]


def test_a_sensor_fills_only_the_channels_that_the_first_lacks():
    wide = make_chip("rgb", side=8, level=50)
    full = make_chip(S2, side=4, level=1000)
    series = _one(Sample((wide, full)), size=(4, 4))
    white = 3558 / 255
    red = torch.nn.functional.avg_pool2d(torch.from_numpy(wide.pixels[:1] * white), 2)
    torch.testing.assert_close(series.optical[0, 0, OPTICAL.index("B04")], red[0])
    np.testing.assert_array_equal(series.optical[0, 0, OPTICAL.index("B11")], full.pixels[10])


def test_invalid_pixels_are_no_part_of_the_mean():
    chip = make_chip(S2, side=4)
    pixels = chip.pixels.copy()
    pixels[:, 0, 0] = np.nan
    mask = chip.mask.copy()
    mask[0, 0] = mask[2:, 2:] = False
    series = _one(Sample((replace(chip, pixels=pixels, mask=mask),)), size=(2, 2))
    assert series.optical[0, 0, 0, 0, 0] == pytest.approx(np.nanmean(pixels[1, :2, :2]), rel=1e-5)
    assert series.seen[0, 0, 1].tolist() == [[True, True], [True, False]]


@pytest.mark.parametrize("days", [1, 30])
def test_weather_is_a_rate_whatever_its_steps(days):
    """Presto wants metres a day and Galileo metres a month, so a sum over an unsaid time is of no use."""
    starts = tuple(date(2020, 6, 1) + timedelta(days=days * step) for step in range(90 // days))
    values = np.tile(np.array([[290.0, 2.0 * days]], np.float32), (len(starts), 1))
    weather = Weather(starts, ("temperature_k", "precipitation_mm"), values)
    chips = tuple(_dated(S2, date(2020, 6, 10) + timedelta(days=30 * step)) for step in range(2))
    series = _one(Sample(chips, weather=weather))
    np.testing.assert_allclose(series.weather, [[[290, 2], [290, 2]]], rtol=1e-6)


def test_steps_without_weather_are_unknown():
    weather = Weather((date(2020, 6, 1),), ("temperature_k", "precipitation_mm"), np.ones((1, 2), np.float32))
    chips = (_dated(S2, date(2020, 6, 10)), _dated(S2, date(2020, 9, 10)))
    series = _one(Sample(chips, weather=weather))
    assert torch.isnan(series.weather[0]).all(1).tolist() == [False, True]


def test_slope_is_the_height_s_gradient_or_what_a_chip_says():
    ramp = make_chip(replace(get_sensor("elevation"), gsd_m=10.0), side=8)
    ramp = replace(ramp, pixels=np.tile(np.arange(8, dtype=np.float32) * 10, (1, 8, 1)))
    series = _one(Sample((make_chip(S2, side=8), ramp)))
    torch.testing.assert_close(series.terrain[0, 1], torch.full((8, 8), 45.0))
    assert _one(Sample((make_chip(S2, side=8),))).terrain is None
