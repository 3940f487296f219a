"""Height and slope of samples, from elevation chips."""

from collections.abc import Sequence

import torch
from torch import Tensor

from mlcore.encoders.pixels import Size, resampled
from mlcore.samples import Chip, Sample
from mlcore.sensors import Modality, Quantity


def height_and_slope(samples: Sequence[Sample], size: Size) -> Tensor | None:
    """Return height in m and slope in degrees [B, 2, h, w] of samples with equal layouts, or None without elevation.

    NaN where the height is unknown. A chip of slopes (rise over run) is taken where there is one; else the height's
    own gradient is (Horn's is smoother, but a tile of one or two pixels has no neighbours for it).
    """
    heights = _chips(samples, Quantity.METRE)
    if heights is None:
        return None
    slopes = _chips(samples, Quantity.INDEX)
    height, valid = resampled(heights, size)
    rise = resampled(slopes, size)[0][:, 0] if slopes else _rise(heights[0], height[:, 0], size)
    layers = torch.stack([height[:, 0], torch.rad2deg(torch.atan(rise))], 1)
    return torch.where(valid[:, None], layers, torch.nan)


def _chips(samples: Sequence[Sample], quantity: Quantity) -> list[Chip] | None:
    for index, chip in enumerate(samples[0].chips):
        if chip.sensor.modality is Modality.ELEVATION and chip.sensor.quantity is quantity:
            return [sample.chips[index] for sample in samples]
    return None


def _rise(chip: Chip, height: Tensor, size: Size) -> Tensor:
    if chip.sensor.gsd_m is None or min(size) < 2:
        return torch.zeros_like(height)
    step = chip.sensor.gsd_m * chip.mask.shape[0] / size[0]
    down, across = torch.gradient(height, spacing=step, dim=(1, 2))
    return torch.hypot(down, across)
