"""Place, season, weather and texts as tokens: each sample has what it has."""

from dataclasses import replace
from datetime import date

import numpy as np
import torch

from mlcore.model.batches import SampleBatch, sample_batch
from mlcore.model.network import PLACE, TEXT, WEATHER
from mlcore.samples import Sample, Weather
from mlcore.text import HashingEncoder
from tests.mlcore.chips import make_chip
from tests.mlcore.model.test_network import make_network

DAYS = tuple(date(2020, month, 1) for month in range(1, 7))
KNOWING = Sample(
    (make_chip(side=24),),
    place=(9.5, 47.1),
    acquired=date(2020, 6, 1),
    weather=Weather(DAYS, ("temperature_k",), np.linspace(270, 290, 6, dtype=np.float32)[:, None]),
    texts=("the lake is frozen", "good ice", "snow", "fog", "sun again"),
)
BARE = Sample(KNOWING.chips)


def batched(*samples: Sample) -> SampleBatch:
    return sample_batch(samples, sentences=HashingEncoder())


def test_it_works() -> None:
    network = make_network()
    tokens = network.tokenize(batched(KNOWING))
    sources, counts = np.unique(tokens.layout.source, return_counts=True)
    assert dict(zip(sources.tolist(), counts.tolist(), strict=True)) == {0: 9, PLACE: 1, WEATHER: 6, TEXT: 4}
    assert tokens.valid.all()
    assert (network(batched(KNOWING)) - network(batched(BARE))).abs().max() > 1e-3


def test_a_sample_that_knows_nothing_is_not_changed_by_one_that_does() -> None:
    network = make_network()
    together = network(batched(KNOWING, BARE))
    assert torch.allclose(together[1], network(batched(BARE))[0], atol=1e-5)
    assert torch.allclose(together[0], network(batched(KNOWING))[0], atol=1e-5)


def test_each_kind_is_heard() -> None:
    network = make_network()
    bare = network(batched(BARE))
    for kind in ("place", "weather", "texts", "acquired"):
        some = replace(BARE, **{kind: getattr(KNOWING, kind)})
        assert (network(batched(some)) - bare).abs().max() > 1e-4, kind


def test_metadata_are_forgotten_in_training_for_each_sample_by_itself() -> None:
    network = make_network()
    batch = batched(*[KNOWING] * 40)
    tokens = network.tokenize(batch, generator=torch.Generator().manual_seed(0))
    place = tokens.valid[:, torch.from_numpy(tokens.layout.source == PLACE)][:, 0]
    weather = tokens.valid[:, torch.from_numpy(tokens.layout.source == WEATHER)]
    assert 8 < place.sum() < 32
    assert 8 < weather[:, 0].sum() < 32
    assert (weather == weather[:, :1]).all()
    assert not torch.equal(place, weather[:, 0])
    assert len(tokens.meaning[:, 0].unique(dim=0)) == 4  # resolution or not, season or not; no radar here
    again = network.tokenize(batch, generator=torch.Generator().manual_seed(0))
    assert torch.equal(tokens.meaning, again.meaning)
    assert network.tokenize(batch).valid.all()
