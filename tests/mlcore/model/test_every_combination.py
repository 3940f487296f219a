"""A sample with every combination of modalities, weather and words becomes a vector that each of them changes."""

from datetime import date
from itertools import chain, combinations

import numpy as np
import pytest

from mlcore.checks import check_sample
from mlcore.model import load_encoder
from mlcore.pillars import pillar_sensor
from mlcore.samples import Chip, Sample, Weather
from mlcore.sensors import get_sensor

PLACE = (15.0, 50.0)
KINDS = {
    "rgb": (get_sensor("rgb"), 120.0),
    "spectrometer": (get_sensor("enmap"), 1500.0),
    "radar": (get_sensor("sentinel1-grd"), -12.0),
    "height": (get_sensor("elevation"), 340.0),
    "points": (pillar_sensor(2), 0.3),
}
EXTRAS = ("weather", "words")
COMBINATIONS = [
    chips + extras
    for chips in chain.from_iterable(combinations(KINDS, count) for count in range(1, len(KINDS) + 1))
    for extras in chain.from_iterable(combinations(EXTRAS, count) for count in range(len(EXTRAS) + 1))
]


def chip(kind: str) -> Chip:
    sensor, level = KINDS[kind]
    noise = np.random.default_rng(0).normal(0, abs(level) / 20, (len(sensor.bands), 16, 16))
    return Chip((level + noise).astype(np.float32), np.ones((16, 16), bool), sensor, acquired=date(2020, 6, 1))


CHIPS = {kind: chip(kind) for kind in KINDS}
WEATHER = Weather((date(2020, 6, 1),), ("temperature_k",), np.array([[295.0]], np.float32))


def sample(kinds: tuple[str, ...]) -> Sample:
    return Sample(
        tuple(CHIPS[kind] for kind in kinds if kind in CHIPS),
        place=PLACE,
        weather=WEATHER if "weather" in kinds else None,
        texts=("water in the street",) if "words" in kinds else (),
    )


@pytest.fixture(scope="module")
def vectors() -> dict[tuple[str, ...], np.ndarray]:
    encoder = load_encoder("nano").with_knowledge("weather").with_text()
    samples = [sample(kinds) for kinds in COMBINATIONS]
    for each in samples:
        check_sample(each)
    return dict(zip(COMBINATIONS, np.asarray(encoder.embed(samples)), strict=True))


def test_it_works(vectors: dict) -> None:
    assert len(vectors) == 31 * 4
    assert all(np.isfinite(vector).all() for vector in vectors.values())


def test_what_is_taken_away_changes_the_vector(vectors: dict) -> None:
    for kinds, vector in vectors.items():
        for gone in kinds:
            rest = tuple(kind for kind in kinds if kind != gone)
            if rest in vectors:
                assert not np.array_equal(vector, vectors[rest]), (kinds, gone)
