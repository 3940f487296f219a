"""The statistics of a tile, un-projected: most of what a small model knows.

The spectrum is the tile's mean on the slot lattice. All else is told of coarse groups, mixed from their bands pixel by
pixel: colour, texture (of colour) and contrast of each, grain of their brightness. Within a family of groups colour is
what is left of a group without the brightness that they share: most of what varies in a tile is brightness.
"""

from itertools import accumulate

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mlcore.model import slots
from mlcore.model.grain import GRAIN_DIM, contrast, grain, mean_over, texture
from mlcore.sensors import Sensor

SPECTRUM_DIM = slots.SLOTS
_PAIR = 2
TIME_DIM = 3 * slots.GROUPS
_LENGTHS = {
    "spectrum": SPECTRUM_DIM,
    "colour": slots.GROUPS,
    "texture": slots.GROUPS,
    "contrast": slots.GROUPS,
    "grain": GRAIN_DIM,
    "presence": slots.GROUPS,
}
_ENDS = dict(zip(_LENGTHS, accumulate(_LENGTHS.values()), strict=True))
STATISTICS_DIM = sum(_LENGTHS.values())
BLOCKS = {name: slice(end - _LENGTHS[name], end) for name, end in _ENDS.items()}


def tile_statistics(pixels: Tensor, mask: Tensor, sensor: Sensor) -> Tensor:
    """Describe tiles by their mean spectrum, and by texture, contrast, grain and presence of their coarse groups.

    Args:
        pixels: float32 [N, bands, H, W], scaled (`slots.scaled`).
        mask: float32 [N, 1, H, W], 1 where a pixel is valid.
        sensor: what the bands mean.

    Returns:
        float32 [N, STATISTICS_DIM]; what the sensor lacks is zero, and its presence is told in the last block.
    """
    has = np.flatnonzero(slots.presence(sensor))
    of_groups, shares = slots.grouping(sensor)[has], brightness_shares(has)
    of_colours = of_groups - shares @ of_groups
    channels, colours = (mixed(table, pixels) for table in (of_groups, of_colours))
    means = band_means(pixels, mask)
    colour = means @ torch.from_numpy(of_colours * shares.any(1, keepdims=True)).T
    each = [colour, texture(colours, mask), contrast(channels, mask)]
    told = pixels.new_zeros(pixels.shape[0], len(each), slots.GROUPS)
    told[:, :, torch.from_numpy(has)] = torch.stack(each, 1)
    seen = (mask.sum((1, 2, 3)) > 0).float()[:, None]
    spectrum = means @ torch.from_numpy(slots.filling(sensor)).T
    present = torch.from_numpy(slots.presence(sensor)).expand(means.shape[0], -1)
    return torch.cat([spectrum, told.flatten(1), grain(channels, mask, has), present], 1) * seen


def mixed(weights: NDArray[np.float32], bands: Tensor) -> Tensor:
    """Return weighted sums of bands, [N, G, H, W], of weights [G, bands] and bands [N, bands, H, W]."""
    return torch.einsum("gb,nbhw->nghw", torch.from_numpy(weights), bands)


def brightness_shares(groups: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return how much of each group is in the brightness that another is compared with, [C, C].

    It is the mean of a group's family. A family of one or two has none: what differs there is told by the levels.
    """
    family = np.stack([(groups >= part.start) & (groups < part.stop) for part in slots.FAMILIES], 1).astype(np.float32)
    together = family @ family.T
    members = together.sum(1, keepdims=True)
    shares: NDArray[np.float32] = together / members * (members > _PAIR)
    return shares


def band_means(pixels: Tensor, mask: Tensor) -> Tensor:
    """Return the mean over the valid pixels, [N, bands]; 0 where there are none."""
    return mean_over(pixels, mask)


def time_statistics(levels: Tensor, valid: Tensor, days: Tensor) -> Tensor:
    """Describe how T dates differ: Legendre coefficients 1 and 2 over the span of the dates, and the spread.

    The polynomials are fitted by weighted least squares to the dates that are valid, so that clouds drop out; with
    fewer dates than a coefficient needs it is zero. Dates that nobody knows count as evenly spaced.

    Args:
        levels: float32 [T, N, G], means of coarse groups.
        valid: float32 [T, N], share of valid pixels.
        days: float32 [T, N]; NaN where unknown.

    Returns:
        float32 [N, 3 * G].
    """
    x = _span(days, valid)
    dates = (valid > 0).sum(0)
    weight = valid / valid.sum(0).clamp(min=1e-6)
    design = torch.stack([torch.ones_like(x), x * (dates > 1), (1.5 * x.square() - 0.5) * (dates > 2)], -1)
    gram = torch.einsum("tn,tni,tnj->nij", weight, design, design) + 1e-4 * torch.eye(3)
    centre = torch.einsum("tn,tng->ng", weight, levels)
    away = levels - centre
    fitted = torch.linalg.solve(gram, torch.einsum("tn,tni,tng->nig", weight, design, away))
    spread = torch.einsum("tn,tng->ng", weight, away.square()).sqrt()
    return torch.cat([fitted[:, 1], fitted[:, 2], spread], 1)


def _span(days: Tensor, valid: Tensor) -> Tensor:
    """Return each date's place between a sample's first and last valid one, -1..1, [T, N]."""
    order = torch.arange(len(days), dtype=torch.float32)[:, None].expand_as(days)
    when = torch.where(days.isnan().any(0), order, days)
    seen = valid > 0
    first = when.masked_fill(~seen, torch.inf).amin(0)
    last = when.masked_fill(~seen, -torch.inf).amax(0)
    return (2 * (when - first) / (last - first).clamp(min=1e-6) - 1).nan_to_num(0, 0, 0).clamp(-1, 1)


def cell_moments(pixels: Tensor, mask: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return mean, standard deviation and valid share in cells of `size` px, [N, bands, ceil(H/size), ceil(W/size)].

    Cells at the edge may be cut; a cell without a valid pixel is zero with share 0.
    """
    # Means are taken around a reference near the values: E[x²]-E[x]² alone loses small textures in float32.
    reference = pixels.mean((2, 3), keepdim=True)
    centred = (pixels - reference) * mask
    share = pooled(mask, size)
    weight = share.clamp(min=1e-6)
    mean = pooled(centred, size) / weight
    spread = (pooled(centred.square(), size) / weight - mean.square()).clamp(
        min=1e-8
    )  # the gradient of sqrt(0) is infinite
    present = (share > 0).float()
    return (mean + reference) * present, spread.sqrt() * present, share


def pooled(values: Tensor, size: int) -> Tensor:
    """Return the mean of each cell, [N, C, ceil(H/size), ceil(W/size)]; beyond the edge counts as zero."""
    height, width = values.shape[-2:]
    padded = functional.pad(values, (0, -width % size, 0, -height % size))
    return functional.avg_pool2d(padded, size)
