"""Centres of boxes as a map of heat, and back: the idea of CenterNet (Zhou et al. 2019, arXiv 1904.07850)."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter

from mlcore.metrics import overlaps

_WIDTH = 0.15  # standard deviation of a centre's heat, of the box's sides
_LOWEST = 0.05
_MOST = 300
_SAME = 0.3  # overlap from which on two boxes are one object
_NEAR = 0.4  # heat from which on a cell may tell the size

Boxes = NDArray[np.float64]  # [n, 4]: x0, y0, x1, y1 in px
Grid = tuple[int, int]


def heat_of(boxes: Boxes, grid: Grid, cell: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the heat [gh, gw], 1 at centres, and for each cell the box whose heat it is (-1: none)."""
    heat, owner = np.zeros(grid), np.full(grid, -1)
    row, column = ((np.arange(length) + 0.5) * cell for length in grid)
    for number, (x0, y0, x1, y1) in enumerate(boxes):
        across = (column - (x0 + x1) / 2) / (_WIDTH * max(x1 - x0, cell))
        along = (row - (y0 + y1) / 2) / (_WIDTH * max(y1 - y0, cell))
        own = np.exp(-(along[:, None] ** 2 + across**2) / 2)
        closest = np.unravel_index(own.argmax(), own.shape)
        own[closest] = 1.0  # a box smaller than a cell has a centre, too
        owner = np.where(own > heat, number, owner)
        heat = np.maximum(heat, own)
    return heat, owner


def shapes_of(
    boxes: Boxes, heat: NDArray[np.float64], owner: NDArray[np.int64], *, cell: float, size: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the cells near a centre, [n, 2], and for each offset and log sides in units of `size`, [n, 4]."""
    places = np.argwhere(heat >= _NEAR)
    own = boxes[owner[places[:, 0], places[:, 1]]]
    here = (places[:, ::-1] + 0.5) * cell
    centre, sides = (own[:, :2] + own[:, 2:]) / 2, own[:, 2:] - own[:, :2]
    return places, np.concatenate([(centre - here) / size, np.log(np.maximum(sides, 1) / size)], 1)


def peaks(heat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the cells [n, 2] where heat has a maximum, hottest first, at most 300."""
    smooth = gaussian_filter(heat, 0.7, mode="nearest")
    there = np.argwhere((smooth >= maximum_filter(smooth, 3, mode="nearest")) & (heat >= _LOWEST))
    hottest = np.argsort(-heat[there[:, 0], there[:, 1]], kind="stable")
    return there[hottest[:_MOST]]


def boxes_of(places: NDArray[np.int64], shapes: NDArray[np.float64], *, cell: float, size: float) -> Boxes:
    """Return boxes [n, 4] of cells [n, 2] and their offsets and log sides [n, 4]."""
    centre = (places[:, ::-1] + 0.5) * cell + shapes[:, :2] * size
    half = np.exp(shapes[:, 2:].clip(-4, 4)) * size / 2
    return np.concatenate([centre - half, centre + half], 1)


def distinct(boxes: Boxes, scores: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the positions of boxes that no better one overlaps, best first (non-maximum suppression)."""
    shared, kept = overlaps(boxes, boxes), list[int]()
    for place in np.argsort(-np.asarray(scores), kind="stable").tolist():
        if not kept or shared[place, kept].max() < _SAME:
            kept.append(place)
    return np.array(kept, np.int64)
