"""Networks trained from scratch on the few labels of each split: what a paper's model does without a foundation."""

from torch import nn

from mlcore.benchmarks.rows.scratch.networks import Convolutions3D, SpectralTransformer
from mlcore.benchmarks.rows.scratch.row import ScratchRow

__all__ = ["FROM_SCRATCH", "ScratchRow", "convolutions", "transformer"]

FROM_SCRATCH = ("indian-pines", "houston")  # they take long


def convolutions(bands: int, classes: int, side: int) -> nn.Module:
    """Return an untrained 3-D convolutional network."""
    return Convolutions3D(bands, classes)


def transformer(bands: int, classes: int, side: int) -> nn.Module:
    """Return an untrained transformer along the spectrum."""
    return SpectralTransformer(bands, classes, side=side)
