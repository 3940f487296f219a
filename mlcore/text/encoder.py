"""What every sentence encoder can do."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

TEXT_DIM = 384


class SentenceEncoder(Protocol):
    """Anything that turns sentences into vectors of one length; frozen, never trained here."""

    @property
    def name(self) -> str:
        """Return what identifies its vectors: stores of embeddings are keyed by it."""

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 for each sentence, float32 [N, TEXT_DIM]; an empty one is zero."""
