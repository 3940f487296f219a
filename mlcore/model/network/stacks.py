"""Stacks: the chips of one sensor and size at several dates as one tensor, so that 68 dates cost one pass."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from mlcore.model.batches import ChipBatch, SampleBatch
from mlcore.model.network.cells import cell_side
from mlcore.sensors import Sensor


@dataclass(frozen=True)
class Stack:
    """N samples' chips of one sensor at D dates; M = N * D, dates of a sample side by side."""

    chips: tuple[ChipBatch, ...]  # D
    sources: tuple[int, ...]  # their positions in the batch
    side: int  # px of a cell

    @property
    def sensor(self) -> Sensor:
        """Return the sensor that all chips share."""
        return self.chips[0].sensor

    @property
    def size(self) -> tuple[int, int]:
        """Return height and width in px."""
        height, width = self.chips[0].pixels.shape[-2:]
        return height, width

    @property
    def grid(self) -> tuple[int, int]:
        """Return rows and columns of cells."""
        return -(-self.size[0] // self.side), -(-self.size[1] // self.side)

    @cached_property
    def mask(self) -> Tensor:
        """Return float32 [M, 1, H, W]."""
        return self._dates("mask").flatten(0, 1)

    @cached_property
    def level(self) -> Tensor:
        """Return each chip's mean over its valid pixels and bands, [M, 1, 1, 1]."""
        pixels = self._dates("pixels").flatten(0, 1)
        count = self.mask.sum((1, 2, 3)).clamp(min=1) * pixels.shape[1]
        level: Tensor = ((pixels * self.mask).sum((1, 2, 3)) / count)[:, None, None, None]
        return level

    @cached_property
    def pixels(self) -> Tensor:
        """Return float32 [M, bands, H, W], each chip's level taken out.

        A gain of the instrument, a haze or the height of a plateau then changes one input and not all of them.
        """
        return self._dates("pixels").flatten(0, 1) - self.level

    @property
    def context(self) -> Tensor:
        """Return float32 [N, D, CONTEXT_DIM]."""
        return self._dates("context")

    @property
    def days(self) -> Tensor:
        """Return float32 [N, D], NaN where unknown."""
        return self._dates("days")

    def _dates(self, name: str) -> Tensor:
        values = [getattr(chip, name) for chip in self.chips]
        return values[0][:, None] if len(values) == 1 else torch.stack(values, 1)


def stacks(batch: SampleBatch, cell_px: int) -> list[Stack]:
    """Return a batch's chips by sensor and size, in the order in which they appear."""
    sources: dict[object, list[int]] = defaultdict(list)
    for index, chip in enumerate(batch.chips):
        sources[chip.sensor, tuple(chip.pixels.shape[1:])].append(index)  # N is a symbol in an export
    grouped = []
    for same in sources.values():
        chips = tuple(batch.chips[index] for index in same)
        height, width = chips[0].pixels.shape[-2:]
        grouped.append(Stack(chips, tuple(same), cell_side((height, width), cell_px)))
    return grouped


def cell_places(stack: Stack, first: Stack) -> tuple[Tensor, np.ndarray]:
    """Return where a stack's cells are: x and y [cells, 2], and the cell of the first stack's grid at each [cells].

    The chips of a sample cover one tile, whatever their resolution, so places are shares of the tile. The unit is
    the first stack's cell (its gsd times its px); the tile's centre is 0.
    """
    shares = [
        ((np.arange(count) + 0.5) * stack.side / length).clip(max=1)
        for count, length in zip(stack.grid, stack.size, strict=True)
    ]
    lengths = [length / first.side for length in first.size]
    rows, columns = (
        (share * length).astype(np.int64).clip(max=count - 1)
        for share, length, count in zip(shares, lengths, first.grid, strict=True)
    )
    y, x = np.meshgrid(*((share - 0.5) * length for share, length in zip(shares, lengths, strict=True)), indexing="ij")
    places = torch.from_numpy(np.stack([x.ravel(), y.ravel()], 1).astype(np.float32))
    return places, (rows[:, None] * first.grid[1] + columns[None]).ravel()
