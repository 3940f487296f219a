"""The features that need no weights: a sample's statistics over all its chips."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mlcore.model import slots
from mlcore.model.batches import ChipBatch
from mlcore.model.grain import grain_presence
from mlcore.model.statistics import (
    BLOCKS,
    STATISTICS_DIM,
    TIME_DIM,
    band_means,
    tile_statistics,
    time_statistics,
)
from mlcore.sensors import Sensor

FEATURES_DIM = STATISTICS_DIM + TIME_DIM
FEATURE_BLOCKS = {**BLOCKS, "time": slice(STATISTICS_DIM, FEATURES_DIM)}
_BROAD_NM = 100.0
OPTICAL = slice(0, slots.OPTICAL_SLOTS)


def sample_statistics(batches: Sequence[ChipBatch]) -> Tensor:
    """Return [N, FEATURES_DIM]: each number from the chips that measure it most sharply, then how dates differ.

    Grain is that of the finest pixels and all else that of the narrowest bands: a mean with what a coarser sensor saw
    would blur both. Chips of one sensor and size, such as the dates of a series, are computed as one
    tensor and count alike.
    """
    count = batches[0].pixels.shape[0]
    sharpest, total = torch.zeros(count, STATISTICS_DIM), torch.zeros(count, STATISTICS_DIM)
    change, dated = torch.zeros(count, TIME_DIM), torch.zeros(count, TIME_DIM)
    for dates in by_sensor(batches):
        sensor = dates[0].sensor
        pixels, mask = torch.cat([date.pixels for date in dates]), torch.cat([date.mask for date in dates])
        valid = mask.mean((1, 2, 3)).view(len(dates), count)
        has = (valid > 0).float()[..., None]
        summed = (tile_statistics(pixels, mask, sensor).view(len(dates), count, -1) * has).sum(0)
        sharpness = torch.from_numpy(_sharpness(sensor, pixels.shape[-1])) * has.amax(0)
        total = torch.where(sharpness > sharpest, summed / has.sum(0).clamp(min=1), total)
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


def by_sensor(batches: Sequence[ChipBatch]) -> list[list[ChipBatch]]:
    """Return chips of one sensor and size together, such as the dates of a series."""
    grouped: dict[object, list[ChipBatch]] = {}
    for batch in batches:
        grouped.setdefault((batch.sensor, tuple(batch.pixels.shape[1:])), []).append(batch)  # N may be symbolic
    return list(grouped.values())


def narrowness(sensor: Sensor, side_px: int) -> float:
    """Return how narrow a sensor's bands are, in 1/nm, taking unknown widths as broad.

    Of two equally narrow sensors the one with more pixels has more.
    """
    widths = [band.width_nm for band in sensor.bands if band.width_nm]
    return (1 + 1e-5 * side_px) / float(np.median(widths or [_BROAD_NM]))


@lru_cache(maxsize=256)
def _sharpness(sensor: Sensor, side_px: int) -> NDArray[np.float32]:
    """Return how sharply a sensor measures each of a tile's statistics, [STATISTICS_DIM], 0 for those it lacks."""
    coarse = slots.presence(sensor) > 0
    narrow = narrowness(sensor, side_px)
    sharpness = np.zeros(STATISTICS_DIM, np.float32)
    for name, block in BLOCKS.items():
        if name == "spectrum":
            sharpness[block] = slots.filled(sensor) * narrow
        elif name == "grain":
            sharpness[block] = grain_presence(coarse) * side_px
        else:
            sharpness[block] = np.tile(coarse, (block.stop - block.start) // slots.GROUPS) * narrow
    return sharpness
