"""The weather of each step of a series, as rates: what a month's sum is differs between the published encoders."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mlcore.samples import Sample, Weather

_VARIABLES = ("temperature_k", "precipitation_mm")
_REACH_DAYS = 15
_DAYS_A_ROW = 30.0  # of weather with a single row


def rates(samples: Sequence[Sample], steps: Sequence[Sequence[date | None]]) -> Tensor | None:
    """Return the mean temperature in K and precipitation in mm a day near each step, [B, T, 2], or None without any.

    A step without weather, or without a date, is NaN.

    Args:
        samples: with equal layouts.
        steps: for each sample the day of each of its T steps.
    """
    if samples[0].weather is None:
        return None
    return torch.from_numpy(np.stack([_rates(s.weather, days) for s, days in zip(samples, steps, strict=True)]))


def _rates(weather: Weather | None, days: Sequence[date | None]) -> NDArray[np.float32]:
    means = np.full((len(days), len(_VARIABLES)), np.nan, np.float32)
    if weather is None or not weather.days or not set(_VARIABLES) <= set(weather.variables):
        return means
    when = np.array([day.toordinal() for day in weather.days])
    spacing = float(np.median(np.diff(when))) if len(when) > 1 else _DAYS_A_ROW
    values = weather.values[:, [weather.variables.index(name) for name in _VARIABLES]] / np.array([1, spacing])
    for step, day in enumerate(days):
        if day is not None:
            after = day.toordinal() - when
            # Rows a day long are averaged around the step; of rows a month long, the one that holds the day counts.
            near = (after >= 0) & (after < spacing) if spacing > _REACH_DAYS else np.abs(after) <= _REACH_DAYS
            means[step] = _mean(values[near])
    return means


def _mean(rows: NDArray[np.floating]) -> NDArray[np.floating]:
    known = np.isfinite(rows)
    total, count = np.where(known, rows, 0).sum(0), known.sum(0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
