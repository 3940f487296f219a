"""How alike candidates and judges are under a Gaussian kernel: made once, in blocks, and looked up row by row."""

import numpy as np
from numpy.typing import NDArray

from mlcore.query.blocks import blocks, over_blocks
from mlcore.query.space import squared_distances

_ROWS = 256
_NEAREST_SHARE = 0.05
_WIDTH_FROM = 512

Vectors = NDArray[np.float32]


def kernel_width(candidates: Vectors, judges: Vectors) -> float:
    """Return the median, over some candidates, of the squared distance within which their nearest twentieth lies."""
    distances = squared_distances(candidates[:: max(1, len(candidates) // _WIDTH_FROM)][:_WIDTH_FROM], judges)
    place = min(distances.shape[1] - 1, max(1, int(_NEAREST_SHARE * distances.shape[1])))
    return max(float(np.median(np.partition(distances, place, axis=1)[:, place])), 1e-6)


def similarity(candidates: Vectors, judges: Vectors, width: float) -> Vectors:
    """Return exp(-distance^2 / width) of each candidate to each judge, float32 [C, E] in 0..1.

    Where the candidates judge themselves, each pair is worked out once.
    """
    alike = np.empty((len(candidates), len(judges)), np.float32)
    parts = list(blocks(len(candidates), _ROWS))
    mirrored = candidates is judges

    def fill(numbers: slice) -> None:
        for part in parts[numbers]:
            first = part.start if mirrored else 0
            distances = squared_distances(candidates[part], judges[first:])
            distances /= -np.float32(width)
            np.exp(distances, out=alike[part, first:])
            if mirrored:
                alike[part.stop :, part] = alike[part, part.stop :].T

    over_blocks(fill, len(parts), rows=1)
    return alike


def gains(alike: Vectors, reached: Vectors, weights: Vectors) -> Vectors:
    """Return by how much each row of `alike` [C, E] would raise the judges' weighted similarity `reached` [E]."""
    gained = np.empty(len(alike), np.float32)

    def fill(part: slice) -> None:
        more = alike[part] - reached
        gained[part] = np.maximum(more, 0, out=more) @ weights

    over_blocks(fill, len(alike), rows=_ROWS)
    return gained
