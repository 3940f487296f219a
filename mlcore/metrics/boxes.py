"""Metrics of object boxes: which were found, and how sure the finder was."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.metrics.labels import average_precision

Boxes = NDArray[np.floating]  # [n, 4]: west, north, east, south in px (x0, y0, x1, y1)


def overlaps(first: Boxes, second: Boxes) -> NDArray[np.float64]:
    """Return intersection over union [n, m] of boxes [n, 4] and [m, 4]."""
    a, b = np.asarray(first, np.float64).reshape(-1, 1, 4), np.asarray(second, np.float64).reshape(1, -1, 4)
    sides = (np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).clip(0)
    shared = sides.prod(-1)
    both = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - shared
    ratios: NDArray[np.float64] = shared / np.maximum(both, 1e-12)
    return ratios


def matches(truth: Boxes, said: Boxes, scores: NDArray[np.floating], *, overlap: float = 0.5) -> NDArray[np.bool_]:
    """Tell which of the boxes [n] hit: surest first, each true box is found once."""
    shared = overlaps(said, truth)
    hit = np.zeros(len(said), bool)
    for row in np.argsort(-np.asarray(scores), kind="stable") if len(truth) else ():
        best = int(shared[row].argmax())
        if shared[row, best] >= overlap:
            hit[row] = True
            shared[:, best] = 0
    return hit


def box_average_precision(
    truth: Sequence[Boxes], said: Sequence[Boxes], scores: Sequence[NDArray[np.floating]], *, overlap: float = 0.5
) -> float:
    """Return average precision of boxes of one class over tiles (PASCAL VOC, every point); NaN without a true box.

    Args:
        truth: one array [n, 4] for each tile.
        said: one array [m, 4] for each tile.
        scores: one array [m] for each tile.
        overlap: intersection over union from which on a box is found.

    Raises:
        BadFeatures: the sequences' lengths differ.
    """
    if not len(truth) == len(said) == len(scores):
        raise BadFeatures(
            f"Need boxes, guesses and scores of the same tiles: {len(truth)}, {len(said)}, {len(scores)}."
        )
    total = sum(len(boxes) for boxes in truth)
    if not total:
        return float("nan")
    hits = [matches(t, s, score, overlap=overlap) for t, s, score in zip(truth, said, scores, strict=True)]
    hit, sure = np.concatenate(hits), np.concatenate([np.asarray(score, np.float64) for score in scores])
    if not hit.any():
        return 0.0
    return average_precision(hit, sure) * float(hit.sum()) / total
