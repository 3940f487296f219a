"""What adapters to published encoders share: their weights, what they refuse, and Sentinel-2's channel groups."""

import hashlib
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mlcore.backbones.bands import OPTICAL, why_unreadable
from mlcore.backbones.protocol import Backbone
from mlcore.backbones.series import Series
from mlcore.errors import BadCheckpoint, BadFeatures
from mlcore.samples import Sample
from mlcore.sensors import Modality

_RED, _INFRARED = OPTICAL.index("B04"), OPTICAL.index("B08")
_INDEX = len(OPTICAL)  # NDVI follows the channels
OPTICAL_GROUPS: dict[str, list[int]] = {
    "S2_RGB": [0, 1, 2],
    "S2_Red_Edge": [3, 4, 5],
    "S2_NIR_10m": [6],
    "S2_NIR_20m": [7],
    "S2_SWIR": [8, 9],
    "NDVI": [_INDEX],
}


def with_index(optical: Tensor) -> Tensor:
    """Return reflectances [..., 10] with NDVI as an eleventh channel, 0 where red and infrared are dark."""
    red, infrared = optical[..., _RED], optical[..., _INFRARED]
    total = red + infrared
    index = torch.where(total > 0, (infrared - red) / total.clamp(min=1e-6), 0)
    return torch.cat([optical, index[..., None]], -1)


def has(series: Series, channels: Sequence[int]) -> NDArray[np.bool_]:
    """Return which steps of a series have all of some channels of `with_index`, [T]."""
    needed = [part for channel in channels for part in ((_RED, _INFRARED) if channel == _INDEX else (channel,))]
    return np.asarray(series.has_optical[:, needed].all(1), bool)


def cannot_read(name: str, sample: Sample) -> str:
    """Say why the encoder called `name` can't read a sample, or return '' when a chip gives it a whole group."""
    if not sample.chips:
        return f"{name} needs imagery; this sample has none"
    reasons = [why_unreadable(chip) for chip in sample.chips if chip.sensor.modality is not Modality.ELEVATION]
    if not reasons:
        return f"{name} needs radar or optics; this sample has only elevation"
    return "" if "" in reasons else f"{name} can't read it: {'; '.join(dict.fromkeys(reasons))}"


def refuse_unreadable(backbone: Backbone, samples: Sequence[Sample]) -> None:
    """Raise BadFeatures for the first sample that can't be read."""
    for row, sample in enumerate(samples):
        if reason := backbone.cannot_read(sample):
            raise BadFeatures(f"Sample {row}: {reason}.")


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a published .pt file, tensors only: nothing in it is run.

    Raises:
        BadCheckpoint: it is missing, damaged, or holds anything but tensors.
    """
    try:
        found: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise BadCheckpoint(f"{path} can't be read as plain weights: {error}.") from error
    if not isinstance(found, Mapping) or not all(isinstance(value, Tensor) for value in found.values()):
        raise BadCheckpoint(f"{path} holds something else than named tensors.")
    return {str(name): value for name, value in found.items()}


def load_exactly(network: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Load weights, each by its name and shape; none may be missing or left over.

    Raises:
        BadCheckpoint: they don't fit.
    """
    try:
        network.load_state_dict(tensors, strict=True)
    except RuntimeError as error:
        raise BadCheckpoint(f"{path} doesn't hold the weights of this architecture: {error}.") from error


def fingerprint(network: nn.Module) -> bytes:
    """Return the SHA-256 of a network's weights."""
    found = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        found.update(name.encode() + tensor.contiguous().numpy().tobytes())
    return found.digest()


def draw(module: nn.Module) -> None:
    """Draw a layer's weights as the published encoders begin: Xavier's uniform, without bias."""
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)
