"""The statistics of a tile, un-projected: most of what a small model knows.

The spectrum is the tile's mean on the slot lattice; texture is told of coarse groups, on groups mixed from their
bands pixel by pixel. Spreads, quantiles and slopes were measured too: beside these they cost accuracy with few labels.
"""

import torch
from torch import Tensor
from torch.nn import functional

from mlcore.model import slots
from mlcore.sensors import Sensor

_TEXTURE_PX = (2, 4, 8)
SPECTRUM_DIM = slots.SLOTS
TEXTURE_DIM = len(_TEXTURE_PX) * slots.GROUPS
TIME_DIM = 3 * slots.GROUPS
STATISTICS_DIM = SPECTRUM_DIM + TEXTURE_DIM + slots.GROUPS
BLOCKS = {
    "spectrum": slice(0, SPECTRUM_DIM),
    "texture": slice(SPECTRUM_DIM, SPECTRUM_DIM + TEXTURE_DIM),
    "presence": slice(SPECTRUM_DIM + TEXTURE_DIM, STATISTICS_DIM),
}


def tile_statistics(pixels: Tensor, mask: Tensor, sensor: Sensor) -> Tensor:
    """Describe tiles by the mean of each slot, and by texture and presence of each coarse group.

    Args:
        pixels: float32 [N, bands, H, W], scaled (`slots.scaled`).
        mask: float32 [N, 1, H, W], 1 where a pixel is valid.
        sensor: what the bands mean.

    Returns:
        float32 [N, STATISTICS_DIM]; what the sensor lacks is zero, and its presence is told in the last block.
    """
    mean = band_means(pixels, mask) @ torch.from_numpy(slots.filling(sensor)).T
    present = torch.from_numpy(slots.presence(sensor)) * (mask.sum((1, 2, 3)) > 0).float()[:, None]
    return torch.cat([mean, _textures(pixels, mask, sensor), present], 1)


def band_means(pixels: Tensor, mask: Tensor) -> Tensor:
    """Return the mean over the valid pixels, [N, bands]; 0 where there are none."""
    return (pixels * mask).sum((2, 3)) / mask.sum((2, 3)).clamp(min=1)


def _textures(pixels: Tensor, mask: Tensor, sensor: Sensor) -> Tensor:
    """Return the mean standard deviation inside small squares, one scale after the other, [N, TEXTURE_DIM]."""
    weights = torch.from_numpy(slots.grouping(sensor))
    has = weights.any(1).nonzero()[:, 0]
    channels = torch.einsum("gb,nbhw->nghw", weights[has], pixels)
    found = pixels.new_zeros(pixels.shape[0], len(_TEXTURE_PX), slots.GROUPS)
    for row, size in enumerate(_TEXTURE_PX):
        _, std, filled = cell_moments(channels, mask, size)
        found[:, row, has] = (std * filled).sum((2, 3)) / filled.sum((2, 3)).clamp(min=1e-6)
    return found.flatten(1)


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
