"""The grain of a tile: how its brightness changes from pixel to pixel at several scales; texture and contrast.

Brightness is the mean of the coarse groups of one family, so that every optical sensor has one, radar another. Steps
are told as logarithms: they grow in proportion to what they are steps of.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mlcore.model import slots

SCALES_PX = (1, 2, 4)
_OF_A_SCALE = 4
_FAMILY_DIM = _OF_A_SCALE * len(SCALES_PX)
GRAIN_DIM = len(slots.FAMILIES) * _FAMILY_DIM
_SHAPED_PX = 12  # side from which axis and unevenness are told: in smaller tiles they are noise
LEAST_STEP = 0.01  # added before a logarithm: what is calm is not told apart further


def contrast(channels: Tensor, mask: Tensor) -> Tensor:
    """Return the standard deviation over the valid pixels of a tile, [N, C], of channels [N, C, H, W]."""
    away = channels - mean_over(channels, mask)[..., None, None]
    return mean_over(away.square_(), mask).clamp(min=1e-8).sqrt()


def texture(channels: Tensor, mask: Tensor) -> Tensor:
    """Return the logarithm of the mean gradient from pixel to pixel, [N, C], of channels [N, C, H, W]."""
    if min(channels.shape[-2:]) < 3:
        return channels.new_zeros(channels.shape[:2])
    right, down, known = _gradients(channels, mask)
    strength = right.square_().add_(down.square_()).add_(1e-8).sqrt_()
    return (mean_over(strength, known) + LEAST_STEP).log()


def _gradients(values: Tensor, valid: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return steps to the right and down from each pixel but the last, and where both are known."""
    here, right, down = (..., slice(-1), slice(-1)), (..., slice(-1), slice(1, None)), (..., slice(1, None), slice(-1))
    return values[right] - values[here], values[down] - values[here], valid[right] * valid[here] * valid[down]


def bends(values: Tensor, valid: Tensor) -> tuple[Tensor, Tensor]:
    """Return the size of the Laplacian at each pixel, and where it is known; neither at the edges."""
    if min(values.shape[-2:]) < 3:
        return torch.zeros_like(values), torch.zeros_like(valid)
    ring = (values[..., :-2, 1:-1] + values[..., 2:, 1:-1] + values[..., 1:-1, :-2] + values[..., 1:-1, 2:]) / 4
    whole = valid[..., :-2, 1:-1] * valid[..., 2:, 1:-1] * valid[..., 1:-1, :-2] * valid[..., 1:-1, 2:]
    edge = (1, 1, 1, 1)
    bend = functional.pad((values[..., 1:-1, 1:-1] - ring).abs(), edge)
    return bend, functional.pad(whole * valid[..., 1:-1, 1:-1], edge)


def grain(channels: Tensor, mask: Tensor, groups: NDArray[np.int64]) -> Tensor:
    """Return how each family's brightness steps from pixel to pixel at several scales, [N, GRAIN_DIM].

    At each scale: logarithm of the mean gradient and of the mean Laplacian, how much gradients keep to one axis, and
    how unevenly they are strong; the last two in tiles of at least 12 px at that scale.

    Args:
        channels: float32 [N, C, H, W], coarse groups that the sensor has.
        mask: float32 [N, 1, H, W], 1 where valid.
        groups: int [C], which coarse groups they are.
    """
    grains = channels.new_zeros(channels.shape[0], len(slots.FAMILIES), _FAMILY_DIM)
    for row, family in enumerate(slots.FAMILIES):
        members = np.flatnonzero((groups >= family.start) & (groups < family.stop)).tolist()
        if members:
            brightness = channels[:, members].mean(1, keepdim=True)
            parts = [part for size in SCALES_PX for part in _steps(*_coarser(brightness, mask, size))]
            grains[:, row] = torch.stack(parts, 1)
    return grains.flatten(1)


def grain_presence(coarse: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return which of the numbers a sensor has, [GRAIN_DIM], of the coarse groups that it has, bool [GROUPS]."""
    return np.repeat([coarse[family].any() for family in slots.FAMILIES], _FAMILY_DIM).astype(np.float32)


def _coarser(brightness: Tensor, mask: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Return means over squares of `size` px and where all of a square is valid; what is cut at the edge is left."""
    if size == 1 or min(brightness.shape[-2:]) < size:
        return brightness, mask
    return functional.avg_pool2d(brightness, size), (functional.avg_pool2d(mask, size) > 1 - 1e-4).float()


def _steps(values: Tensor, valid: Tensor) -> list[Tensor]:
    """Return what gradients say, four times [N]; zeros in tiles too small for a Laplacian."""
    if min(values.shape[-2:]) < 3:
        return [values.new_zeros(values.shape[0])] * _OF_A_SCALE
    right, down, known = _gradients(values, valid)
    strength = (right.square() + down.square() + 1e-8).sqrt()
    mean, square = _over(strength, known), _over(strength.square(), known)
    bend = _over(*bends(values, valid))
    sizes = [(mean + LEAST_STEP).log(), (bend + LEAST_STEP).log()]
    if min(values.shape[-2:]) < _SHAPED_PX:
        return [*sizes, torch.zeros_like(mean), torch.zeros_like(mean)]
    axis = (_over(right.square(), known) - _over(down.square(), known)).abs() / (square + 1e-4)
    return [*sizes, axis, square.sqrt() / (mean + LEAST_STEP)]


def _over(values: Tensor, known: Tensor) -> Tensor:
    """Return the mean over known pixels, [N], of values [N, 1, H, W]."""
    return mean_over(values, known)[:, 0]


def mean_over(values: Tensor, known: Tensor) -> Tensor:
    """Return the mean over known pixels, [N, C], of values [N, C, H, W]; 0 where none is, as a product of matrices."""
    total = values.flatten(2) @ known.flatten(2).mT
    mean: Tensor = total[..., 0] / known.sum((2, 3)).clamp(min=1)
    return mean
