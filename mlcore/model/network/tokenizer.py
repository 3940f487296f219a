"""From samples to tokens: one definition for every raster, whatever its sensor, bands, size and dates.

A token is one cell of one spectral group of one chip. Its content is the moments of its pixels on a rank-K basis
over the slot lattice; its meaning says which wavelengths, modality, quantity, product level and context. Nothing
depends on a channel's index, so one set of weights takes any sensor.
"""

import numpy as np
import torch
from torch import Tensor, nn

from mlcore.model import slots
from mlcore.model.batches import SampleBatch
from mlcore.model.context import CONTEXT_DIM
from mlcore.model.network.blocks import full_precision
from mlcore.model.network.cells import Cells, describe_cells, own_dim, project_cells
from mlcore.model.network.config import Config
from mlcore.model.network.groups import Group, spectral_groups
from mlcore.model.network.stacks import Stack, cell_places
from mlcore.model.network.tokens import Layout, Tokens
from mlcore.sensors import LEVELS, Modality, Quantity, Sensor

_MODALITIES, _QUANTITIES = list(Modality), list(Quantity)
MONTH_DAYS = 30.0


class Tokenizer(nn.Module):
    """Turn the chips of one sensor into tokens."""

    basis_mean: Tensor
    basis_scale: Tensor
    raw_basis: Tensor

    def __init__(self, config: Config) -> None:
        """Make an untrained tokenizer."""
        super().__init__()
        self.config = config
        self.basis = nn.Parameter(torch.randn(slots.SLOTS, config.rank) / slots.SLOTS**0.5)
        self.register_buffer("basis_mean", torch.zeros(slots.SLOTS))
        self.register_buffer("basis_scale", torch.ones(slots.SLOTS))
        self.register_buffer("raw_basis", self.basis.detach().clone())
        self.embed = nn.Linear(own_dim(config.rank, config.detail) + 2 * config.rank + 1, config.width)
        self.modality = nn.Embedding(len(_MODALITIES), config.width)
        self.quantity = nn.Embedding(len(_QUANTITIES), config.width)
        self.level = nn.Embedding(len(LEVELS) + 1, config.width)  # the last: nobody said, or not one of these
        self.coverage = nn.Linear(slots.SLOTS, config.width, bias=False)
        self.context = nn.Linear(CONTEXT_DIM, config.width, bias=False)
        for quiet in (self.modality, self.quantity, self.level, self.coverage):
            nn.init.normal_(quiet.weight, std=0.02)
        nn.init.zeros_(self.context.weight)

    @property
    def target_dim(self) -> int:
        """Return how many numbers a token's raw content has."""
        return own_dim(self.config.rank, self.config.detail)

    def forward(self, stack: Stack, first: Stack, kind: int, *, around: bool = True, targets: bool = False) -> Tokens:
        """Return tokens [N, dates * groups * cells] of a stack; see `Network.tokenize`."""
        groups = spectral_groups(stack.sensor, self.config.groups)
        with full_precision(stack.pixels):  # differences of squares need float32
            cells = [self._cells(stack, group, self.basis) for group in groups]
            raw = [self._cells(stack, group, self.raw_basis).own for group in groups] if targets else []
        valid = self._in_order([part.valid[..., None] for part in cells], stack)[..., 0]
        inputs = self._in_order([self._inputs(part, stack, around=around) for part in cells], stack)
        return Tokens(
            content=self.embed(inputs) * valid[..., None],
            meaning=self._meaning(stack, groups),
            valid=valid,
            positions=_positions(stack, first, len(groups)),
            layout=_layout(stack, first, kind, len(groups)),
            grid=first.grid,
            targets=self._in_order(raw, stack) if targets else None,
        )

    def _cells(self, stack: Stack, group: Group, basis: Tensor) -> Cells:
        """Project a group's bands on the basis and describe the cells of the channels."""
        device = basis.device
        supported = torch.from_numpy(group.supported).to(device)
        project = (basis / self.basis_scale[:, None]).T @ torch.from_numpy(group.weights).to(device)
        offset = -(basis.T @ (self.basis_mean / self.basis_scale * supported))
        whole = len(group.columns) == stack.pixels.shape[1]
        bands = stack.pixels if whole else stack.pixels[:, list(group.columns)]
        if self.config.detail == 1 and len(group.columns) <= self.config.rank:
            return project_cells(bands, stack.mask, stack.side, project, offset)
        channels = torch.einsum("kb,nbhw->nkhw", project, bands) + offset[:, None, None]
        return describe_cells(channels * stack.mask, stack.mask, stack.side, self.config.detail)

    def _inputs(self, cells: Cells, stack: Stack, *, around: bool) -> Tensor:
        level = (stack.level / 4).reshape(-1, 1, 1).expand(-1, cells.own.shape[1], 1)
        wide = cells.around if around else torch.zeros_like(cells.around)
        return torch.cat([cells.own, wide, level], -1)

    def _in_order(self, parts: list[Tensor], stack: Stack) -> Tensor:
        """Arrange one [N * dates, cells, d] for each group as [N, dates * groups * cells, d]."""
        together = parts[0][:, None] if len(parts) == 1 else torch.stack(parts, 1)
        return together.reshape(stack.chips[0].pixels.shape[0], -1, together.shape[-1])

    def _meaning(self, stack: Stack, groups: tuple[Group, ...]) -> Tensor:
        coverage = torch.from_numpy(np.stack([group.coverage for group in groups])).to(self.basis.device)
        spectral = self.coverage(coverage)[:, None] + self._kind(stack.sensor)  # [groups, 1, width]
        meaning: Tensor = spectral + self.context(stack.context)[:, :, None, None]
        cells = stack.grid[0] * stack.grid[1]
        return meaning.expand(-1, -1, -1, cells, -1).flatten(1, 3)

    def _kind(self, sensor: Sensor) -> Tensor:
        level = LEVELS.index(sensor.level) if sensor.level in LEVELS else len(LEVELS)
        kind: Tensor = (
            self.modality.weight[_MODALITIES.index(sensor.modality)]
            + self.quantity.weight[_QUANTITIES.index(sensor.quantity)]
            + self.level.weight[level]
        )
        return kind


def reference_day(batch: SampleBatch) -> Tensor:
    """Return the mean of the known days of each sample's chips that have a valid pixel, [N]; 0 where none has."""
    days = torch.stack([chip.days.where(chip.mask.flatten(1).any(1), torch.nan) for chip in batch.chips], 1)
    return days.nanmean(1).nan_to_num(0.0)


def _positions(stack: Stack, first: Stack, groups: int) -> Tensor:
    """Return x, y in cells of the first chip and days, [N, dates * groups * cells, 3]."""
    places, _ = cell_places(stack, first)
    days = stack.days
    count, dates = days.shape
    shape = (count, dates, groups, len(places))
    space = places.to(days.device).expand(*shape, 2)
    time = days[:, :, None, None, None].expand(*shape, 1)
    return torch.cat([space, time], -1).flatten(1, 3)


def _layout(stack: Stack, first: Stack, kind: int, groups: int) -> Layout:
    _, cell = cell_places(stack, first)
    date, group, place = (
        axis.ravel() for axis in np.meshgrid(np.arange(len(stack.chips)), np.arange(groups), cell, indexing="ij")
    )
    return Layout(np.array(stack.sources)[date], np.full_like(date, kind), date, group, place)


def in_months(positions: Tensor, reference: Tensor) -> Tensor:
    """Turn days, the last of positions [N, T, 3], into months from each sample's reference day; unknown is 0."""
    months = ((positions[..., 2:] - reference[:, None, None]) / MONTH_DAYS).nan_to_num(0.0)
    return torch.cat([positions[..., :2], months], -1)
