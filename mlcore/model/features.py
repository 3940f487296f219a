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
from mlcore.model.grain import grain_presence
from mlcore.model.statistics import (
    BLOCKS,
    STATISTICS_DIM,
    TIME_DIM,
    band_means,
    cell_moments,
    tile_statistics,
    time_statistics,
)
from mlcore.sensors import Sensor

STRIDE = 2  # px between dense features: a fine brush on a 64 px tile, at a quarter of the cost of every pixel
FEATURES_DIM = STATISTICS_DIM + TIME_DIM
FEATURE_BLOCKS = {**BLOCKS, "time": slice(STATISTICS_DIM, FEATURES_DIM)}
OPTICAL = slice(0, slots.OPTICAL_SLOTS)
LOCAL_DIM = slots.SLOTS + 2 * slots.GROUPS
_AROUND_CELLS = 7


def sample_statistics(batches: Sequence[ChipBatch]) -> Tensor:
    """Return [N, FEATURES_DIM]: each number from the chips that measure it most sharply, then how dates differ.

    The spectrum is that of the narrowest bands and texture that of the finest pixels: a mean with what a coarser
    sensor saw would blur both. Chips of one sensor and size, such as the dates of a series, are computed as one
    tensor and count alike.
    """
    count = batches[0].pixels.shape[0]
    sharpest, total = torch.zeros(count, STATISTICS_DIM), torch.zeros(count, STATISTICS_DIM)
    change, dated = torch.zeros(count, TIME_DIM), torch.zeros(count, TIME_DIM)
    for dates in _series(batches):
        sensor = dates[0].sensor
        pixels, mask = torch.cat([date.pixels for date in dates]), torch.cat([date.mask for date in dates])
        valid = mask.mean((1, 2, 3)).view(len(dates), count)
        has = (valid > 0).float()[..., None]
        found = (tile_statistics(pixels, mask, sensor).view(len(dates), count, -1) * has).sum(0)
        sharpness = torch.from_numpy(_sharpness(sensor, pixels.shape[-1])) * has.amax(0)
        total = torch.where(sharpness > sharpest, found / has.sum(0).clamp(min=1), total)
        sharpest = torch.maximum(sharpest, sharpness)
        if len(dates) > 1:
            groups = torch.from_numpy(slots.grouping(sensor)).T
            levels = (band_means(pixels, mask) @ groups).view(len(dates), count, -1)
            known = torch.from_numpy(slots.presence(sensor)).repeat(3) * ((valid > 0).sum(0) > 1).float()[:, None]
            change += time_statistics(levels, valid, torch.stack([date.days for date in dates])) * known
            dated += known
    return torch.cat([total, change / dated.clamp(min=1)], 1)


def leading(batches: Sequence[ChipBatch], length: int) -> Tensor:
    """Return 1 for as many leading numbers of a learned vector as a cell has first and second moments, [length].

    b bands have b means and b (b + 1) / 2 products: 5 numbers for radar, 9 for RGB. More numbers made of them
    repeat each other, and a head with few labels mistakes repetition for evidence. A trained vector's first tell most.
    """
    sensors = {batch.sensor for batch in batches}
    moments = sum(len(sensor.bands) * (len(sensor.bands) + 3) // 2 for sensor in sensors)
    return (torch.arange(length) < moments).float()


def _series(batches: Sequence[ChipBatch]) -> list[list[ChipBatch]]:
    found: dict[object, list[ChipBatch]] = {}
    for batch in batches:
        found.setdefault((batch.sensor, tuple(batch.pixels.shape[1:])), []).append(batch)  # N may be symbolic
    return list(found.values())


@lru_cache(maxsize=256)
def _sharpness(sensor: Sensor, side_px: int) -> NDArray[np.float32]:
    """Return how sharply a sensor measures each of a tile's statistics, [STATISTICS_DIM], 0 for those it lacks."""
    coarse, fine = slots.presence(sensor) > 0, float(side_px)
    widths = [band.width_nm for band in sensor.bands if band.width_nm]
    found = np.zeros(STATISTICS_DIM, np.float32)
    for name, block in BLOCKS.items():
        if name == "spectrum":
            found[block] = slots.filled(sensor) / float(np.median(widths or [1.0]))
        elif name == "grain":
            found[block] = grain_presence(coarse) * fine
        else:
            found[block] = np.tile(coarse, (block.stop - block.start) // slots.GROUPS) * fine
    return found


def local_maps(batches: Sequence[ChipBatch]) -> Tensor:
    """Return colour, local texture and surroundings, [N, LOCAL_DIM, ceil(H / STRIDE), ceil(W / STRIDE)].

    The raster is that of the first chips; chips of other resolutions are resampled to it. At each place only the
    chips that are valid there count.
    """
    height, width = (-(-side // STRIDE) for side in batches[0].pixels.shape[-2:])
    total = torch.zeros(len(batches[0].pixels), LOCAL_DIM, height, width)
    weight = torch.zeros_like(total)
    for batch in batches:
        fine, coarse = slots.filled(batch.sensor), slots.presence(batch.sensor) > 0
        has = torch.from_numpy(np.concatenate([fine, coarse, coarse]).astype(np.float32))[:, None, None]
        values, seen = _local(batch)
        total += fitted(values, (height, width)) * has
        weight += fitted(seen, (height, width)) * has
    return torch.where(weight > 0, total / weight.clamp(min=1e-6), 0)


def _local(batch: ChipBatch) -> tuple[Tensor, Tensor]:
    """Return features [N, LOCAL_DIM, h, w], and 1 where a place has a valid pixel, [N, 1, h, w]."""
    mean, _, share = cell_moments(batch.pixels, batch.mask, STRIDE)
    coarse = _mixed(torch.from_numpy(slots.grouping(batch.sensor)), mean)
    weight = _box(share, 3).clamp(min=1e-6)
    near, squares = _box(coarse * share, 3) / weight, _box(coarse.square() * share, 3) / weight
    texture = (squares - near.square()).clamp(min=0).sqrt()
    around = _box(coarse * share, _AROUND_CELLS) / _box(share, _AROUND_CELLS).clamp(min=1e-6)
    seen = (share > 0).float()
    fine = _mixed(torch.from_numpy(slots.filling(batch.sensor)), mean)
    return torch.cat([fine, texture, around], 1) * seen, seen


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
