"""Metrics of object boxes: which were found, and how sure the finder was."""

from collections.abc import Sequence

import numpy as np
import shapely
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


def turned_overlaps(first: Boxes, second: Boxes) -> NDArray[np.float64]:
    """Return intersection over union [n, m] of turned boxes [n, 5] and [m, 5]: centre x, y, width, height, angle.

    Angles are degrees clockwise on the picture.
    """
    a, b = (np.asarray(boxes, np.float64).reshape(-1, 5) for boxes in (first, second))
    ratios = overlaps(_hulls(a), _hulls(b))
    if not (a[:, 4].any() or b[:, 4].any()):
        return ratios
    for row, column in zip(*np.nonzero(ratios), strict=True):
        one, other = (shapely.polygons(corners(boxes[[at]])[0]) for boxes, at in ((a, row), (b, column)))
        shared = one.intersection(other).area
        ratios[row, column] = shared / max(one.area + other.area - shared, 1e-12)
    return ratios


def corners(boxes: Boxes) -> NDArray[np.float64]:
    """Return the corners [n, 4, 2] of turned boxes [n, 5], clockwise on the picture."""
    x, y, width, height, angle = np.asarray(boxes, np.float64).reshape(-1, 5).T
    turn = np.radians(angle)
    across = np.stack([np.cos(turn), np.sin(turn)], 1) * width[:, None] / 2
    down = np.stack([-np.sin(turn), np.cos(turn)], 1) * height[:, None] / 2
    centre = np.stack([x, y], 1)
    sides = [centre - across - down, centre + across - down, centre + across + down, centre - across + down]
    return np.stack(sides, 1)


def _hulls(boxes: Boxes) -> NDArray[np.float64]:
    """Return the upright boxes [n, 4] around turned ones [n, 5]."""
    around = corners(boxes)
    return np.concatenate([around.min(1), around.max(1)], 1)


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
