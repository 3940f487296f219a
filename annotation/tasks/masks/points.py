"""Random painted points of a mask: the tile is the statistical unit."""

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.masks import Mask

POINTS = 100  # of each audited mask


def random_pixels(mask: Mask, *, seed: int, row: int) -> NDArray[np.int64]:
    """Return flat positions of random painted pixels, [POINTS], none where nothing is painted.

    The row seeds them, so that they are the same each time.
    """
    painted = np.flatnonzero(mask)
    if not len(painted):
        return painted
    rng = np.random.default_rng([seed, row])
    return rng.choice(painted, POINTS, replace=len(painted) < POINTS)


def cells_under(pixels: NDArray[np.int64], mask: Mask, cells: tuple[int, int]) -> NDArray[np.int64]:
    """Return the flat positions of the cells of a map [h, w] in which pixels of a mask lie."""
    stride = -(-max(mask.shape) // cells[0])
    rows, columns = np.divmod(pixels, mask.shape[1])
    positions: NDArray[np.int64] = rows // stride * cells[1] + columns // stride
    return positions
