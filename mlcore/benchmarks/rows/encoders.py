"""Rows of frozen encoders: ours, and those of others, through one registry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataSet, Task
from mlcore.benchmarks.degrade import FEWEST_BANDS
from mlcore.benchmarks.learners import Features
from mlcore.benchmarks.rows.row import EMBED_CHUNK, Kind, difference, taken_apart
from mlcore.encoders import AnyEncoder, get_encoder
from mlcore.errors import BadCheckpoint, UnknownName
from mlcore.model import Encoder, StatisticsEncoder
from mlcore.samples import Sample

_VERSION = "encoders 3"
Ours = TypeVar("Ours", bound=StatisticsEncoder)


class Embeds(Protocol):
    """Whatever turns samples into vectors."""

    def embed(self, samples: Sequence[Sample]) -> Features:
        """Return one vector for each sample, float32 [N, dim]."""


@dataclass
class EncoderRow:
    """An encoder by its spec; weights are read when they are first needed."""

    name: str
    title: str
    kind: Kind
    spec: str
    tasks: tuple[Task, ...] = tuple(Task)
    learns_from_pool: bool = False  # draws its filters from the first samples that it sees
    spectra: bool = False  # fit ours to the spectra of the pool, where a spectrometer made it
    switched_on: bool = False  # let an untrained network speak; its gain is 0, so that it equals its statistics

    @cached_property
    def encoder(self) -> AnyEncoder:
        """Return the loaded encoder."""
        loaded = get_encoder(self.spec)
        encoder = getattr(loaded, "encoder", None)
        if self.switched_on and isinstance(encoder, Encoder):
            encoder.network.gain.fill_(1.0)
        return loaded

    def heads(self, task: Task) -> tuple[str, ...]:
        """Return the heads that every frozen row has."""
        return {Task.TAGS: ("linear",), Task.AMOUNT: ("regression", "svr", "forest")}.get(task, ("linear", "svm"))

    def refusal(self, data: DataSet, view: str) -> str:
        """Return what the encoder says against the first sample."""
        first = data.inputs[view](np.zeros(1, np.int64))
        sample = taken_apart(first).earlier[0] if data.task is Task.CHANGE else first[0]
        try:
            return self.encoder.cannot_read(sample)
        except (BadCheckpoint, UnknownName, OSError) as error:
            return str(error)

    def digest(self, data: DataSet, view: str) -> str:
        """Return the encoder's digest."""
        return f"{_VERSION} {self.encoder.digest}{' spectra 1' if self.spectra else ''}"

    def saw_test(self, data: DataSet) -> bool:
        """Return whether the model's card names a file of this data set."""
        card: dict[str, str] = getattr(self.encoder, "card", {})
        seen = " ".join(str(value) for value in card.values())
        return any(name in seen for name in data.files)

    def blocks(self, data: DataSet, view: str, width: int) -> tuple[slice, ...]:
        """Return which of a place's numbers are of one kind, as far as the encoder tells."""
        return kinds_in(self.encoder, data, width)

    def features(self, data: DataSet, view: str, *, seen_as: Callable[[Sample], Sample] | None = None) -> Features:
        """Return the vectors, of samples as they are or as another instrument would have shown them.

        For change, they are the differences between the two dates' vectors.
        """
        encoder = self._ready(data, view)
        parts = []
        for start in range(0, len(data), EMBED_CHUNK):
            samples = data.inputs[view](np.arange(start, min(start + EMBED_CHUNK, len(data))))
            parts.append(vectors(encoder, data, [seen_as(sample) for sample in samples] if seen_as else samples))
        return np.concatenate(parts).astype(np.float32)

    def _ready(self, data: DataSet, view: str) -> Embeds:
        """Return the encoder; one that learns from what it sees first is made anew and shown a random part."""
        encoder = getattr(self.encoder, "encoder", None)
        if self.spectra and isinstance(encoder, StatisticsEncoder):
            return reading(encoder, data, view)
        if not self.learns_from_pool:
            return self.encoder
        encoder = get_encoder(self.spec)
        vectors(encoder, data, data.inputs[view](np.random.default_rng(0).permutation(len(data))[:EMBED_CHUNK]))
        return encoder


def reading(encoder: Ours, data: DataSet, view: str) -> Ours:
    """Return an encoder of ours that knows the spectra of a data set's spectrometer; of other sensors, as it is.

    They are the mean and covariance of unlabelled places, as principal components and random convolutions are
    fitted on them. Other instruments are then read as that spectrometer.
    """
    some = np.random.default_rng(0).permutation(len(data))[:EMBED_CHUNK]
    chips = [sample.chips[0] for sample in data.inputs[view](some)]
    return encoder if len(chips[0].sensor.bands) < FEWEST_BANDS else encoder.with_spectra(chips)


def kinds_in(encoder: object, data: DataSet, width: int) -> tuple[slice, ...]:
    """Return which columns of `vectors` are of one kind: an encoder's blocks, once for each vector in the row."""
    count = (2 if data.centred else 1) * (2 if data.task is Task.CHANGE else 1)
    one = width // count
    kinds = tuple(getattr(encoder, "blocks", {}).values()) or (slice(0, one),)
    return tuple(slice(start + kind.start, start + kind.stop) for start in range(0, width, one) for kind in kinds)


def vectors(encoder: Embeds, data: DataSet, samples: list[Sample]) -> Features:
    """Return what a head is fitted on, [N, d], of samples of a data set."""
    if data.task is not Task.CHANGE:
        return _seen(encoder, data, samples)
    both = taken_apart(samples)
    return difference(_seen(encoder, data, both.earlier), _seen(encoder, data, both.later))


def _seen(encoder: Embeds, data: DataSet, samples: list[Sample]) -> Features:
    """Return vectors; where the label is that of the middle pixel: the pixel's own beside its surroundings'."""
    around = encoder.embed(samples)
    if not data.centred:
        return around
    alone = encoder.embed([_middle(sample, int(data.places.side)) for sample in samples])
    return np.concatenate([alone, around], 1)


def _middle(sample: Sample, side: int) -> Sample:
    """Return the middle px of the lattice, which are several px of a finer chip."""
    chips = []
    for chip in sample.chips:
        scale = chip.mask.shape[0] // side
        inner = slice(side // 2 * scale, (side // 2 + 1) * scale)
        chips.append(replace(chip, pixels=chip.pixels[:, inner, inner], mask=chip.mask[inner, inner]))
    return replace(sample, chips=tuple(chips))
