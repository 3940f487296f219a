"""The fixed encodings of the published encoders: order in time, month, and place on the raster."""

import math

import torch
from torch import Tensor


def order(count: int, width: int, *, period: float) -> Tensor:
    """Return [count, width]: sines and cosines in turn (Vaswani et al. 2017, section 3.5, with another period)."""
    column = torch.arange(width)
    angles = torch.arange(count)[:, None] / period ** (2 * (column // 2) / width)
    return torch.where(column % 2 == 0, angles.sin(), angles.cos()).float()


def months(width: int) -> Tensor:
    """Return [12, width]: the sine of the month's angle in the first half, its cosine in the second (Presto, A.2)."""
    angles = torch.arange(12)[:, None] * (2 * math.pi / 12)
    return torch.cat([angles.sin().expand(-1, width // 2), angles.cos().expand(-1, width // 2)], 1).float()


def halves(position: Tensor, width: int) -> Tensor:
    """Return [..., width] of positions: sines then cosines, at Galileo's frequencies.

    They fall by only 10^4^(1/4) over the half width: its authors divide by twice the width where MAE divides by half
    of it (github.com/nasaharvest/galileo, single_file_galileo.py), and the weights have learnt that.
    """
    frequency = 1e4 ** -(torch.arange(width // 2) / width / 2)
    angles = position[..., None] * frequency
    return torch.cat([angles.sin(), angles.cos()], -1).float()
