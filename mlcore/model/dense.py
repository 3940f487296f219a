"""Dense statistics: what each cell of a chip shows, and what surrounds it nearby and farther away.

A cell says its spectrum and its colour. Of the squares of 3 and of 15 cells around it are told the levels and colours
of the coarse groups, and the grain of each family's brightness. Plain heads on such features are what interactive
segmentation rests on (ilastik; Berg et al. 2019, Nature Methods 16).
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mlcore.model import slots
from mlcore.model.batches import ChipBatch
from mlcore.model.features import by_sensor, narrowness
from mlcore.model.grain import LEAST_STEP, bends
from mlcore.model.statistics import brightness_shares, cell_moments, mixed, pooled
from mlcore.samples import Chip
from mlcore.sensors import Sensor

_SMALL_PX = 32  # side up to which each pixel is a cell; beyond, 2 x 2 px are: a quarter of the cost
REACHES = (3, 15)  # cells, sides of the squares around a cell
_GRAINS = 3  # gradient and Laplacian from pixel to pixel, gradient from cell to cell
_GRAIN_DIM = _GRAINS * len(slots.FAMILIES)
_LENGTHS = {"spectrum": slots.SLOTS, "colour": slots.GROUPS} | {
    f"{kind} {reach}": length
    for reach in REACHES
    for kind, length in (("level", slots.GROUPS), ("colour", slots.GROUPS), ("grain", _GRAIN_DIM))
}
_ENDS = dict(zip(_LENGTHS, accumulate(_LENGTHS.values()), strict=True))
DENSE_DIM = sum(_LENGTHS.values())
DENSE_BLOCKS = {name: slice(end - _LENGTHS[name], end) for name, end in _ENDS.items()}

Cells = tuple[Tensor, Tensor]  # values [N, C, h, w] and their weights [N, 1, h, w]


def dense_statistics(batches: Sequence[ChipBatch]) -> Tensor:
    """Return what is at each place, [N, DENSE_DIM, h, w] (`cells_of`).

    The raster is that of the first chips; chips of other resolutions are resampled to it. At each place only the
    chips that are valid there count: grain is that of the finest of them, all else that of the narrowest bands.
    """
    size = cells_of(batches[0])
    total = torch.zeros(len(batches[0].pixels), DENSE_DIM, *size)
    sharpest = torch.zeros_like(total)
    for dates in by_sensor(batches):
        values, seen = _over_dates([_describe(date) for date in dates], size)
        sharpness = torch.from_numpy(_sharpness(dates[0].sensor, dates[0].pixels.shape[-1]))[:, None, None] * seen
        total = torch.where(sharpness > sharpest, values, total)
        sharpest = torch.maximum(sharpest, sharpness)
    return total


def mean_spectra(batches: Sequence[ChipBatch]) -> Cells:
    """Return the mean of each band of one sensor's chips in each cell, [N, bands, h, w], and where there is one."""
    cells = []
    for batch in batches:
        mean, _, share = cell_moments(batch.pixels, batch.mask, stride_of(batch))
        cells.append((mean, (share > 0).float()))
    return _over_dates(cells, cells_of(batches[0]))


def cells_of(batch: ChipBatch) -> tuple[int, int]:
    """Return how many cells a chip has down and across."""
    (height, width), stride = batch.pixels.shape[-2:], stride_of(batch)
    return -(-height // stride), -(-width // stride)


def stride_of(chip: ChipBatch | Chip) -> int:
    """Return the side of a chip's cells in px."""
    return 1 if max(chip.pixels.shape[-2:]) <= _SMALL_PX else 2


def spread_over_cells(tokens: Tensor, side_px: int, batch: ChipBatch) -> Tensor:
    """Return what a network says of its tokens [N, C, ...], each `side_px` px wide, for the cells of a chip."""
    height, width = cells_of(batch)
    size = [max(1, count * side_px // stride_of(batch)) for count in tokens.shape[2:]]
    grown = functional.interpolate(tokens, size=size, mode="bilinear")
    return grown[..., :height, :width]  # the last tokens may reach beyond the edge


def _resampled(values: Tensor, size: tuple[int, int]) -> Tensor:
    return values if values.shape[-2:] == size else functional.interpolate(values, size=size, mode="bilinear")


def _over_dates(cells: Sequence[Cells], size: tuple[int, int]) -> Cells:
    """Return the mean over what is seen, and 1 where anything is; values are zero where nothing was."""
    weight = torch.stack([_resampled(seen, size) for _, seen in cells]).sum(0)
    total = torch.stack([_resampled(values, size) for values, _ in cells]).sum(0)
    return total / weight.clamp(min=1e-6), (weight > 0).float()


@lru_cache(maxsize=256)
def _sharpness(sensor: Sensor, side_px: int) -> NDArray[np.float32]:
    """Return how sharply a sensor measures each number, [DENSE_DIM], 0 for those that it lacks."""
    narrow = narrowness(sensor, side_px)
    coarse = slots.presence(sensor) > 0
    coloured = np.zeros(slots.GROUPS, bool)
    coloured[coarse] = brightness_shares(np.flatnonzero(coarse)).any(1)
    parts = [slots.filled(sensor) * narrow, coloured * narrow]
    for reach in REACHES:
        # Speckle: from cell to cell, radar's steps are noise.
        grained = [bool(coarse[family].any()) and _is_grained(family, reach) for family in slots.FAMILIES]
        parts += [coarse * narrow, coloured * narrow, np.repeat(grained, _GRAINS) * side_px]
    return np.concatenate(parts).astype(np.float32)


def _is_grained(family: slice, reach: int) -> bool:
    return family != slots.RADAR or reach > min(REACHES)


def _describe(batch: ChipBatch) -> Cells:
    """Return features [N, DENSE_DIM, h, w], zero where nothing is valid, and 1 where something is, [N, 1, h, w]."""
    has = np.flatnonzero(slots.presence(batch.sensor))
    of_groups = slots.grouping(batch.sensor)[has]
    of_colours = of_groups - brightness_shares(has) @ of_groups
    stride = stride_of(batch)
    mean, _, share = cell_moments(batch.pixels, batch.mask, stride)
    levels, colours = mixed(of_groups, mean), mixed(of_colours, mean)
    grains = _grains(mixed(of_groups, batch.pixels), batch.mask, has, stride)
    parts = [mixed(slots.filling(batch.sensor), mean), _among_all(colours, has)]
    for reach in REACHES:
        parts += [_among_all(_around(values, share, reach), has) for values in (levels, colours)]
        parts += [(_around(steps, known, reach) + LEAST_STEP).log() * (known > 0) for steps, known in grains]
    seen = (share > 0).float()
    return torch.cat(parts, 1) * seen, seen


def _grains(channels: Tensor, mask: Tensor, groups: NDArray[np.int64], stride: int) -> list[Cells]:
    """Return the steps of each family's brightness in each cell, and the share of a cell where they are known."""
    grains = []
    for family in slots.FAMILIES:
        members = np.flatnonzero((groups >= family.start) & (groups < family.stop)).tolist()
        if not members:
            nothing = pooled(torch.zeros_like(mask), stride)
            grains += [(nothing, nothing)] * _GRAINS
            continue
        brightness = channels[:, members].mean(1, keepdim=True)
        grains += [_in_cells(*steps, stride) for steps in (_slopes(brightness, mask), bends(brightness, mask))]
        mean, _, share = cell_moments(brightness, mask, stride)
        grains.append(_slopes(mean, (share > 1 - 1e-4).float()))
    return grains


def _slopes(values: Tensor, valid: Tensor) -> Cells:
    """Return the length of the gradient at each place, by central differences, and where it is known; not at edges."""
    if min(values.shape[-2:]) < 3:
        return torch.zeros_like(values), torch.zeros_like(valid)
    left, right, up, down = (
        (..., slice(1, -1), slice(-2)),
        (..., slice(1, -1), slice(2, None)),
        (..., slice(-2), slice(1, -1)),
        (..., slice(2, None), slice(1, -1)),
    )
    squares = (values[right] - values[left]).square() + (values[down] - values[up]).square()
    known = valid[left] * valid[right] * valid[up] * valid[down]
    edge = (1, 1, 1, 1)
    return functional.pad((squares / 4 + 1e-8).sqrt(), edge), functional.pad(known, edge)


def _in_cells(values: Tensor, known: Tensor, stride: int) -> Cells:
    share = pooled(known, stride)
    return pooled(values * known, stride) / share.clamp(min=1e-6), share


def _around(values: Tensor, share: Tensor, reach: int) -> Tensor:
    """Return the mean over the square of `reach` cells around each cell."""
    return _box(values * share, reach) / _box(share, reach).clamp(min=1e-6)


def _box(values: Tensor, size: int) -> Tensor:
    return functional.avg_pool2d(values, size, stride=1, padding=size // 2)


def _among_all(values: Tensor, groups: NDArray[np.int64]) -> Tensor:
    """Return what is known of some groups [N, C, h, w] among all, [N, GROUPS, h, w]."""
    spread = values.new_zeros(len(values), slots.GROUPS, *values.shape[-2:])
    spread[:, torch.from_numpy(groups)] = values
    return spread
