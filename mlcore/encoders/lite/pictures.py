"""Pictures: the three colours in which a chip is shown to a network that knows photographs."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mlcore.encoders.bands import TRUE_COLOUR, WHITE, optical_weights, radar_weights, why_unshown
from mlcore.samples import Chip
from mlcore.sensors import Modality, Sensor

# Radar in decibels: what is shown as black and as white of VV, VH and of how far VV is above VH.
_RADAR = np.array([[-25.0, 0.0], [-32.0, -5.0], [0.0, 20.0]], np.float32)
# What ImageNet's photographs were less and over (0..255 as 0..1: 127 and 128 of 255).
_MEAN, _SPREAD = 127.0 / 255, 128.0 / 255
SMALLEST, LARGEST = 96, 128  # px a side of a picture whose vectors are wanted


def why_not_shown(chip: Chip) -> str:
    """Say why a chip can't be shown in three colours, or return ''."""
    return why_unshown(chip.sensor, float(np.nan_to_num(chip.pixels).max(initial=0)))


def pictures(chips: Sequence[Chip], side: int) -> tuple[Tensor, Tensor]:
    """Return chips of one sensor and size as pictures [N, 3, side, side], and how much of each px is valid, 0..1."""
    colours = np.stack([_colours(chip) for chip in chips])
    mask = torch.from_numpy(np.stack([chip.mask for chip in chips]))[:, None].float()
    shown = (torch.from_numpy(colours) - _MEAN) / _SPREAD * mask  # what is not valid is grey
    if shown.shape[2:] == (side, side):
        return shown, mask
    finer = max(shown.shape[2:]) < side
    mode = {"mode": "bilinear", "align_corners": False} if finer else {"mode": "area"}
    return functional.interpolate(shown, (side, side), **mode), functional.interpolate(mask, (side, side), mode="area")


def side_of(chip: Chip) -> int:
    """Return the px a side at which a chip is shown: the network expects more than a few."""
    return int(np.clip(max(chip.mask.shape), SMALLEST, LARGEST))


def _colours(chip: Chip) -> NDArray[np.float32]:
    pixels = np.nan_to_num(chip.pixels).astype(np.float32)
    if chip.sensor.modality is Modality.SAR:
        low, high = _RADAR.T[:, :, None, None]
        shown = (_radar(chip.sensor, pixels) - low) / (high - low)
    else:
        shown = np.tensordot(optical_weights(chip.sensor)[TRUE_COLOUR], pixels, 1) / np.float32(WHITE)
    clipped: NDArray[np.float32] = np.clip(shown, 0, 1).astype(np.float32)
    return clipped


def _radar(sensor: Sensor, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return VV, VH and their difference; one that isn't there is taken for the other, so that nothing differs."""
    weights = radar_weights(sensor)
    there = weights.any(1)
    both = np.tensordot(weights, pixels, 1)
    if not there.all():
        both[~there] = both[there]
    all_three: NDArray[np.float32] = np.concatenate([both, both[:1] - both[1:]]).astype(np.float32)
    return all_three
