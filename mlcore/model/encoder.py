"""Encoders: samples of any sensors in, one vector each (or a map of features) out."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from mlcore.errors import BadFeatures
from mlcore.model import features, slots
from mlcore.model.context import context
from mlcore.model.network import ChipBatch, Config, Network
from mlcore.model.statistics import STATISTICS_DIM
from mlcore.samples import Chip, Sample

_PIXELS_PER_BATCH = 1_500_000  # bands x H x W x samples: larger batches leave the cache and run slower


@dataclass
class StatisticsEncoder:
    """An encoder without weights: the statistics of a tile. What every other encoder has to beat."""

    name: str = "statistics"
    dim: int = STATISTICS_DIM
    map_dim: int = features.LOCAL_DIM
    stride: int = features.STRIDE

    @property
    def digest(self) -> str:
        """Return what identifies its vectors: stores of embeddings are keyed by it."""
        return hashlib.sha256(f"statistics 1 {STATISTICS_DIM} {features.LOCAL_DIM}".encode()).hexdigest()

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim], safe to store as float16.

        Samples may differ in sensors, sizes and masks; those alike are computed together.

        Raises:
            BadFeatures: a sample has no chips.
        """
        found = np.zeros((len(samples), self.dim), np.float32)
        with torch.no_grad():
            for rows in _alike(samples):
                found[rows] = self._vectors(chip_batches([samples[row] for row in rows])).numpy()
        return found

    def embed_map(self, chip_or_sample: Chip | Sample) -> NDArray[np.float32]:
        """Return dense features, float32 [map_dim, ceil(H / stride), ceil(W / stride)] of the first chip's raster."""
        sample = chip_or_sample if isinstance(chip_or_sample, Sample) else Sample((chip_or_sample,))
        with torch.no_grad():
            mapped: NDArray[np.float32] = self._map(chip_batches([sample]))[0].numpy()
        return mapped

    def _vectors(self, batches: list[ChipBatch]) -> torch.Tensor:
        return features.sample_statistics(batches)

    def _map(self, batches: list[ChipBatch]) -> torch.Tensor:
        return features.local_maps(batches)


@dataclass
class Encoder(StatisticsEncoder):
    """The foundation model: statistics of a tile beside features learned from its wavelength-conditioned tokens."""

    network: Network = field(default_factory=lambda: Network(Config()))
    card: dict[str, str] = field(default_factory=dict)  # training data, licence, command

    def __post_init__(self) -> None:
        """Take name and lengths from the network."""
        self.network.eval()
        self.name = self.network.config.name
        self.dim = STATISTICS_DIM + self.network.config.vector
        self.map_dim = features.LOCAL_DIM + self.network.config.width

    @property
    def digest(self) -> str:
        """Return the SHA-256 of configuration and weights."""
        found = hashlib.sha256(json.dumps(self.network.config.to_dict(), sort_keys=True).encode())
        found.update(super().digest.encode())
        for name, tensor in sorted(self.network.state_dict().items()):
            found.update(name.encode())
            found.update(tensor.contiguous().numpy().tobytes())
        return found.hexdigest()

    def _vectors(self, batches: list[ChipBatch]) -> torch.Tensor:
        learned = self.network(batches) * self.network.gain
        return torch.cat([super()._vectors(batches), learned], 1)

    def _map(self, batches: list[ChipBatch]) -> torch.Tensor:
        local = super()._map(batches)
        cells = [self.network.cells(batch) for batch in batches]
        tokens = torch.cat([self.network.tokens(cell, batch) for cell, batch in zip(cells, batches, strict=True)], 1)
        mixed = self.network.mix(tokens, torch.cat([cell.valid for cell in cells], 1))
        first = mixed[:, : cells[0].inputs.shape[1]].transpose(1, 2).reshape(len(mixed), -1, *cells[0].shape)
        size = [side * batches[0].cell_px // features.STRIDE for side in cells[0].shape]
        grown = functional.interpolate(first, size=[max(1, side) for side in size], mode="bilinear")
        fitted = features.fitted(grown, (local.shape[2], local.shape[3]))
        return torch.cat([local, fitted * self.network.gain], 1)


def chip_batches(samples: Sequence[Sample]) -> list[ChipBatch]:
    """Stack the chips of samples that are alike: one batch for each of their chips, in order."""
    return [_batch([sample.chips[index] for sample in samples], samples) for index in range(len(samples[0].chips))]


def _batch(chips: Sequence[Chip], samples: Sequence[Sample]) -> ChipBatch:
    sensor = chips[0].sensor
    mask = np.stack([chip.mask for chip in chips])[:, None].astype(np.float32)
    pixels = slots.scaled(np.stack([chip.pixels for chip in chips]), sensor.quantity) * mask
    known = [
        context(sensor.gsd_m, chip.acquired or sample.acquired, sample.place)
        for chip, sample in zip(chips, samples, strict=True)
    ]
    return ChipBatch(torch.from_numpy(pixels), torch.from_numpy(mask), sensor, torch.from_numpy(np.stack(known)))


def _alike(samples: Sequence[Sample]) -> list[list[int]]:
    """Return rows of samples with equal sensors and sizes, cut into batches that fit the cache."""
    kinds: dict[object, list[int]] = defaultdict(list)
    for row, sample in enumerate(samples):
        if not sample.chips:
            raise BadFeatures(f"Sample {row} has no chips; only samples with imagery can be embedded.")
        kinds[tuple((chip.sensor, chip.pixels.shape) for chip in sample.chips)].append(row)
    return [batch for rows in kinds.values() for batch in _cut(rows, samples[rows[0]])]


def _cut(rows: list[int], sample: Sample) -> list[list[int]]:
    step = max(1, _PIXELS_PER_BATCH // max(1, sum(chip.pixels.size for chip in sample.chips)))
    return [rows[start : start + step] for start in range(0, len(rows), step)]
