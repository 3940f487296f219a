"""Image statistics: mean, spread, least and most of each band. The plainest features there are, for one instrument."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.encoders.layout import chips_in_turn, without_chips
from mlcore.encoders.protocol import VectorsOnly
from mlcore.samples import Chip, Sample

_NUMBERS = 4


class ImageStatistics(VectorsOnly):
    """Four numbers a band, in the file's own units; the length depends on the samples, which must be of one kind.

    Corley et al. 2024 (arXiv 2305.13456) report it beside pretrained encoders, and it is often near.
    """

    name = "image-statistics"
    dim = 0  # until samples are seen: four times their bands

    @property
    def digest(self) -> str:
        """Return what identifies its vectors."""
        return hashlib.sha256(b"image-statistics 1").hexdigest()

    def cannot_read(self, sample: Sample) -> str:
        """Say that a sample has no imagery, or return ''."""
        return without_chips(self.name, sample)

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, 4 x bands of all chips]; 0 for a chip without a valid pixel.

        Raises:
            BadFeatures: samples differ in their sensors.
        """
        parts = [np.stack([_moments(chip) for chip in chips]) for chips in chips_in_turn(self.name, samples)]
        vectors = np.concatenate(parts, 1) if parts else np.zeros((0, self.dim), np.float32)
        self.dim = vectors.shape[1]
        return vectors


def _moments(chip: Chip) -> NDArray[np.float32]:
    pixels = np.nan_to_num(chip.pixels[:, chip.mask])
    if not pixels.size:
        return np.zeros(_NUMBERS * len(chip.pixels), np.float32)
    moments = (pixels.mean(1), pixels.std(1), pixels.min(1), pixels.max(1))
    return np.concatenate(moments).astype(np.float32)
