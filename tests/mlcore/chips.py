"""Chips and samples of any sensor, made in code."""

import numpy as np

from mlcore.samples import Chip, Sample
from mlcore.sensors import Sensor, get_sensor

SENSOR = "landsat7-etm"


def make_chip(
    sensor: Sensor | str = SENSOR, *, side: int = 32, level: float = 80, swing: float = 30, seed: int = 0
) -> Chip:
    known = get_sensor(sensor) if isinstance(sensor, str) else sensor
    rng = np.random.default_rng(seed)
    pixels = level + swing * rng.random((len(known.bands), side, side))
    return Chip(pixels.astype(np.float32), np.ones((side, side), bool), known)


def make_sample(sensor: Sensor | str = SENSOR, **options: float) -> Sample:
    return Sample((make_chip(sensor, **options),))  # type: ignore[arg-type]


def make_scene(sensor: Sensor | str = SENSOR, *, side: int = 128, field: int = 32, seed: int = 0) -> Chip:
    """A scene of square fields, each of its own spectrum, with noise."""
    known = get_sensor(sensor) if isinstance(sensor, str) else sensor
    rng = np.random.default_rng(seed)
    fields = rng.integers(20, 200, (len(known.bands), side // field, side // field))
    pixels = fields.repeat(field, 1).repeat(field, 2) + rng.normal(0, 5, (len(known.bands), side, side))
    return Chip(pixels.clip(0, 255).astype(np.float32), np.ones((side, side), bool), known)
