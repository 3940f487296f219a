"""Samples that are alike, stacked into tensors: what the statistics and the network read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from mlcore.errors import BadFeatures
from mlcore.model import slots
from mlcore.model.context import (
    chip_context,
    days_since_2000,
    place_encoding,
    weather_days,
    weather_encoding,
)
from mlcore.samples import Chip, Sample
from mlcore.sensors import Sensor
from mlcore.text import TEXT_DIM, SentenceEncoder

POST_DIM = TEXT_DIM + 1  # a sentence's vector, then 1: there is a post
_MOST_STEPS, _MOST_POSTS = 36, 64  # of weather and of texts, the last ones
_PIXELS_PER_BATCH = 250_000  # bands x H x W x samples: larger batches leave the cache and run slower


@dataclass(frozen=True)
class ChipBatch:
    """Chips of one sensor and size; what is missing is told for each sample by itself."""

    pixels: Tensor  # float32 [N, bands, H, W], scaled (slots.scaled), 0 where invalid
    mask: Tensor  # float32 [N, 1, H, W], 1 where valid; all 0 where a sample lacks this chip
    sensor: Sensor
    context: Tensor  # float32 [N, CONTEXT_DIM]; a part that is unknown is 0 and ends in 0
    days: Tensor  # float32 [N], days since 2000-01-01; NaN where unknown

    @property
    def cell_px(self) -> int:
        """Return the side of a token's cell: 8 px, less in small chips so that there are at least 3 x 3."""
        return int(np.clip(min(self.pixels.shape[-2:]) // 3, 1, 8))


@dataclass(frozen=True)
class SampleBatch:
    """N samples with equal layouts. Place, weather and text say in their last numbers whether they are known."""

    chips: tuple[ChipBatch, ...]  # one for each chip of a sample, in order; several dates are several
    place: Tensor  # float32 [N, PLACE_DIM], the last is 1 where the place is known
    weather: Tensor | None = None  # float32 [N, steps, WEATHER_DIM], the last is 1 where there is a step
    weather_days: Tensor | None = None  # float32 [N, steps], days since 2000-01-01; NaN where there is no step
    text: Tensor | None = None  # float32 [N, posts, POST_DIM], the last is 1 where there is a post

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.place)

    @property
    def imagery(self) -> "SampleBatch":
        """Return the batch without place, weather and texts."""
        return SampleBatch(self.chips, torch.zeros_like(self.place))


def sample_batch(samples_alike: Sequence[Sample], *, sentences: SentenceEncoder | None = None) -> SampleBatch:
    """Stack samples that have equal layouts (`alike`): the same sensors and sizes in the same order.

    Weather series and numbers of posts may differ: shorter ones are filled with rows that say that they are absent.

    Args:
        samples_alike: at least one sample.
        sentences: embeds the texts; without it texts are left out.
    """
    samples = samples_alike
    chips = tuple(
        _chip_batch([sample.chips[index] for sample in samples], samples) for index in range(len(samples[0].chips))
    )
    batch = SampleBatch(chips, torch.from_numpy(np.stack([place_encoding(sample.place) for sample in samples])))
    return _with_texts(_with_weather(batch, samples), samples, sentences)


def _chip_batch(chips: Sequence[Chip], samples: Sequence[Sample]) -> ChipBatch:
    sensor = chips[0].sensor
    mask = np.stack([chip.mask for chip in chips])[:, None].astype(np.float32)
    pixels = slots.scaled(np.stack([chip.pixels for chip in chips]), sensor.quantity) * mask
    pairs = list(zip(chips, samples, strict=True))
    known = np.stack([chip_context(chip, sample) for chip, sample in pairs])
    days = np.array([days_since_2000(chip.acquired or sample.acquired) for chip, sample in pairs], np.float32)
    return ChipBatch(
        torch.from_numpy(pixels), torch.from_numpy(mask), sensor, torch.from_numpy(known), torch.from_numpy(days)
    )


def _with_weather(batch: SampleBatch, samples: Sequence[Sample]) -> SampleBatch:
    steps = min(_MOST_STEPS, max(len(sample.weather.days) if sample.weather else 0 for sample in samples))
    if not steps:
        return batch
    rows = np.stack([weather_encoding(sample.weather, sample.place, steps) for sample in samples])
    days = np.array([weather_days(sample.weather, steps) for sample in samples], np.float32)
    return replace(batch, weather=torch.from_numpy(rows), weather_days=torch.from_numpy(days))


def _with_texts(batch: SampleBatch, samples: Sequence[Sample], sentences: SentenceEncoder | None) -> SampleBatch:
    kept = [sample.texts[-_MOST_POSTS:] for sample in samples]
    posts = max(len(texts) for texts in kept)
    if not posts or sentences is None:
        return batch
    rows = np.zeros((len(samples), posts, POST_DIM), np.float32)
    for row, texts in zip(rows, kept, strict=True):
        if texts:
            row[: len(texts), :-1] = sentences.embed(texts)
            row[: len(texts), -1] = 1
    return replace(batch, text=torch.from_numpy(rows))


def alike(samples: Sequence[Sample]) -> list[list[int]]:
    """Return rows of samples with equal sensors and sizes, cut into batches that fit the cache.

    Raises:
        BadFeatures: a sample has no chips.
    """
    kinds: dict[object, list[int]] = defaultdict(list)
    for row, sample in enumerate(samples):
        if not sample.chips:
            raise BadFeatures(f"Sample {row} has no chips; only samples with imagery can be embedded.")
        kinds[tuple((chip.sensor, chip.pixels.shape) for chip in sample.chips)].append(row)
    return [batch for rows in kinds.values() for batch in _cut(rows, samples[rows[0]])]


def _cut(rows: list[int], sample: Sample) -> list[list[int]]:
    step = max(1, _PIXELS_PER_BATCH // max(1, sum(chip.pixels.size for chip in sample.chips)))
    return [rows[start : start + step] for start in range(0, len(rows), step)]
