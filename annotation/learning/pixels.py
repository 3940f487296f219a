"""Pixels: what heads fitted on painted masks say of the cells of a tile, and of random painted points in it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.masks import Mask
from annotation.learning.learners import PixelLearner
from annotation.learning.snapshot import Labels, Snapshot
from mlcore.errors import NotEnoughLabels
from mlcore.heads import PixelHead

POINTS = 100  # random ones of each audited mask; the tile is the statistical unit
Cells = NDArray[np.float32]  # [K, h, w]


def fit_head(snapshot: Snapshot, labels: Labels) -> PixelHead | None:
    """Return a head fitted on these masks alone; None below two classes."""
    try:
        return PixelLearner.fit(replace(snapshot, training=labels)).head
    except NotEnoughLabels:
        return None


def cell_chances(head: PixelHead, features: NDArray[np.float16], codes: NDArray[np.int64]) -> Cells:
    """Return what a head says of each cell, [K, h, w] in the order of `codes`; 0 for classes that it doesn't know."""
    said = head.predict_proba(features.astype(np.float32))
    found = np.zeros((len(codes), *said.shape[1:]), np.float32)
    known = np.isin(head.classes, codes)
    found[np.searchsorted(codes, head.classes[known])] = said[known]
    return found


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
    found: NDArray[np.int64] = rows // stride * cells[1] + columns // stride
    return found
