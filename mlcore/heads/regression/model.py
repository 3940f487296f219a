"""One regression model on one scale of the targets: its two learners, their blend and their held-out errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mlcore.heads.blocks import columns_of
from mlcore.heads.regression.gaussian import GaussianProcess
from mlcore.heads.regression.intervals import Scores
from mlcore.heads.regression.scale import Scale
from mlcore.heads.regression.space import Space
from mlcore.heads.trees import Forest

_TREES = 200
_FEW_ROWS = 300  # below which trees see a summary of large blocks; with 400 and more, all columns did as well or better
_PRIOR_ROWS = 100  # the blend starts at half and half, as if so many rows had shown that: few rows flatter the process

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """Predictions are `share` times the process and the rest the trees; every fold has both, for intervals."""

    scale: Scale
    process: GaussianProcess
    forests: tuple[Forest, ...]  # one for each fold, which it hasn't seen
    share: float
    error: float  # root mean square of held-out residuals, standardised
    scores: Scores
    view: Space | None = None  # what trees see of the features; None: all of them

    @classmethod
    def fit(
        cls,
        rows: NDArray[np.float32],
        targets: Floats,
        folds: NDArray[np.int64],
        *,
        seed: int,
        scale: Scale,
        blocks: Sequence[slice] | None,
    ) -> tuple[Self, Floats]:
        """Fit on features [N, d], targets [N] and fold numbers [N].

        Returns:
            The model, and what it predicted for each row while that was held out, in units of the targets.
        """
        truth = scale.standardise(targets)
        process = GaussianProcess.fit(rows, truth, folds, seed=seed, space=Space.fit(rows, blocks))
        several = len(columns_of(rows.shape[1], blocks)) > 1
        view = Space.for_trees(rows, blocks) if blocks and several and len(rows) < _FEW_ROWS else None
        seen = _seen(view, rows)
        forests = _forests(seen, truth, folds, seed)
        smooth = process.predict(rows)[0][np.arange(len(rows)), 1 + folds]
        trees = np.empty((len(rows), 2))  # mean and spread
        for fold, forest in enumerate(forests):
            trees[folds == fold] = _told(forest, seen[folds == fold])
        share = _share(smooth, trees[:, 0], truth)
        held_out = share * smooth + (1 - share) * trees[:, 0]
        error = float(np.sqrt(np.mean((truth - held_out) ** 2)))
        scores = Scores.of(truth - held_out, np.hypot(error, trees[:, 1]), folds, seed=seed)
        corrected = scale.corrected(truth - held_out)
        return cls(corrected, process, forests, share, error, scores, view), corrected.mean(held_out)

    @property
    def columns(self) -> int:
        """Return how many features it was fitted on."""
        return len(self.process.space.centre)

    def estimates(self, rows: NDArray[np.float32], coverage: float) -> Floats:
        """Return value, low, high and doubt, [4, N], of features [N, d]."""
        smooth, unsure = self.process.predict(rows)
        seen = _seen(self.view, rows)
        trees = np.stack([_told(forest, seen) for forest in self.forests], 1)  # [N, folds, 2]
        middle = self.share * smooth[:, 0] + (1 - self.share) * trees[..., 0].mean(1)
        by_fold = self.share * smooth[:, 1:] + (1 - self.share) * trees[..., 0]
        low, high = self.scores.interval(by_fold, np.hypot(self.error, trees[..., 1]), coverage)
        doubt = np.sqrt(self.share * unsure**2 + (1 - self.share) * (trees[..., 1] ** 2).mean(1))
        value = self.scale.mean(middle)
        spread = self.scale.spread * (np.abs(value) if self.scale.logarithmic else 1.0)
        return np.stack([value, self.scale.restore(low), self.scale.restore(high), doubt * spread])


def _seen(view: Space | None, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows if view is None else view(rows).astype(np.float32)


def _forests(rows: NDArray[np.float32], truth: Floats, folds: NDArray[np.int64], seed: int) -> tuple[Forest, ...]:
    count = int(folds.max()) + 1
    return tuple(
        Forest.fit(rows[folds != fold], truth[folds != fold], trees=_TREES // count, seed=seed + fold)
        for fold in range(count)
    )


def _told(forest: Forest, rows: NDArray[np.float32]) -> Floats:
    """Return mean and spread over trees, [N, 2]."""
    said = forest.predict(rows).astype(np.float64)
    return np.stack([said.mean(1), said.std(1)], 1)


def _share(smooth: Floats, trees: Floats, truth: Floats) -> float:
    """Return the weight of the process, 0..1, that makes held-out errors least, drawn towards a half."""
    difference = smooth - trees
    best = float(difference @ (truth - trees) / max(float(difference @ difference), 1e-12))
    return (min(1.0, max(0.0, best)) * len(truth) + 0.5 * _PRIOR_ROWS) / (len(truth) + _PRIOR_ROWS)
