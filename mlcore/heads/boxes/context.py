"""What a cell sees around itself, at the scale of the objects that are looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

_COMPONENTS = 10
_CELLS_AN_OBJECT = 10  # across, on the grid that is looked at
_WINDOWS = (3, 5, 11, 21)  # cells: a detail, half an object, an object, its surroundings
_OBJECT, _HALF = 11, 5
_MOST_CELLS = 8000

Map = NDArray[np.float32]  # [C, h, w]


@dataclass(frozen=True)
class Context:
    """Turns a feature map into few channels on a grid of about ten cells an object, each with its surroundings."""

    mean: NDArray[np.float32]  # [C]
    axes: NDArray[np.float32]  # [C, P], leading components of standardised channels
    pool: int  # cells of the map for one of the grid
    size: float  # typical side of an object, px
    cell: float  # side of a cell of the grid, px

    @classmethod
    def fit(cls, maps: Sequence[Map], size: float, stride: int, *, seed: int) -> Self:
        """Find components in maps [C, h, w] whose cells are `stride` px wide, for objects of `size` px."""
        seen = _some_cells(maps, seed).astype(np.float64)
        mean, spread = seen.mean(0), seen.std(0)
        inverse = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0)
        standardised = (seen - mean) * inverse
        strength, axes = np.linalg.eigh(standardised.T @ standardised / len(seen))
        kept = min(_COMPONENTS, max(1, int((strength > 1e-9).sum())))
        pool = max(1, int(size / stride / _CELLS_AN_OBJECT))
        return cls(
            mean.astype(np.float32),
            (inverse[:, None] * axes[:, ::-1][:, :kept]).astype(np.float32),
            pool,
            float(size),
            float(stride * pool),
        )

    def __call__(self, features: Map) -> NDArray[np.float32]:
        """Return what each cell of the grid sees, [F, gh, gw]."""
        flat = np.tensordot(self.axes.T, features - self.mean[:, None, None], 1)
        grid = np.stack([_pooled(channel, self.pool) for channel in flat])
        wide = [uniform_filter(grid, (0, side, side), mode="nearest") for side in _WINDOWS]
        around, half = wide[_WINDOWS.index(_OBJECT)], wide[_WINDOWS.index(_HALF)]
        squares = uniform_filter(grid**2, (0, _OBJECT, _OBJECT), mode="nearest")
        spread = np.sqrt((squares - around**2).clip(0))
        sides = [_shifted(half, _HALF, axis) - _shifted(half, -_HALF, axis) for axis in (1, 2)]
        stack: NDArray[np.float32] = np.concatenate([grid, *wide, spread, *sides]).astype(np.float32)
        return stack


def _some_cells(maps: Sequence[Map], seed: int) -> NDArray[np.float32]:
    """Return cells [n, C] of maps drawn at random, without a copy of all of them."""
    ends = np.cumsum([features[0].size for features in maps])
    some = np.random.default_rng(seed).permutation(int(ends[-1]))[:_MOST_CELLS]
    of = np.searchsorted(ends, some, side="right")
    cells = np.empty((len(some), len(maps[0])), np.float32)
    for number in np.unique(of).tolist():
        features, own = maps[number], of == number
        cells[own] = features.reshape(len(features), -1)[:, some[own] - (ends[number] - features[0].size)].T
    return cells


def _pooled(channel: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    height, width = (max(1, length // side) for length in channel.shape)
    cut = channel[: height * side, : width * side] if min(channel.shape) >= side else channel
    means: NDArray[np.float32] = cut.reshape(height, -1, width, cut.shape[1] // width).mean((1, 3))
    return means


def _shifted(grid: NDArray[np.float32], cells: int, axis: int) -> NDArray[np.float32]:
    """Return the grid moved along an axis, its edge repeated."""
    places = np.clip(np.arange(grid.shape[axis]) + cells, 0, grid.shape[axis] - 1)
    return np.take(grid, places, axis)


def every_way(
    seen: NDArray[np.float32], shapes: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return what cells saw [n, F] and their boxes' shapes [n, 4] laid down in all eight ways, [8n, ...].

    Only the two differences between sides (`Context.__call__` puts them last) know a direction.
    """
    parts = seen.shape[1] // (len(_WINDOWS) + 4)
    rest, down, right = seen[:, : -2 * parts], seen[:, -2 * parts : -parts], seen[:, -parts:]
    x, y, width, height = shapes.T
    rows, sides = list[NDArray[np.float32]](), list[NDArray[np.float64]]()
    for across in (1, -1):
        for along in (1, -1):
            rows += [np.hstack([rest, along * down, across * right]), np.hstack([rest, across * right, along * down])]
            sides += [
                np.stack([across * x, along * y, width, height], 1),
                np.stack([along * y, across * x, height, width], 1),
            ]
    return np.concatenate(rows), np.concatenate(sides)
