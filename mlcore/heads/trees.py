"""Extremely randomised trees (Geurts et al. 2006) as plain arrays: fitted by scikit-learn, kept and read without it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor

from mlcore.heads.files import expect

_ROWS_PER_CHUNK = 512  # their columns and nodes fit the cache
_LEAF = -1


@dataclass(frozen=True)
class Forest:
    """Trees as one list of nodes; the children of a node are at `child` and, beside it, `child + 1`."""

    roots: NDArray[np.int32]  # [T]
    child: NDArray[np.int32]  # [M], left child's position, or _LEAF
    column: NDArray[np.int32]  # [M]
    threshold: NDArray[np.float32]  # [M], left if the feature is at most this
    value: NDArray[np.float32]  # [M], mean of the targets

    @classmethod
    def fit(
        cls, features: NDArray[np.float32], targets: NDArray[np.floating], *, trees: int, seed: int, leaf: int = 2
    ) -> Self:
        """Fit trees on features [N, d] and targets [N], with a good part of the columns tried at each node."""
        share = 0.7 if features.shape[1] < 64 else 0.4
        model = ExtraTreesRegressor(trees, min_samples_leaf=leaf, max_features=share, random_state=seed)
        return cls.join([_flat(tree.tree_) for tree in model.fit(features, targets).estimators_])

    @classmethod
    def join(cls, forests: list["Forest"]) -> Self:
        """Return the trees of several forests as one."""
        starts = np.cumsum([0, *(len(forest.child) for forest in forests)])[:-1]
        moved = [np.where(f.child == _LEAF, _LEAF, f.child + start) for f, start in zip(forests, starts, strict=True)]
        return cls(
            np.concatenate([f.roots + start for f, start in zip(forests, starts, strict=True)]).astype(np.int32),
            np.concatenate(moved).astype(np.int32),
            np.concatenate([f.column for f in forests]),
            np.concatenate([f.threshold for f in forests]),
            np.concatenate([f.value for f in forests]),
        )

    def predict(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return what each tree says, float32 [N, T]."""
        said = np.empty((len(features), len(self.roots)), np.float32)
        nodes = self.child.astype(np.intp), self.column.astype(np.intp), self.threshold
        for start in range(0, len(features), _ROWS_PER_CHUNK):
            rows = np.asarray(features[start : start + _ROWS_PER_CHUNK], np.float32)
            said[start : start + _ROWS_PER_CHUNK] = self.value.take(_leaves(self.roots, nodes, rows)).T
        return said


def _leaves(
    roots: NDArray[np.int32],
    nodes: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]],
    rows: NDArray[np.float32],
) -> NDArray[np.intp]:
    """Return the leaf [T, n] in which each row [n, d] ends, by children, columns and thresholds of the nodes."""
    child, column, threshold = nodes
    count, values = len(rows), np.ascontiguousarray(rows.T).ravel()  # neighbours in a tree read neighbours in memory
    ends = np.repeat(roots.astype(np.intp), count)
    at, places, own = ends, np.arange(ends.size), np.tile(np.arange(count), len(roots))
    while True:
        left = child.take(at)
        inner = np.flatnonzero(left != _LEAF)
        if not len(inner):
            return ends.reshape(len(roots), count)
        if len(inner) < len(at):
            at, places, own, left = (array.take(inner) for array in (at, places, own, left))
        at = left + (values.take(column.take(at) * count + own) > threshold.take(at))
        ends[places] = at


def _flat(tree: object) -> Forest:
    """Return one tree of scikit-learn with the children of each node side by side."""
    left, right = np.asarray(tree.children_left), np.asarray(tree.children_right)  # type: ignore[attr-defined]
    column, threshold = np.asarray(tree.feature), np.asarray(tree.threshold)  # type: ignore[attr-defined]
    value = np.asarray(tree.value).reshape(len(left))  # type: ignore[attr-defined]
    inner = np.flatnonzero(left != _LEAF)
    order = np.concatenate([[0], np.stack([left[inner], right[inner]], 1).ravel()]).astype(np.int64)
    child = np.full(len(left), _LEAF)
    child[inner] = 1 + 2 * np.arange(len(inner))
    # scikit-learn compares float32 features with float64 thresholds; rounding down keeps every verdict.
    low = threshold.astype(np.float32)
    low = np.where(low > threshold, np.nextafter(low, np.float32(-np.inf)), low)
    return Forest(
        np.zeros(1, np.int32),
        child[order].astype(np.int32),
        np.maximum(column, 0)[order].astype(np.int32),
        low[order].astype(np.float32),
        value[order].astype(np.float32),
    )


def check_forest(forest: Forest, columns: int, path: Path) -> None:
    """Refuse trees that point outside themselves, or back: reading them would fail or never end.

    Raises:
        BadCheckpoint: they do.
    """
    count, inner = len(forest.child), np.flatnonzero(forest.child >= 0)
    same = all(len(array) == count for array in (forest.column, forest.threshold, forest.value))
    expect(same and bool((forest.child[inner] > inner).all() and (forest.child < count - 1).all()), path)
    expect(bool(((forest.column >= 0) & (forest.column < columns)).all()), path)
    expect(bool(((forest.roots >= 0) & (forest.roots < count)).all()), path)
