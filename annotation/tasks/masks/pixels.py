"""Heads of masks, fitted on some of them, and what they say of the cells of a tile."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Labels, Snapshot
from annotation.tasks.masks.learner import MaskLearner
from mlcore.errors import NotEnoughLabels
from mlcore.heads import PixelHead

Cells = NDArray[np.float32]  # [K, h, w]


def fit_head(snapshot: Snapshot, labels: Labels) -> PixelHead | None:
    """Return a head fitted on these masks alone; None below two classes."""
    try:
        return MaskLearner.fit(replace(snapshot, training=labels)).head
    except NotEnoughLabels:
        return None


def cell_chances(head: PixelHead, features: NDArray[np.float16], codes: NDArray[np.int64]) -> Cells:
    """Return what a head says of each cell, [K, h, w] in the order of `codes`; 0 for classes that it doesn't know."""
    said = head.predict_proba(features.astype(np.float32))
    chances = np.zeros((len(codes), *said.shape[1:]), np.float32)
    known = np.isin(head.classes, codes)
    chances[np.searchsorted(codes, head.classes[known])] = said[known]
    return chances
