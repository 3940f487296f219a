"""Chips of one size as tensors, averaged to the raster that an encoder wants."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from mlcore.samples import Chip

Size = tuple[int, int]  # height and width, px


def resampled(chips: Sequence[Chip], size: Size) -> tuple[Tensor, Tensor]:
    """Return valid pixels averaged to `size`, [N, bands, h, w], and where at least half was valid, bool [N, h, w]."""
    mask = torch.from_numpy(np.stack([chip.mask for chip in chips]))[:, None].float()
    pixels = torch.from_numpy(np.nan_to_num(np.stack([chip.pixels for chip in chips]).astype(np.float32)))
    if mask.shape[2:] != size:
        share = functional.adaptive_avg_pool2d(mask, size)
        pixels = functional.adaptive_avg_pool2d(pixels * mask, size) / share.clamp(min=1e-6)
        mask = share
    return pixels * (mask > 0), mask[:, 0] >= 0.5
