"""The statistics of a tile, un-projected: most of what a small model knows.

Everything is computed per band and then averaged into slots, so its cost doesn't depend on the lattice.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from mlcore.model import slots
from mlcore.sensors import Sensor

_TEXTURE_PX = (2, 4, 8)
_QUANTILES = (0.1, 0.9)
_QUANTILE_PX = 1024
STATISTICS_DIM = 2 * slots.SLOTS + slots.OPTICAL_SLOTS + (len(_QUANTILES) + len(_TEXTURE_PX) + 1) * slots.GROUPS


def tile_statistics(pixels: Tensor, mask: Tensor, sensor: Sensor) -> Tensor:
    """Describe tiles by mean, spread and slope of each slot, and by quantiles and texture of each coarse group.

    Args:
        pixels: float32 [N, bands, H, W], scaled (`slots.scaled`).
        mask: float32 [N, 1, H, W], 1 where a pixel is valid.
        sensor: what the bands mean.

    Returns:
        float32 [N, STATISTICS_DIM]; what the sensor lacks is zero, and its presence is told in the last block.
    """
    fine = torch.from_numpy(slots.averaging(sensor)).T
    coarse = torch.from_numpy(slots.grouping(sensor)).T
    mean, std = moments(pixels, mask)
    parts = [mean @ fine, std @ fine, mean @ torch.from_numpy(slots.slopes(sensor)).T]
    parts += [quantile @ coarse for quantile in _quantiles(pixels, mask)]
    parts += [texture @ coarse for texture in _textures(pixels, mask)]
    present = torch.from_numpy(slots.presence(sensor)) * (mask.sum((1, 2, 3)) > 0).float()[:, None]
    return torch.cat([*parts, present], 1)


def moments(pixels: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation over the valid pixels, each [N, bands]."""
    count = mask.sum((2, 3)).clamp(min=1)
    mean = (pixels * mask).sum((2, 3)) / count
    spread = ((pixels - mean[..., None, None]) * mask).square().sum((2, 3)) / count
    return mean, spread.sqrt()


def _quantiles(pixels: Tensor, mask: Tensor) -> list[Tensor]:
    """Return the quantiles of at most _QUANTILE_PX valid pixels, each [N, bands]."""
    step = max(1, int(np.ceil(np.sqrt(pixels[0, 0].numel() / _QUANTILE_PX))))
    seen, valid = pixels[..., ::step, ::step].flatten(2), mask[..., ::step, ::step].flatten(2)
    ordered = seen.masked_fill(valid == 0, torch.inf).sort(-1).values
    last = (valid.sum(-1) - 1).clamp(min=0)
    picked = [ordered.gather(-1, (last * q).round().long().expand(-1, seen.shape[1])[..., None]) for q in _QUANTILES]
    return [value.squeeze(-1).nan_to_num(posinf=0.0) for value in picked]


def _textures(pixels: Tensor, mask: Tensor) -> list[Tensor]:
    """Return the mean standard deviation inside small squares, one scale each, [N, bands]."""
    found = []
    for size in _TEXTURE_PX:
        _, std, filled = cell_moments(pixels, mask, size)
        found.append((std * filled).sum((2, 3)) / filled.sum((2, 3)).clamp(min=1e-6))
    return found


def cell_moments(pixels: Tensor, mask: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return mean, standard deviation and valid share in cells of `size` px, [N, bands, ceil(H/size), ceil(W/size)].

    Cells at the edge may be cut; a cell without a valid pixel is zero with share 0.
    """
    # Means are taken around a reference near the values: E[x²]-E[x]² alone loses small textures in float32.
    reference = pixels.mean((2, 3), keepdim=True)
    centred = (pixels - reference) * mask
    share = _pooled(mask, size)
    weight = share.clamp(min=1e-6)
    mean = _pooled(centred, size) / weight
    spread = (_pooled(centred.square(), size) / weight - mean.square()).clamp(
        min=1e-8
    )  # the gradient of sqrt(0) is infinite
    present = (share > 0).float()
    return (mean + reference) * present, spread.sqrt() * present, share


def _pooled(values: Tensor, size: int) -> Tensor:
    height, width = values.shape[-2:]
    padded = functional.pad(values, (0, -width % size, 0, -height % size))
    return functional.avg_pool2d(padded, size)
