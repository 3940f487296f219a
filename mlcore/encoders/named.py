"""Named: an encoder under another name, such as the title that people know it by."""

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from mlcore.encoders.protocol import AnyEncoder
from mlcore.samples import Chip, Sample

Inner = TypeVar("Inner", bound=AnyEncoder)


class Named(Generic[Inner]):
    """An encoder that tables call `name`."""

    def __init__(self, encoder: Inner, name: str) -> None:
        self.encoder, self.name = encoder, name

    @property
    def dim(self) -> int:
        """Return the length of its vectors."""
        return self.encoder.dim

    @property
    def digest(self) -> str:
        """Return what identifies its vectors."""
        return self.encoder.digest

    @property
    def card(self) -> Mapping[str, str]:
        """Return what is known of its training."""
        return self.encoder.card

    @property
    def blocks(self) -> Mapping[str, slice]:
        """Return which columns of a vector are of one kind."""
        return self.encoder.blocks

    @property
    def map_blocks(self) -> Mapping[str, slice]:
        """Return which features of a place are of one kind."""
        return self.encoder.map_blocks

    def cannot_read(self, sample: Sample) -> str:
        """Say why a sample can't be read, or return ''."""
        reason = self.encoder.cannot_read(sample)
        return reason.replace(self.encoder.name, self.name, 1) if reason else ""

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim]."""
        return self.encoder.embed(samples)

    def embed_map(self, chip_or_sample: Chip | Sample) -> NDArray[np.float32]:
        """Return features of each place, float32 [C, h, w]."""
        return self.encoder.embed_map(chip_or_sample)
