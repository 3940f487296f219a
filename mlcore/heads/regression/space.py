"""The space in which a Gaussian process measures distance: blocks of columns, each reduced and of one size."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mlcore.heads.blocks import columns_of

_COMPONENTS = 24  # of a block
_TREE_COMPONENTS, _PLAIN = 6, 16  # what trees see of a large block; a block of so few columns stays as it is


@dataclass(frozen=True)
class Space:
    """An affine map from features to blocks of principal components, a unit of distance for each block."""

    centre: NDArray[np.float32]  # [d]
    axes: NDArray[np.float32]  # [d, p]
    sizes: tuple[int, ...]  # components of each block; they sum to p

    @classmethod
    def fit(cls, features: NDArray[np.float32], blocks: Sequence[slice] | None) -> Self:
        """Standardise columns, and keep the leading components of each block.

        Args:
            features: [N, d].
            blocks: columns that mean one kind of thing; those in no block make one more. None: all are one block.
        """
        return cls._fitted(features, blocks, lambda _: _COMPONENTS)

    @classmethod
    def for_trees(cls, features: NDArray[np.float32], blocks: Sequence[slice]) -> Self:
        """Keep a few components of large blocks, and small ones column by column.

        Trees draw columns at random: among hundreds of imagery they would hardly ever see those of the season.
        """
        return cls._fitted(features, blocks, lambda columns: 0 if columns <= _PLAIN else _TREE_COMPONENTS)

    @classmethod
    def _fitted(
        cls, features: NDArray[np.float32], blocks: Sequence[slice] | None, kept_of: Callable[[int], int]
    ) -> Self:
        rows = np.asarray(features, np.float64)
        mean, spread = rows.mean(0), rows.std(0)
        scale = np.where(spread > 1e-6 * (np.abs(mean) + 1e-3), 1 / np.maximum(spread, 1e-12), 0)
        parts = [
            _axes((rows - mean) * scale, scale, columns, kept_of(len(columns)))
            for columns in columns_of(rows.shape[1], blocks)
        ]
        kept = [part for part in parts if part.shape[1]] or [np.zeros((rows.shape[1], 1))]
        return cls(
            mean.astype(np.float32),
            np.concatenate(kept, 1).astype(np.float32),
            tuple(part.shape[1] for part in kept),
        )

    def __call__(self, features: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return places [N, p] of features [N, d]; the mean squared distance inside each block is about 2."""
        return ((np.asarray(features, np.float32) - self.centre) @ self.axes).astype(np.float64)

    def scaled(self, weights: NDArray[np.float64]) -> "Space":
        """Return this space with the squared distances of each block multiplied by its weight."""
        factor = np.repeat(np.sqrt(weights), self.sizes).astype(np.float32)
        return Space(self.centre, self.axes * factor, self.sizes)

    def split(self, places: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Return the places [N, p_b] in each block."""
        return np.split(places, np.cumsum(self.sizes)[:-1], axis=1)


def _axes(
    standardised: NDArray[np.float64], scale: NDArray[np.float64], columns: NDArray[np.int64], most: int
) -> NDArray[np.float64]:
    """Return the axes [d, p] of a block's leading components, variances kept, total variance one; of 0, its columns."""
    if not most:
        used = columns[scale[columns] > 0]
        plain = np.zeros((standardised.shape[1], len(used)))
        plain[used, np.arange(len(used))] = scale[used]
        return plain
    _, strength, span = np.linalg.svd(standardised[:, columns], full_matrices=False)
    kept = min(most, int((strength > 1e-6 * max(strength[0], 1e-12)).sum())) if strength[0] > 0 else 0
    axes = np.zeros((standardised.shape[1], kept))
    total = np.sqrt(np.square(strength[:kept]).sum() / len(standardised))
    axes[columns] = scale[columns, None] * span[:kept].T / max(total, 1e-12)
    return axes
