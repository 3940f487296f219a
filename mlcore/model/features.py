"""The features that need no weights: a sample's statistics over all its chips, and the same idea for each place."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mlcore.model import slots
from mlcore.model.batches import ChipBatch
from mlcore.model.statistics import STATISTICS_DIM, cell_moments, tile_statistics
from mlcore.sensors import Sensor

STRIDE = 2  # px between dense features: a fine brush on a 64 px tile, at a quarter of the cost of every pixel
LOCAL_DIM = slots.SLOTS + slots.OPTICAL_SLOTS + 2 * slots.GROUPS
_AROUND_CELLS = 7


def sample_statistics(batches: Sequence[ChipBatch]) -> Tensor:
    """Return [N, STATISTICS_DIM]: the mean, for each number, of the chips that have it."""
    total = torch.zeros(len(batches[0].pixels), STATISTICS_DIM)
    weight = torch.zeros_like(total)
    for batch in batches:
        has = _present(batch.sensor) * (batch.mask.sum((1, 2, 3)) > 0).float()[:, None]
        total += tile_statistics(batch.pixels, batch.mask, batch.sensor) * has
        weight += has
    return total / weight.clamp(min=1)


@lru_cache(maxsize=256)
def _present(sensor: Sensor) -> Tensor:
    fine, coarse = _filled(sensor), slots.presence(sensor) > 0
    fine_parts = [fine, fine, fine[: slots.OPTICAL_SLOTS]]
    parts = fine_parts + [coarse] * ((STATISTICS_DIM - sum(len(part) for part in fine_parts)) // slots.GROUPS)
    return torch.from_numpy(np.concatenate(parts).astype(np.float32))


def _filled(sensor: Sensor) -> NDArray[np.bool_]:
    filled: NDArray[np.bool_] = slots.averaging(sensor).max(1) > 0
    return filled


def local_maps(batches: Sequence[ChipBatch]) -> Tensor:
    """Return colour, local texture and surroundings, [N, LOCAL_DIM, ceil(H / STRIDE), ceil(W / STRIDE)].

    The raster is that of the first chips; chips of other resolutions are resampled to it.
    """
    size = tuple(-(-side // STRIDE) for side in batches[0].pixels.shape[-2:])
    total = torch.zeros(len(batches[0].pixels), LOCAL_DIM, *size)
    weight = torch.zeros(LOCAL_DIM)
    for batch in batches:
        fine, coarse = _filled(batch.sensor), slots.presence(batch.sensor) > 0
        has = torch.from_numpy(np.concatenate([fine, fine[: slots.OPTICAL_SLOTS], coarse, coarse]).astype(np.float32))
        total += fitted(_local(batch), (size[0], size[1])) * has[:, None, None]
        weight += has
    return total / weight.clamp(min=1)[:, None, None]


def _local(batch: ChipBatch) -> Tensor:
    mean, _, share = cell_moments(batch.pixels, batch.mask, STRIDE)
    weight = _box(share, 3).clamp(min=1e-6)
    near, squares = _box(mean * share, 3) / weight, _box(mean.square() * share, 3) / weight
    texture = (squares - near.square()).clamp(min=0).sqrt()
    around = _box(mean * share, _AROUND_CELLS) / _box(share, _AROUND_CELLS).clamp(min=1e-6)
    fine = torch.from_numpy(slots.averaging(batch.sensor))
    coarse = torch.from_numpy(slots.grouping(batch.sensor))
    slopes = torch.from_numpy(slots.slopes(batch.sensor))
    parts = [_mixed(fine, mean), _mixed(slopes, mean), _mixed(coarse, texture), _mixed(coarse, around)]
    return torch.cat(parts, 1) * (share > 0).float()


def _mixed(weights: Tensor, bands: Tensor) -> Tensor:
    return torch.einsum("sb,nbhw->nshw", weights, bands)


def _box(values: Tensor, size: int) -> Tensor:
    return functional.avg_pool2d(values, size, stride=1, padding=size // 2)


def fitted(values: Tensor, size: tuple[int, int]) -> Tensor:
    """Return values [N, C, h, w] cropped to `size` where larger by a cell's overhang, else resampled."""
    height, width = values.shape[-2:]
    if (height, width) == size:
        return values
    if 0 <= height - size[0] < 8 and 0 <= width - size[1] < 8:
        return values[..., : size[0], : size[1]]
    return functional.interpolate(values, size=size, mode="bilinear")
