"""Ready-cut samples as a source: from shards on disk, or in memory such as series of single pixels."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from mlcore.errors import EmptyRaster
from mlcore.model.batches import SampleBatch, sample_batch
from mlcore.pretrain.disturbance import Strength, disturbed, spreads
from mlcore.pretrain.shards import Shard, read_sample
from mlcore.pretrain.source import Draw, Pairs, cut, reference, some_chips
from mlcore.samples import Chip, Sample

_EXAMPLES = 32  # samples of each kind
_MIXED_SHARDS = 8  # read together, so that a batch isn't one place


class Tiles:
    """Samples of one kind in memory."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        """Take samples with equal sensors and sizes."""
        self.samples = samples

    def __len__(self) -> int:
        """Return how many samples there are."""
        return len(self.samples)

    def order(self, epoch: list[int]) -> NDArray[np.int64]:
        """Return all rows in the order of an epoch."""
        return np.random.default_rng(epoch).permutation(len(self))

    def read(self, row: int) -> Sample:
        """Return one sample."""
        return self.samples[row]


class ShardTiles:
    """Samples of one kind in shards, read when they are asked for."""

    def __init__(self, shards: Sequence[Shard]) -> None:
        """Take shards of one kind."""
        self.shards = shards
        self.starts = np.concatenate([[0], np.cumsum([shard.count for shard in shards])])

    def __len__(self) -> int:
        """Return how many samples there are."""
        return int(self.starts[-1])

    def order(self, epoch: list[int]) -> NDArray[np.int64]:
        """Return all rows in the order of an epoch: shards are shuffled, then the samples of a few shards together."""
        rng = np.random.default_rng(epoch)
        shards = rng.permutation(len(self.shards))
        parts = []
        for start in range(0, len(shards), _MIXED_SHARDS):
            mixed = [np.arange(self.starts[i], self.starts[i + 1]) for i in shards[start : start + _MIXED_SHARDS]]
            parts.append(rng.permutation(np.concatenate(mixed)))
        return np.concatenate(parts)

    def read(self, row: int) -> Sample:
        """Return one sample.

        Raises:
            BadShard: it is damaged.
        """
        shard = int(np.searchsorted(self.starts, row, side="right")) - 1
        return read_sample(self.shards[shard].path, row - int(self.starts[shard]))


class TilePairs:
    """Pairs of views of ready-cut samples: two crops of each, on other dates where it has several."""

    def __init__(self, tiles: Tiles | ShardTiles, *, strength: Strength = Strength()) -> None:  # noqa: B008 (frozen)
        """Take samples of one kind.

        Raises:
            EmptyRaster: there is no sample, or none of the first has a valid pixel.
        """
        if not len(tiles):
            raise EmptyRaster("Pretraining needs samples; there is none.")
        self.tiles, self.strength = tiles, strength
        self.first = [tiles.read(row) for row in range(min(len(tiles), _EXAMPLES))]
        self.spread = spreads(self.examples())
        if len(self.spread) < len({chip.sensor.code for chip in self.examples()}):
            raise EmptyRaster("Pretraining needs samples with valid pixels; the first ones have none.")
        self._order = lru_cache(maxsize=2)(lambda seed, epoch: tiles.order([seed, epoch]))

    def examples(self) -> list[Chip]:
        """Return the chips of the first samples."""
        return [chip for sample in self.first for chip in sample.chips]

    def pairs(self, draw: Draw) -> Pairs:
        """Return two views of each sample of the batch; in an epoch of this source alone, all have their turn."""
        rng = draw.rng()
        rows = self._rows(draw)
        samples = [self.tiles.read(int(row)) for row in rows[draw.rows]]
        raster = reference(samples[0])
        side = min(draw.side, *raster)
        here = rng.integers(0, np.array(raster) - side + 1, (draw.count, 2))
        reach = max(1, round(draw.reach * side))
        shift = rng.integers(-reach, reach + 1, here.shape)
        there = np.clip(here + shift, 0, np.array(raster) - side)
        same = torch.from_numpy((rows[:, None] == rows[None]) & ~np.eye(draw.count, dtype=bool))
        views = [self._view(samples, draw, places, side, rng) for places in (here, there)]
        return Pairs(views[0], views[1], same[draw.rows])

    def _rows(self, draw: Draw) -> NDArray[np.int64]:
        """Return the rows of a batch: the next of their epoch's order, which begins anew where it ends."""
        size = len(self.tiles)
        places = draw.number * draw.count + np.arange(draw.count)
        orders = {epoch: self._order(draw.seed, epoch) for epoch in np.unique(places // size).tolist()}
        return np.array([orders[place // size][place % size] for place in places.tolist()])

    def _view(
        self, samples: list[Sample], draw: Draw, places: NDArray[np.int64], side: int, rng: np.random.Generator
    ) -> SampleBatch:
        chips = some_chips(samples[0], rng)
        rows = zip(samples, places[draw.rows], strict=True)
        batch = sample_batch([cut(sample, place, side, chips) for sample, place in rows])
        return disturbed(batch, draw, rng, self.spread, self.strength)
