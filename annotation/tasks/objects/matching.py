"""Matching: which objects of one list are which of another."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotation.tasks.thing import Shapes, Thing, codes_of, shapes_of
from mlcore.metrics import turned_overlaps

ALIKE = 0.5  # nearness from which on two objects are one: of boxes the overlap (intersection over union)


def nearness(one: Shapes, other: Shapes, *, radius: float | None) -> NDArray[np.float64]:
    """Return how near objects are to each other, [n, m], 0..1: boxes by their overlap, points by distance.

    Args:
        one: [n, 5].
        other: [m, 5].
        radius: of points, px: 1 lies on it, a half is the radius away; None for boxes.
    """
    if radius is None:
        return turned_overlaps(one, other)
    apart = np.hypot(*(one[:, None, axis] - other[None, :, axis] for axis in (0, 1)))
    return np.asarray((1 - apart / (2 * radius)).clip(0), np.float64)


def pairs(near: NDArray[np.float64], *, least: float = ALIKE) -> list[tuple[int, int]]:
    """Return which of n objects is which of m, nearest first, each in one pair at most; `near` is [n, m]."""
    left, made = np.array(near, np.float64), list[tuple[int, int]]()
    while left.size and (most := left.max()) >= least and most > 0:
        row, column = np.unravel_index(left.argmax(), left.shape)
        made.append((int(row), int(column)))
        left[row, :], left[:, column] = -1, -1
    return made


def matched(
    one: Sequence[Thing], other: Sequence[Thing], *, radius: float | None, least: float = ALIKE
) -> list[tuple[int, int]]:
    """Return which objects are the same ones, of one class and near enough."""
    near = nearness(shapes_of(one), shapes_of(other), radius=radius)
    same = codes_of(one)[:, None] == codes_of(other)[None]
    return pairs(np.where(same, near, 0), least=least)


def apart(one: Sequence[Thing], other: Sequence[Thing], *, radius: float | None) -> float:
    """Return which share of the objects that either list names is in one of them only, 0..1 (Jaccard distance)."""
    both = len(matched(one, other, radius=radius))
    either = len(one) + len(other) - both
    return 1 - both / either if either else 0.0
