"""Columns of features made comparable: unit spread, and more of it where a block tells the classes apart."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlcore.heads.blocks import BY_COLUMNS, Beforehand, block_scales

_PRIOR_ROWS = 10
_TYPICAL_SHARE = 0.1  # of a column's variance, where blocks are known: a column that hardly varies is mostly noise


class Space(NamedTuple):
    """Where a head is fitted: `(x - mean) / scale`; a scale of 0 marks a column that says nothing."""

    mean: NDArray[np.float64]  # [d]
    scale: NDArray[np.float64]  # [d]
    worth: NDArray[np.float64]  # [d], by what a column's block was multiplied: it is in the scale already


def space_of(  # noqa: PLR0913 (each a fact about the rows)
    rows: NDArray[np.float32],
    targets: NDArray[np.int64],
    *,
    seed: int = 0,
    pool: NDArray[np.floating] | None = None,
    blocks: Sequence[slice] = (),
    units: NDArray[np.integer] | None = None,
    beforehand: Beforehand = BY_COLUMNS,
) -> Space:
    """Return the space for rows [N, d] of classes at positions [N]; the arguments are those of `fit_logistic`."""
    shown, typical = rows if pool is None else np.asarray(pool, np.float32), _TYPICAL_SHARE if blocks else 0.0
    mean, scale = standardisation(shown, few=pool is None, typical=typical)
    if not blocks:
        return Space(mean, scale, np.ones_like(scale))
    plain = (rows - mean) / np.where(scale > 0, scale, np.inf)
    worth = block_scales(plain, targets, blocks, seed=seed, units=units, beforehand=beforehand)
    return Space(mean, scale / worth, worth)


def standardisation(
    rows: NDArray[np.float32], *, few: bool, typical: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and scale [d]; scale 0 marks a column that says nothing.

    The spread of a handful of rows is unreliable: two that nearly agree would blow a column up. It is drawn
    towards the median spread as if _PRIOR_ROWS more rows had shown that one, and by the share `typical` at least.
    """
    mean, variance = rows.mean(0, dtype=np.float64), rows.var(0, dtype=np.float64)
    says_something = variance > 1e-8
    share = max(typical, _PRIOR_ROWS / (len(rows) + _PRIOR_ROWS) if few else 0.0)
    if share and says_something.any():
        variance = (1 - share) * variance + share * np.median(variance[says_something])
    return mean, np.where(says_something, np.sqrt(variance), 0)
