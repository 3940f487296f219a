"""Folds: the same for every candidate, repeated, every class in each, and neighbours never on both sides."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold

from mlcore.errors import NotEnoughLabels
from mlcore.samples import Sample

REPEATS, FOLDS = 3, 5
LEAST_ROWS = 6
_BLOCKS_ACROSS = (4, 6, 8, 12, 16, 24)  # from the largest blocks to the smallest
_FEWEST_BLOCKS = 2 * FOLDS
_BLOCK_SETTLERS = 0.8  # of the rows must belong to a class that two blocks have

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """One fold held out."""

    repeat: int
    train: Rows
    test: Rows  # that are scored: their class was met in training


def splits(targets: NDArray[np.generic], groups: Rows | None, seed: int) -> list[Split]:
    """Return REPEATS x FOLDS splits; a group stays on one side.

    Args:
        targets: codes int [N], or amounts float [N].
        groups: int [N], such as the block or site of each row; None holds out single rows.
        seed: of the shuffles.

    Raises:
        NotEnoughLabels: too few rows could be scored.
    """
    parts = list[Split]()
    for repeat in range(REPEATS):
        for train, test in _folds(targets, groups, seed + repeat):
            known = np.isin(targets[test], targets[train]) if targets.dtype.kind == "i" else np.ones(len(test), bool)
            if known.any() and len(np.unique(targets[train])) > 1:
                parts.append(Split(repeat, train, test[known]))
    scored = len(np.unique(np.concatenate([split.test for split in parts]))) if parts else 0
    if scored < LEAST_ROWS:
        raise NotEnoughLabels(
            f"Only {scored} of {len(targets)} labels could be held out and judged; models can be compared "
            f"from {LEAST_ROWS} on, of at least two classes that two places (or samples) have each."
        )
    return parts


def _folds(targets: NDArray[np.generic], groups: Rows | None, seed: int) -> list[tuple[Rows, Rows]]:
    amounts = targets.dtype.kind == "f"
    if groups is None:
        return list(KFold(FOLDS, shuffle=True, random_state=seed).split(targets)) if amounts else _dealt(targets, seed)
    count = min(FOLDS, len(np.unique(groups)))
    if count < 2:
        raise NotEnoughLabels("All labels lie in one place (group); models can be compared from two on.")
    splitter = GroupKFold if amounts else StratifiedGroupKFold
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of classes with fewer members than folds: `splits` sees to them
        return list(splitter(count, shuffle=True, random_state=seed).split(targets, targets, groups))


def _dealt(codes: NDArray[np.generic], seed: int) -> list[tuple[Rows, Rows]]:
    """Deal each class's rows to the folds in turn, each class beginning where the last one ended."""
    rng = np.random.default_rng(seed)
    order = np.concatenate(
        [rng.permutation(np.flatnonzero(codes == code)) for code in rng.permutation(np.unique(codes))]
    )
    fold = np.empty(len(codes), np.int64)
    fold[order] = np.arange(len(codes)) % FOLDS
    return [(np.flatnonzero(fold != held), np.flatnonzero(fold == held)) for held in range(FOLDS)]


def blocks(samples: Sequence[Sample], targets: NDArray[np.generic]) -> Rows | None:
    """Return the block of ground that each sample lies in, or None where places are unknown or one block has all.

    Blocks are as large as the labels allow: at least ten, and nearly every label of a class that two blocks have.
    """
    places = _places(samples)
    if places is None:
        return None
    low, high = places.min(0), places.max(0)
    for across in _BLOCKS_ACROSS:
        side = max((high - low).max() / across, 1e-12)
        lattice = np.minimum((places - low) // side, across - 1)  # the last block holds its far edge
        cells = np.unique(lattice, axis=0, return_inverse=True)[1].ravel()
        if len(np.unique(cells)) >= _FEWEST_BLOCKS and _settled(targets, cells):
            return np.asarray(cells, np.int64)
    return None


def _places(samples: Sequence[Sample]) -> NDArray[np.float64] | None:
    bounds = [sample.chips[0].bounds if sample.chips else None for sample in samples]
    lattices = {sample.chips[0].crs for sample in samples if sample.chips}
    if len(lattices) == 1 and all(bounds):
        return np.array([((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in bounds if b])
    places = [sample.place for sample in samples]
    if any(place is None for place in places):
        return None
    # Degrees of longitude shrink towards the poles; blocks are square on the ground.
    return np.array([(lon * np.cos(np.radians(lat)), lat) for lon, lat in (place for place in places if place)])


def _settled(targets: NDArray[np.generic], cells: Rows) -> bool:
    if targets.dtype.kind == "f":
        return True
    pairs = np.unique(np.stack([targets.astype(np.int64), cells], 1), axis=0)
    codes, blocks_of = np.unique(pairs[:, 0], return_counts=True)
    settled: float = np.isin(targets, codes[blocks_of > 1]).mean()
    return settled >= _BLOCK_SETTLERS
