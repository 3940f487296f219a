"""What every encoder can do: say its name, what it can't read, and turn samples into vectors."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlcore.samples import Sample


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
        """Return what identifies its vectors."""

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim]."""

    def cannot_read(self, sample: Sample) -> str:
        """Say in plain words why it can't read a sample; '' if it can."""
