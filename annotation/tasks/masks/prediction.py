"""What a head says of the pixels of tiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import enlarge
from annotation.arrays.masks import count_pixels, store_mask
from annotation.tasks.learner import Prediction
from annotation.tasks.masks import value_of


@dataclass(frozen=True)
class MaskPrediction(Prediction):
    """The class of each cell, with the doubt about it."""

    classes: NDArray[np.int64]  # [K] codes
    shares: NDArray[np.float32]  # [n, K] mean probability over the pixels
    margins: NDArray[np.float32]  # [n] best minus second best, the mean over the pixels
    maps: list[NDArray[np.uint8]]  # [n] class codes at the encoder's stride
    doubts: list[NDArray[np.uint8]]  # [n] of each cell of the maps: 1 minus the margin, times 255

    def content(
        self, at: int, *, tile_px: int, in_use: Mapping[int, int]
    ) -> tuple[dict[str, Any], int | None, str] | None:
        """Keep the mask at tile resolution and return it, with its most frequent class."""
        commonest = in_use.get(int(np.bincount(self.maps[at].ravel()).argmax()))
        if commonest is None:  # it went out of use since the fit
            return None
        classes = enlarge(self.maps[at], tile_px)
        sha256, pixels = store_mask(classes), count_pixels(classes)
        return value_of(sha256, pixels), commonest, sha256
