"""Cells: squares of a chip, described by the moments of its basis channels."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mlcore.model.statistics import cell_moments, pooled

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
    more = [_sub_means(channels, mask, mean, side, detail)] if detail > 1 else []
    return _cells(mean, std, share, more)


def project_cells(bands: Tensor, mask: Tensor, side: int, project: Tensor, offset: Tensor) -> Cells:
    """Describe cells of few bands as `describe_cells` does their channels, without making the channels.

    A channel k is w_k . x + o_k at each pixel x, so that its mean over a cell is w_k . mean(x) + o_k and its variance
    w_k^T cov(x) w_k: moments of 7 bands are cheaper than 16 channels, and training need not go back through pixels.

    Args:
        bands: float32 [M, B, H, W].
        mask: float32 [M, 1, H, W], 1 where valid.
        side: of a cell, px; cells at the edge may be cut.
        project: w [K, B].
        offset: o [K].
    """
    share = pooled(mask, side)
    values, weight = _by_cell(bands, side), _by_cell(mask, side)  # [M, cells, B or 1, px of a cell]
    count = weight.sum(-1).clamp(min=1e-6)
    centre = (values * weight).sum(-1) / count
    away = (values - centre[..., None]) * weight
    covariance = away @ away.mT / count[..., None]
    present = (share > 0).float()
    shape = (bands.shape[0], len(project), *share.shape[2:])
    mean = (centre @ project.T + offset).mT.reshape(shape) * present
    variance = ((project @ covariance) * project).sum(-1).mT.reshape(shape)
    return _cells(mean, variance.clamp(min=1e-8).sqrt() * present, share, [])


def _by_cell(values: Tensor, side: int) -> Tensor:
    """Return values [M, C, H, W] cell by cell, [M, cells, C, side * side]; beyond the edge they are 0."""
    height, width = values.shape[-2:]
    padded = functional.pad(values, (0, -width % side, 0, -height % side))
    cells = functional.pixel_unshuffle(padded, side)  # [M, C * side * side, rows, columns]
    by_cell: Tensor = cells.reshape(values.shape[0], values.shape[1], side * side, -1).movedim(3, 1)
    return by_cell


def _cells(mean: Tensor, std: Tensor, share: Tensor, more: list[Tensor]) -> Cells:
    valid = share.flatten(1) > _LEAST_VALID
    valid = valid | (~valid.any(1, keepdim=True) & (share.flatten(1) > 0))  # a chip of few pixels is better than none
    own = torch.cat([mean, std, *more], 1)
    around = torch.cat(_with_neighbours(mean, std, share), 1)
    return Cells(own.flatten(2).mT, around.flatten(2).mT, valid, (share.shape[2], share.shape[3]))


def _with_neighbours(mean: Tensor, std: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    """Widen moments of cells to those of 3 x 3 cells.

    Squares are taken about each place's own mean: E[x²]-E[x]² loses small spreads in float32.
    """
    share = _near(share)
    weight = share.sum(2).clamp(min=1e-6)
    means = _near(mean)
    wide = (means * share).sum(2) / weight
    spread = ((_near(std).square() + (means - wide[:, :, None]).square()) * share).sum(2) / weight
    return wide, spread.clamp(min=1e-8).sqrt()


def _near(values: Tensor) -> Tensor:
    """Return each cell with its neighbours, [M, C, 9, rows, columns], of values [M, C, rows, columns]; 0 outside."""
    rows, columns = values.shape[-2:]
    padded = functional.pad(values, (1, 1, 1, 1))
    return torch.stack([padded[..., y : y + rows, x : x + columns] for y in range(3) for x in range(3)], 2)


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
