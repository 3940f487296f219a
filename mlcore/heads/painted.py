"""From painted masks to rows: which cells of a feature map carry which label."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mlcore.errors import BadFeatures

_SQUARE = 8  # cells, side of the pieces that a large area is cut into


def painted(
    features: NDArray[np.float32], mask: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Return what lies under painted pixels, each cell once a class.

    Args:
        features: [C, h, w].
        mask: class codes [H, W] at full resolution, 0 = not labelled.

    Returns:
        Features [n, C], codes [n], and the cells' row and column [n, 2].

    Raises:
        BadFeatures: these aren't a map and a mask.
    """
    if features.ndim != 3 or mask.ndim != 2 or min(mask.shape) < 1:
        raise BadFeatures(f"Need a map [C, h, w] and a mask [H, W], got {features.shape} and {mask.shape}.")
    _, height, width = features.shape
    rows, columns = np.nonzero(mask)
    # A cell is stride px wide, so the map may overhang the tile by less than one cell.
    strides = [-(-side // cells) for side, cells in zip(mask.shape, (height, width), strict=True)]
    keys = np.stack([rows // strides[0], columns // strides[1], mask[rows, columns]], 1)
    row, column, code = np.unique(keys, axis=0).astype(np.int64).T
    return features[:, row, column].T, code, np.stack([row, column], 1)


def strokes(codes: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which stroke each painted cell of a tile belongs to, numbered from 0; cells of one are alike.

    A stroke is what one class covers in one piece; of a large area, each square of 8 cells is one.

    Args:
        codes: class codes [n].
        places: row and column of each cell [n, 2].
    """
    pieces = np.zeros(len(codes), np.int64)
    for code in np.unique(codes):
        own = places[codes == code]
        grid = np.zeros(own.max(0) + 1, bool)
        grid[own[:, 0], own[:, 1]] = True
        pieces[codes == code] = ndimage.label(grid, np.ones((3, 3)))[0][own[:, 0], own[:, 1]]
    keys = np.column_stack([codes, pieces, places // _SQUARE])
    return np.unique(keys, axis=0, return_inverse=True)[1].ravel()


def evenly(codes: NDArray[np.int64], most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return at most `most` rows in rising order, as evenly from the classes as they allow."""
    shuffled = rng.permutation(len(codes))
    rank_in_class = np.empty(len(codes), np.int64)
    for code in np.unique(codes):
        members = shuffled[codes[shuffled] == code]
        rank_in_class[members] = np.arange(len(members))
    return np.sort(np.argsort(rank_in_class, kind="stable")[:most])


def coarsened(mask: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the class that most painted pixels of each cell carry, [h, w]; 0 where none is painted.

    Args:
        mask: class codes [H, W] at full resolution, 0 = not labelled.
        shape: h and w of the map whose cells are meant.
    """
    strides = [-(-side // cells) for side, cells in zip(mask.shape, shape, strict=True)]
    rows, columns = np.nonzero(mask)
    cells = rows // strides[0] * shape[1] + columns // strides[1]
    keys, counts = np.unique(cells * 256 + mask[rows, columns], return_counts=True)
    coarse = np.zeros(shape[0] * shape[1], np.uint8)
    order = np.argsort(counts, kind="stable")  # the commonest is written last
    coarse[keys[order] // 256] = keys[order] % 256
    return coarse.reshape(shape)
