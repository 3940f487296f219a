"""Samples become batches: what is missing is told for each sample by itself."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import torch

from mlcore.errors import BadFeatures, UnknownName
from mlcore.model.batches import alike, sample_batch
from mlcore.model.context import GSD_DIM, PARTS, PLACE_DIM, SEASON_DIM, context, place_encoding
from mlcore.samples import Sample, Weather
from mlcore.text import HashingEncoder
from tests.mlcore.chips import make_chip, make_sample

MONTHS = (date(2020, 1, 1), date(2020, 2, 1), date(2020, 3, 1))


def make_weather(steps=3):
    values = np.array([[285, 60], [290, np.nan], [280, 0]], np.float32)[:steps]
    return Weather(MONTHS[:steps], ("temperature_k", "precipitation_mm"), values)


def test_it_works():
    known = replace(make_sample(), place=(13.0, 52.0), acquired=date(2000, 1, 11))
    batch = sample_batch([known, make_sample(seed=1)])
    (chip,) = batch.chips
    assert len(batch) == 2
    assert chip.days[0] == 10
    assert chip.days[1].isnan()
    assert batch.place[:, -1].tolist() == [1, 0]
    assert not batch.place[1].any()
    assert (chip.context[0] != chip.context[1]).any()
    assert not batch.imagery.place.any()


def test_series_of_weather_may_differ_in_length():
    samples = [replace(make_sample(), weather=weather) for weather in (make_weather(), make_weather(1), None)]
    batch = sample_batch(samples)
    assert batch.weather is not None
    assert batch.weather_days is not None
    assert batch.weather[:, :, -1].tolist() == [[1, 1, 1], [1, 0, 0], [0, 0, 0]]
    assert torch.isfinite(batch.weather).all()
    assert batch.weather_days.isnan().sum(1).tolist() == [0, 2, 3]


def test_an_unknown_value_of_a_known_variable_is_told():
    batch = sample_batch([replace(make_sample(), weather=make_weather())])
    assert batch.weather is not None
    count = (batch.weather.shape[2] - SEASON_DIM) // 2
    assert batch.weather[0, :, count + 1].tolist() == [1, 0, 1]


def test_texts_come_only_with_an_encoder():
    samples = [replace(make_sample(), texts=("Flood", "Fire")), make_sample()]
    assert sample_batch(samples).text is None
    text = sample_batch(samples, sentences=HashingEncoder()).text
    assert text is not None
    assert text[:, :, -1].tolist() == [[1, 1], [0, 0]]


def test_unlike_samples_are_kept_apart():
    rows = alike([make_sample(), make_sample("rgb"), make_sample(seed=2), make_sample(side=9)])
    assert sorted(rows) == [[0, 2], [1], [3]]
    with pytest.raises(BadFeatures, match="Sample 0 has no chips"):
        alike([Sample(())])


def test_summer_is_summer_in_both_hemispheres():
    season = slice(GSD_DIM, GSD_DIM + SEASON_DIM)
    north = context(acquired=date(2021, 7, 1), place=(10, 45))[season]
    south = context(acquired=date(2021, 12, 31), place=(10, -45))[season]
    np.testing.assert_allclose(north, south, atol=0.03)
    assert abs(north - context(acquired=date(2021, 7, 1), place=(10, -45))[season]).max() > 1


def test_radar_geometry_is_told():
    radar = PARTS[2]
    up, down = (
        context(orbit=orbit, incidence_deg=38, frequency_ghz=5.405)[radar] for orbit in ("ascending", "descending")
    )
    assert (up != down).sum() == 1
    assert not context(gsd_m=10)[radar].any()


def test_places_lie_on_a_sphere():
    here, east, west = (place_encoding((longitude, 30.0)) for longitude in (5.0, 179.99, -179.99))
    assert here.shape == (PLACE_DIM,)
    np.testing.assert_allclose(np.linalg.norm(here[:3]), 1, atol=1e-6)
    np.testing.assert_allclose(east, west, atol=0.01)
    rng = np.random.default_rng(0)
    height, longitude = rng.uniform(-1, 1, 4000), rng.uniform(-180, 180, 4000)
    rows = np.stack([place_encoding((x, np.degrees(np.arcsin(z)))) for x, z in zip(longitude, height, strict=True)])
    np.testing.assert_allclose(rows[:, :-1].T @ rows[:, :-1] / 4000, np.eye(PLACE_DIM - 1) / 3, atol=0.06)


def test_weather_that_contradicts_itself_is_refused():
    with pytest.raises(UnknownName, match="temperature_k"):
        Weather(MONTHS, ("mood",), np.zeros((3, 1), np.float32))
    with pytest.raises(BadFeatures, match="3 steps and 1 variables"):
        Weather(MONTHS, ("temperature_k",), np.zeros((2, 1), np.float32))


def test_dates_of_one_sensor_stay_apart():
    chips = tuple(make_chip(seed=seed) for seed in range(3))
    dated = tuple(replace(chip, acquired=day) for chip, day in zip(chips, MONTHS, strict=True))
    batch = sample_batch([Sample(dated)])
    assert [float(chip.days[0]) for chip in batch.chips] == [7305, 7336, 7365]
