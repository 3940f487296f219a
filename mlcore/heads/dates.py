"""Features of several dates become features of what lies between them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures

Rows = NDArray[np.float32]


def difference(dates: Sequence[Rows]) -> Rows:
    """Return [later - earlier, |later - earlier|, earlier x later], float32 [N, 3d], of standardised features [N, d].

    Of more than two dates, consecutive pairs are pooled: the differences add up, the largest absolute one counts
    (so that what came and went again is seen), and the products are averaged. The order of dates matters.
    """
    steps = [later - earlier for earlier, later in zip(dates, dates[1:], strict=False)]
    products = [later * earlier for earlier, later in zip(dates, dates[1:], strict=False)]
    largest = np.max([np.abs(step) for step in steps], 0)
    return np.concatenate([dates[-1] - dates[0], largest, np.mean(products, 0)], 1)


def check_dates(dates: Sequence[NDArray[np.floating]]) -> None:
    """Refuse fewer than two dates, and dates of different shapes.

    Raises:
        BadFeatures: they are.
    """
    if len(dates) < 2:
        raise BadFeatures(f"Change needs features of at least two dates, got {len(dates)}.")
    if len({date.shape for date in dates}) > 1:
        raise BadFeatures(f"The dates' features differ in shape: {', '.join(str(date.shape) for date in dates)}.")


def standardised(rows: Rows, mean: Rows, scale: Rows) -> Rows:
    """Return features [N, d] with mean 0 and spread 1; what says nothing is zero."""
    scaled: Rows = np.where(scale > 0, (rows - mean) / np.maximum(scale, 1e-12), 0).astype(np.float32)
    return scaled
