"""The channel groups that Presto and Galileo make of Sentinel-2, with a vegetation index beside them."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mlcore.encoders.bands import OPTICAL
from mlcore.encoders.series import Series

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
