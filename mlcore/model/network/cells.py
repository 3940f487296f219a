"""Cells: squares of a chip, described by the moments of its basis channels."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mlcore.model.statistics import cell_moments

_LEAST_VALID = 0.25


@dataclass(frozen=True)
class Cells:
    """What the cells of M chips hold, on K basis channels."""

    own: Tensor  # float32 [M, cells, own_dim(K, detail)]: mean, spread, then sub-cell means about the mean
    around: Tensor  # float32 [M, cells, 2 K]: mean and spread with the 3 x 3 neighbours
    valid: Tensor  # bool [M, cells]
    shape: tuple[int, int]  # rows, columns


def own_dim(rank: int, detail: int) -> int:
    """Return how many numbers describe a cell by itself."""
    return rank * (2 + (detail * detail if detail > 1 else 0))


def cell_side(size: tuple[int, int], most: int) -> int:
    """Return the side of a cell in px: at most `most`, less in small chips so that there are at least 3 x 3."""
    return max(1, min(most, min(size) // 3))


def describe_cells(channels: Tensor, mask: Tensor, side: int, detail: int) -> Cells:
    """Describe each cell of `side` px by mean and spread, alone and with its neighbours, and by its sub-cells' means.

    Args:
        channels: float32 [M, K, H, W], 0 where invalid.
        mask: float32 [M, 1, H, W], 1 where valid.
        side: of a cell, px; cells at the edge may be cut.
        detail: side of the grid of sub-cells; 1: none.
    """
    mean, std, share = cell_moments(channels, mask, side)
    own = [mean, std]
    if detail > 1:
        own.append(_sub_means(channels, mask, mean, side, detail))
    valid = share.flatten(1) > _LEAST_VALID
    valid = valid | (~valid.any(1, keepdim=True) & (share.flatten(1) > 0))  # a chip of few pixels is better than none
    around = torch.cat(_with_neighbours(mean, std, share), 1)
    shape = (share.shape[2], share.shape[3])
    return Cells(torch.cat(own, 1).flatten(2).mT, around.flatten(2).mT, valid, shape)


def _with_neighbours(mean: Tensor, std: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    """Widen moments of cells to those of 3 x 3 cells."""

    def around(values: Tensor) -> Tensor:
        return functional.avg_pool2d(values * share, 3, stride=1, padding=1)

    weight = functional.avg_pool2d(share, 3, stride=1, padding=1).clamp(min=1e-6)
    wide = around(mean) / weight
    spread = (around(std.square() + mean.square()) / weight - wide.square()).clamp(min=1e-8)
    return wide, spread.sqrt()


def _sub_means(channels: Tensor, mask: Tensor, mean: Tensor, side: int, detail: int) -> Tensor:
    """Return the means of detail x detail parts of each cell less the cell's own, [M, K detail², rows, columns].

    Parts are shares of the cell's area whatever its side (as in FlexiViT, arXiv 2212.08013, patches of any size feed
    one set of weights); a part without a valid pixel says nothing, which is 0.
    """
    rows, columns = mean.shape[-2:]
    shares = torch.from_numpy(_area_shares(side, detail)).to(channels.device)

    def parts(values: Tensor) -> Tensor:
        padded = functional.pad(values, (0, columns * side - values.shape[-1], 0, rows * side - values.shape[-2]))
        split = padded.reshape(*values.shape[:2], rows, side, columns, side)
        return torch.einsum("mkyicj,ai,bj->mkabyc", split, shares, shares)

    weight = parts(mask)
    means = parts(channels) / weight.clamp(min=1e-6) - mean[:, :, None, None]
    return (means * (weight > 1e-6)).flatten(1, 3)


@lru_cache(maxsize=64)
def _area_shares(side: int, parts: int) -> NDArray[np.float32]:
    """Return which share of each of `parts` equal pieces of a length lies in each of `side` pixels, [parts, side].

    An array: a tensor kept from within an export would be a fake one for ever after.
    """
    edges, pixel = np.linspace(0, side, parts + 1)[:, None], np.arange(side)
    overlap = np.minimum(edges[1:], pixel + 1) - np.maximum(edges[:-1], pixel)
    shares: NDArray[np.float32] = (overlap.clip(min=0) * parts / side).astype(np.float32)
    return shares
