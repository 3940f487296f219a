"""What a goal is reached from: features of tiles, or of the painted cells of their maps; statistics stay beside."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.finetune.views import View
from mlcore.heads.painted import evenly, painted
from mlcore.model import Network, StatisticsEncoder, dense
from mlcore.model.batches import SampleBatch, sample_batch
from mlcore.model.spectra import Spectra, from_spectrometers, read_by
from mlcore.samples import Sample

_MOST_CELLS = 256  # of a tile
Positions = NDArray[np.int64]


class Material(Protocol):
    """N tiles, their fixed statistics, and which rows of a goal's targets are theirs."""

    def rows(self, tiles: Positions) -> Positions:
        """Return the rows of targets of some tiles, tile after tile."""

    def features(self, network: Network, tiles: Positions, view: View) -> Tensor:
        """Return features [n, d] of the rows of tiles that are alike: statistics, then what the network says."""


class Tiles:
    """One row a tile."""

    def __init__(self, samples: Sequence[Sample], spectra: Spectra | None = None) -> None:
        """Describe the samples by statistics, once; `spectra` are those that the encoder reads by."""
        self.samples, self.spectra = samples, spectra
        self.fixed = StatisticsEncoder(spectra=spectra).embed(samples)

    def rows(self, tiles: Positions) -> Positions:
        """Return the tiles."""
        return tiles

    def features(self, network: Network, tiles: Positions, view: View) -> Tensor:
        """Return statistics and vectors."""
        learned = network(view(from_spectrometers(_batch(self, tiles))))
        return torch.cat([torch.from_numpy(self.fixed[tiles]), learned], 1)


class Cells:
    """One row a painted cell, at most 256 a tile."""

    def __init__(
        self,
        samples: Sequence[Sample],
        masks: Sequence[NDArray[np.uint8]],
        spectra: Spectra | None = None,
        *,
        seed: int,
    ) -> None:
        """Describe the painted cells by local statistics, once; `spectra` are those that the encoder reads by.

        Raises:
            BadFeatures: a mask isn't a mask of its tile.
            NotEnoughLabels: nothing is painted.
        """
        self.samples, self.spectra = samples, spectra
        self.fixed: list[NDArray[np.float32]] = []
        self.places: list[Positions] = []
        codes: list[Positions] = []
        statistics, rng = StatisticsEncoder(spectra=spectra), np.random.default_rng(seed)
        for number, (sample, mask) in enumerate(zip(samples, masks, strict=True)):
            if sample.chips and np.shape(mask) != sample.chips[0].mask.shape:
                raise BadFeatures(f"Mask {number} is {np.shape(mask)}, its tile {sample.chips[0].mask.shape}.")
            local, own, places = painted(statistics.embed_map(sample), mask)
            some = evenly(own, _MOST_CELLS, rng)
            self.fixed.append(local[some])
            self.places.append(places[some])
            codes.append(own[some])
        self.codes = np.concatenate(codes)
        if not len(self.codes):
            raise NotEnoughLabels("Paint at least two classes before an encoder can be fine-tuned.")
        self.starts = np.cumsum([0, *(len(own) for own in codes)])

    def rows(self, tiles: Positions) -> Positions:
        """Return the painted cells of the tiles."""
        return np.concatenate([np.arange(self.starts[tile], self.starts[tile + 1]) for tile in tiles])

    def features(self, network: Network, tiles: Positions, view: View) -> Tensor:
        """Return what the encoder's maps tell: dense statistics, and the network's map enlarged to their cells."""
        fixed = torch.from_numpy(np.concatenate([self.fixed[tile] for tile in tiles]))
        if not network.config.dense:
            return fixed
        batch = _batch(self, tiles)
        height, width = batch.chips[0].mask.shape[-2:]
        coarse = view.undo(network.maps(view(batch)), square=height == width)
        fine = dense.spread_over_cells(coarse, network.cell_px(batch.chips[0]), batch.chips[0])
        learned = [
            own[:, places[:, 0], places[:, 1]].T
            for own, places in zip(fine, (self.places[tile] for tile in tiles), strict=True)
        ]
        return torch.cat([fixed, torch.cat(learned)], 1)


def _batch(of: Tiles | Cells, tiles: Positions) -> SampleBatch:
    return read_by(of.spectra, sample_batch([of.samples[tile] for tile in tiles]).imagery)
