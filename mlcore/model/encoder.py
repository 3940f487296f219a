"""Encoders: samples of any sensors in, one vector each (or a map of features) out."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from mlcore.model import dense, features
from mlcore.model.batches import SampleBatch, alike, sample_batch
from mlcore.model.knowledge import KNOWLEDGE, TEXT_BLOCK, check_kinds, known_columns, text_columns
from mlcore.model.network import Config, Network
from mlcore.model.spectra import Spectra, fit_spectra, from_spectrometers, read_by
from mlcore.samples import Chip, Sample
from mlcore.text import HashingEncoder, SentenceEncoder


@dataclass
class StatisticsEncoder:
    """An encoder without weights: the statistics of a tile. What every other encoder has to beat."""

    name: str = "statistics"
    knowledge: tuple[str, ...] = ()  # kinds (KNOWLEDGE) that end the vectors; none by default
    sentences: SentenceEncoder | None = None  # embeds texts where they are wanted
    spectra: Spectra | None = None  # of the instrument that other optical ones are read as
    card: dict[str, str] = field(default_factory=dict)  # of weights: training data, licence, command

    @property
    def dim(self) -> int:
        """Return the length of its vectors."""
        return max(int(block.stop) for block in self.blocks.values())

    @property
    def map_dim(self) -> int:
        """Return the length of its features at each place."""
        return max(int(block.stop) for block in self.map_blocks.values())

    @property
    def map_blocks(self) -> dict[str, slice]:
        """Return which features of a place are of one kind: its 'spectrum', the 'colour 15' around it, ..."""
        return dense.DENSE_BLOCKS

    @property
    def blocks(self) -> dict[str, slice]:
        """Return which columns of a vector are of one kind: 'spectrum', 'texture', ..., and what was asked for."""
        blocks = dict(self._imagery_blocks)
        lengths = {kind: KNOWLEDGE[kind][0] for kind in self.knowledge} | (
            {"text": TEXT_BLOCK} if self.sentences else {}
        )
        for kind, length in lengths.items():
            start = max(block.stop for block in blocks.values())
            blocks[kind] = slice(start, start + length)
        return blocks

    @property
    def _imagery_blocks(self) -> dict[str, slice]:
        return features.FEATURE_BLOCKS

    @property
    def digest(self) -> str:
        """Return what identifies its vectors: stores of embeddings are keyed by it."""
        said = ["statistics 6", features.FEATURES_DIM, dense.DENSE_DIM, self.knowledge]
        said += [self.sentences.name if self.sentences else "", self.spectra.digest if self.spectra else ""]
        return hashlib.sha256(" ".join(map(str, said)).encode()).hexdigest()

    def with_knowledge(self, *kinds: str) -> Self:
        """Return one whose vectors end with what is known of a sample: 'place', 'season', 'weather', 'gsd'.

        Raises:
            UnknownName: no such kind; the message lists those there are.
        """
        check_kinds(kinds)
        return replace(self, knowledge=tuple(dict.fromkeys((*self.knowledge, *kinds))))

    def with_text(self, sentences: SentenceEncoder | None = None) -> Self:
        """Return one whose vectors end with the texts of a sample; without an encoder of sentences, by hashed words."""
        return replace(self, sentences=sentences or HashingEncoder())

    def with_spectra(self, chips: Sequence[Chip]) -> Self:
        """Return one that reads other optical instruments as the one of these unlabelled chips.

        A head fitted on that instrument's vectors then serves samples that lack some of its bands, or have others. The
        numbers must be comparable: uncalibrated counts of two instruments are not. The spectrum is then told on the
        principal axes of these chips, as a project's own PCA would.

        Raises:
            BadSensor: chips of several sensors, or of one without wavelengths.
            EmptyRaster: no chip has a valid pixel.
        """
        return replace(self, spectra=fit_spectra(chips))

    def cannot_read(self, sample: Sample) -> str:
        """Say that a sample has no imagery, or return ''."""
        return "" if sample.chips else f"{self.name} needs imagery; this sample has none"

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim], safe to store as float16.

        Samples may differ in sensors, sizes and masks; those alike are computed together.

        Raises:
            BadFeatures: a sample has no chips.
        """
        vectors = np.zeros((len(samples), self.dim), np.float32)
        with torch.no_grad():
            for rows in alike(samples):
                some = [samples[row] for row in rows]
                parts = [self._vectors(self._batch(some)).numpy()]
                parts += [known_columns(some, self.knowledge)] if self.knowledge else []
                parts += [text_columns(some, self.sentences)] if self.sentences else []
                vectors[rows] = np.concatenate(parts, 1)
        return vectors

    def embed_map(self, chip_or_sample: Chip | Sample) -> NDArray[np.float32]:
        """Return dense features of the first chip's raster, float32 [map_dim, h, w].

        Each pixel has its own in chips of up to 32 px a side, 2 x 2 px share them in larger ones (`dense.stride_of`).
        """
        sample = chip_or_sample if isinstance(chip_or_sample, Sample) else Sample((chip_or_sample,))
        with torch.no_grad():
            mapped: NDArray[np.float32] = self._map(self._batch([sample]))[0].numpy()
        return mapped

    def _batch(self, samples: Sequence[Sample]) -> SampleBatch:
        return read_by(self.spectra, sample_batch(samples).imagery)

    def _vectors(self, batch: SampleBatch) -> torch.Tensor:
        statistics = features.sample_statistics(batch.chips)
        components = self.spectra.components(batch.chips) if self.spectra else None
        if components is not None:  # the same spectrum, on axes along which the project's imagery varies
            statistics[:, features.OPTICAL] = components
        return statistics

    def _map(self, batch: SampleBatch) -> torch.Tensor:
        statistics = dense.dense_statistics(batch.chips)
        own = self.spectra.own(batch.chips) if self.spectra else []
        if self.spectra and own:
            mean, seen = dense.mean_spectra(own)
            statistics[:, features.OPTICAL] = self.spectra.turned(mean) * seen
        return statistics


@dataclass
class Encoder(StatisticsEncoder):
    """The foundation model: statistics of a tile beside features learned from its wavelength-conditioned tokens."""

    network: Network = field(default_factory=lambda: Network(Config()))

    def __post_init__(self) -> None:
        """Take the name from the network."""
        self.network.eval()
        self.name = self.network.config.name

    @property
    def map_blocks(self) -> dict[str, slice]:
        """Return which features of a place are of one kind."""
        if not self.network.config.dense:
            return super().map_blocks
        return {**super().map_blocks, "learned": slice(dense.DENSE_DIM, dense.DENSE_DIM + self.network.config.width)}

    @property
    def _imagery_blocks(self) -> dict[str, slice]:
        start = features.FEATURES_DIM
        return {**features.FEATURE_BLOCKS, "learned": slice(start, start + self.network.config.vector)}

    @property
    def digest(self) -> str:
        """Return the SHA-256 of configuration and weights."""
        digest = hashlib.sha256(json.dumps(self.network.config.to_dict(), sort_keys=True).encode())
        digest.update(super().digest.encode())
        for name, tensor in sorted(self.network.state_dict().items()):
            digest.update(name.encode())
            digest.update(tensor.contiguous().numpy().tobytes())
        return digest.hexdigest()

    def _vectors(self, batch: SampleBatch) -> torch.Tensor:
        kept = features.leading(batch.chips, self.network.config.vector)
        learned = self.network(from_spectrometers(batch)) * self.network.gain * kept
        return torch.cat([super()._vectors(batch), learned], 1)

    def _map(self, batch: SampleBatch) -> torch.Tensor:
        local = super()._map(batch)
        if not self.network.config.dense:
            return local
        first = batch.chips[0]
        learned = dense.spread_over_cells(self.network.maps(batch), self.network.cell_px(first), first)
        return torch.cat([local, learned * self.network.gain], 1)
