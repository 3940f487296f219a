"""Encoders: samples of any sensors in, one vector each (or a map of features) out."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from mlcore.model import features
from mlcore.model.batches import SampleBatch, alike, sample_batch
from mlcore.model.network import Config, Network
from mlcore.model.statistics import STATISTICS_DIM
from mlcore.samples import Chip, Sample


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
            for rows in alike(samples):
                found[rows] = self._vectors(sample_batch([samples[row] for row in rows]).imagery).numpy()
        return found

    def embed_map(self, chip_or_sample: Chip | Sample) -> NDArray[np.float32]:
        """Return dense features, float32 [map_dim, ceil(H / stride), ceil(W / stride)] of the first chip's raster."""
        sample = chip_or_sample if isinstance(chip_or_sample, Sample) else Sample((chip_or_sample,))
        with torch.no_grad():
            mapped: NDArray[np.float32] = self._map(sample_batch([sample]).imagery)[0].numpy()
        return mapped

    def _vectors(self, batch: SampleBatch) -> torch.Tensor:
        return features.sample_statistics(batch.chips)

    def _map(self, batch: SampleBatch) -> torch.Tensor:
        return features.local_maps(batch.chips)


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

    def _vectors(self, batch: SampleBatch) -> torch.Tensor:
        learned = self.network(batch) * self.network.gain
        return torch.cat([super()._vectors(batch), learned], 1)

    def _map(self, batch: SampleBatch) -> torch.Tensor:
        local = super()._map(batch)
        first, side = self.network.maps(batch), self.network.cell_px(batch.chips[0])
        size = [max(1, cells * side // features.STRIDE) for cells in first.shape[2:]]
        grown = functional.interpolate(first, size=size, mode="bilinear")
        fitted = features.fitted(grown, (local.shape[2], local.shape[3]))
        return torch.cat([local, fitted * self.network.gain], 1)
