"""What every encoder can do: say its name, what it can't read, and turn samples into vectors, and some into maps."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.samples import Chip, Sample


class AnyEncoder(Protocol):
    """Anything that turns samples into vectors for light heads."""

    @property
    def name(self) -> str:
        """Return what tables call it."""

    @property
    def dim(self) -> int:
        """Return the length of its vectors."""

    @property
    def digest(self) -> str:
        """Return what identifies its vectors: the weights, and how samples are read."""

    @property
    def card(self) -> Mapping[str, str]:
        """Return what is known of its training; empty where nothing is."""

    @property
    def blocks(self) -> Mapping[str, slice]:
        """Return which columns of a vector are of one kind; empty where it doesn't tell."""

    @property
    def map_blocks(self) -> Mapping[str, slice]:
        """Return which features of a place are of one kind; empty where it doesn't tell, or gives no maps."""

    def cannot_read(self, sample: Sample) -> str:
        """Say in plain words why it can't read a sample; '' if it can."""

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim]."""

    def embed_map(self, chip_or_sample: Chip | Sample) -> NDArray[np.float32]:
        """Return features of each place of the first chip's raster, float32 [C, h, w].

        Raises:
            BadFeatures: it gives vectors alone.
        """


class VectorsOnly:
    """What an encoder without maps says of all else that an encoder may have."""

    name: str

    @property
    def card(self) -> Mapping[str, str]:
        """Return nothing: it doesn't tell of its training."""
        return {}

    @property
    def blocks(self) -> Mapping[str, slice]:
        """Return nothing: its columns are of one kind."""
        return {}

    @property
    def map_blocks(self) -> Mapping[str, slice]:
        """Return nothing: it gives no maps."""
        return {}

    def embed_map(self, chip_or_sample: Chip | Sample) -> NDArray[np.float32]:
        """Refuse.

        Raises:
            BadFeatures: always.
        """
        raise BadFeatures(f"{self.name} gives one vector a tile and no maps; choose another encoder for masks.")
