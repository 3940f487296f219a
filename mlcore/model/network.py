"""The learned part: tokens conditioned on wavelength, a small transformer over them, a short vector out.

A token is one cell of one chip: the moments of its pixels on a rank-K basis over the slot lattice
(`slots.interpolation`), plus encodings of modality, quantity, spectral coverage, position, resolution,
season and place. Nothing depends on a channel's index, so one set of weights takes any sensor.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from mlcore.model import slots
from mlcore.model.batches import ChipBatch, SampleBatch
from mlcore.model.context import GSD_DIM, SEASON_DIM
from mlcore.model.statistics import cell_moments
from mlcore.sensors import Modality, Quantity, Sensor

_MODALITIES = list(Modality)
_QUANTITIES = list(Quantity)
_POSITION_DIM = 12
_LAYER_SCALE = 0.1
_CONTEXT_DIM = GSD_DIM + SEASON_DIM + 4  # the last four were place, never shown in training


@dataclass(frozen=True)
class Config:
    """The shape of a network."""

    name: str = "nano"
    rank: int = 16  # K, spectral basis functions
    width: int = 64  # d, of a token
    depth: int = 2
    heads: int = 4
    vector: int = 64  # learned part of a tile's vector

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description."""
        return asdict(self)


@dataclass(frozen=True)
class Cells:
    """What tokens are made of, before anything is learned about how they relate."""

    inputs: Tensor  # float32 [N, rows * columns, 4 * rank + 1]
    valid: Tensor  # bool [N, rows * columns]
    shape: tuple[int, int]  # rows, columns


class Block(nn.Module):
    """Pre-norm attention and MLP, each scaled by a small learned factor (LayerScale, arXiv 2103.17239)."""

    def __init__(self, width: int, heads: int) -> None:
        """Make a block for tokens of `width`."""
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.scale1, self.scale2 = (nn.Parameter(torch.full((width,), _LAYER_SCALE)) for _ in range(2))

    def forward(self, tokens: Tensor, valid: Tensor) -> Tensor:
        """Let tokens [N, T, width] look at the valid ones, [N, T]."""
        count, length, width = tokens.shape
        heads = self.qkv(self.norm1(tokens)).view(count, length, 3, self.heads, width // self.heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        mask = None if bool(valid.all()) else valid[:, None, None, :]
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        tokens = tokens + self.scale1 * self.proj(seen.transpose(1, 2).reshape(count, length, width))
        mixed: Tensor = tokens + self.scale2 * self.mlp(self.norm2(tokens))
        return mixed


class Network(nn.Module):
    """Turn chips into tokens, and the tokens of a sample into one short vector."""

    basis_mean: Tensor
    basis_scale: Tensor
    gain: Tensor

    def __init__(self, config: Config) -> None:
        """Make an untrained network; its vectors are zero until it is trained (`gain`), so statistics stand alone."""
        super().__init__()
        self.config = config
        self.basis = nn.Parameter(torch.randn(slots.SLOTS, config.rank) / slots.SLOTS**0.5)
        self.register_buffer("basis_mean", torch.zeros(slots.SLOTS))
        self.register_buffer("basis_scale", torch.ones(slots.SLOTS))
        self.register_buffer("gain", torch.zeros(()))
        self.embed = nn.Linear(4 * config.rank + 1, config.width)
        self.modality = nn.Embedding(len(_MODALITIES), config.width)
        self.quantity = nn.Embedding(len(_QUANTITIES), config.width)
        self.coverage = nn.Linear(slots.GROUPS, config.width, bias=False)
        self.position = nn.Linear(_POSITION_DIM, config.width, bias=False)
        self.context = nn.Linear(_CONTEXT_DIM, config.width, bias=False)
        self.blocks = nn.ModuleList(Block(config.width, config.heads) for _ in range(config.depth))
        self.norm = nn.LayerNorm(config.width)
        self.pool = nn.Linear(2 * config.width, config.vector)
        for quiet in (self.modality, self.quantity, self.coverage, self.position, self.context):
            nn.init.normal_(quiet.weight, std=0.02)
        nn.init.zeros_(self.context.weight)

    def cells(self, batch: ChipBatch) -> Cells:
        """Describe each cell by mean and spread of the basis channels, in itself and with its neighbours.

        The chip's mean level is taken out and handed over as one number: a gain of the instrument, a haze or
        the height of a plateau then changes one input and not all of them.
        """
        count = batch.mask.sum((1, 2, 3)).clamp(min=1) * batch.pixels.shape[1]
        level = ((batch.pixels * batch.mask).sum((1, 2, 3)) / count)[:, None, None, None]
        project, offset = self._projection(batch.sensor)
        channels = torch.einsum("kb,nbhw->nkhw", project, batch.pixels - level) + offset[:, None, None]
        mean, std, share = cell_moments(channels * batch.mask, batch.mask, batch.cell_px)
        wide = _with_neighbours(mean, std, share)
        inputs = torch.cat([mean, std, *wide, (level / 4).expand(-1, 1, *share.shape[2:])], 1)
        valid = share.flatten(1) > 0.25
        valid[:, 0] |= ~valid.any(1)  # attention over nothing would be NaN
        return Cells(inputs.flatten(2).transpose(1, 2), valid, (share.shape[2], share.shape[3]))

    def _projection(self, sensor: Sensor) -> tuple[Tensor, Tensor]:
        """Return weights [rank, bands] and offset [rank] from a sensor's bands to the basis channels."""
        weights = torch.from_numpy(slots.interpolation(sensor))
        supported = (weights.abs().sum(1) > 0).float()
        basis = self.basis / self.basis_scale[:, None]
        project: Tensor = basis.T @ weights
        offset: Tensor = -(basis.T @ (self.basis_mean * supported))
        return project, offset

    def tokens(self, cells: Cells, batch: ChipBatch, *, hidden: Tensor | None = None) -> Tensor:
        """Turn cells into tokens [N, T, width] that carry their meaning; `hidden` [N, T] cells show only that."""
        content: Tensor = self.embed(cells.inputs)
        if hidden is not None:
            content = content * ~hidden[..., None]
        return content + self._meaning(cells, batch)

    def _meaning(self, cells: Cells, batch: ChipBatch) -> Tensor:
        place_in_tile = self.position(_positions(cells.shape))
        coverage: Tensor = self.coverage(torch.from_numpy(slots.presence(batch.sensor)))
        kind = self.modality.weight[_MODALITIES.index(batch.sensor.modality)]
        quantity = self.quantity.weight[_QUANTITIES.index(batch.sensor.quantity)]
        known = functional.pad(batch.context[:, : GSD_DIM + SEASON_DIM], (0, 4))
        meaning: Tensor = place_in_tile + coverage + kind + quantity + self.context(known)[:, None]
        return meaning

    def mix(self, tokens: Tensor, valid: Tensor) -> Tensor:
        """Let the tokens of a sample, from all its chips, see each other; [N, T, width] in and out."""
        for block in self.blocks:
            tokens = block(tokens, valid)
        mixed: Tensor = self.norm(tokens)
        return mixed

    def forward(self, batch: SampleBatch) -> Tensor:
        """Return one vector [N, vector] for each sample."""
        batches = batch.chips
        cells = [self.cells(batch) for batch in batches]
        tokens = torch.cat([self.tokens(cell, batch) for cell, batch in zip(cells, batches, strict=True)], 1)
        valid = torch.cat([cell.valid for cell in cells], 1)
        return self.pooled(self.mix(tokens, valid), valid)

    def pooled(self, tokens: Tensor, valid: Tensor) -> Tensor:
        """Return the projected mean and spread of the valid tokens, [N, vector]."""
        weight = valid[..., None].float()
        count = weight.sum(1).clamp(min=1)
        mean = (tokens * weight).sum(1) / count
        spread = (((tokens - mean[:, None]) * weight).square().sum(1) / count + 1e-6).sqrt()
        vector: Tensor = self.pool(torch.cat([mean, spread], 1))
        return vector


def _with_neighbours(mean: Tensor, std: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    """Widen moments of cells to those of 3 x 3 cells."""

    def around(values: Tensor) -> Tensor:
        return functional.avg_pool2d(values * share, 3, stride=1, padding=1)

    weight = functional.avg_pool2d(share, 3, stride=1, padding=1).clamp(min=1e-6)
    wide = around(mean) / weight
    spread = (around(std.square() + mean.square()) / weight - wide.square()).clamp(min=1e-8)
    return wide, spread.sqrt()


@lru_cache(maxsize=64)
def _positions(shape: tuple[int, int]) -> Tensor:
    """Return sines and cosines of the cells' distance from the tile's centre, [T, _POSITION_DIM]."""
    rows, columns = torch.meshgrid(*(torch.arange(side) - (side - 1) / 2 for side in shape), indexing="ij")
    octaves = torch.pi / 2 ** torch.arange(1, _POSITION_DIM // 4 + 1)
    angles = torch.cat([place.flatten()[:, None] * octaves for place in (rows, columns)], 1)
    return torch.cat([angles.sin(), angles.cos()], 1)
