"""How unsure a model is of each candidate, 0 (sure) to 1, whatever its task."""

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.query.blocks import over_blocks
from mlcore.query.pool import Detections, Pool

Doubts = NDArray[np.float32]  # [M]
_ROWS = 32_768
_BOXES_OF_FULL_DOUBT = 3.0


def doubt_of(pool: Pool) -> Doubts:
    """Return how unsure the model is of each candidate, by the best evidence that the pool holds.

    Raises:
        BadFeatures: there is no evidence before the first fit, or it holds NaN.
    """
    rows = np.asarray(pool.candidates, np.int64)
    if pool.doubts is not None:
        return _finite(np.asarray(pool.doubts[rows], np.float32))
    if pool.tags is not None:
        return of_tags(pool.tags[rows])
    if pool.intervals is not None:
        return of_intervals(pool.intervals[rows])
    if pool.ensemble is not None:
        return of_ensemble(pool.ensemble[rows])
    if pool.detections is not None:
        return of_detections(pool.detections, len(pool.features))[rows]
    return of_classes(pool)


def of_classes(pool: Pool) -> Doubts:
    """Return 1 - (p1 - p2): how near the two likeliest classes are (margin, or breaking ties; Luo et al. 2005)."""
    probabilities, rows = certainties(pool), np.asarray(pool.candidates, np.int64)
    most = 2 * len(rows) > len(probabilities)  # then reading all in order beats looking most of them up
    doubts = np.empty(len(probabilities) if most else len(rows), np.float32)

    def fill(part: slice) -> None:
        doubts[part] = margin_doubt(probabilities[part] if most else probabilities[rows[part]])

    over_blocks(fill, len(doubts), rows=_ROWS)
    return _finite(doubts[rows] if most else doubts)


def margin_doubt(probabilities: NDArray[np.floating]) -> Doubts:
    """Return 1 - (p1 - p2) of probabilities [M, K]; stored column by column (order F) they are read twice as fast."""
    # A running top two over columns is many times faster than np.partition for a million rows.
    first = np.zeros(len(probabilities), np.float32)
    second, lower = np.zeros_like(first), np.empty_like(first)
    columns = np.asarray(probabilities.T, np.float32)
    for column in columns if columns.strides[1] == columns.itemsize else np.ascontiguousarray(columns):
        np.minimum(first, column, out=lower)
        np.maximum(second, lower, out=second)
        np.maximum(first, column, out=first)
    np.subtract(second, first, out=first)
    first += 1
    return first


def of_tags(probabilities: NDArray[np.floating]) -> Doubts:
    """Return the doubt of the least sure label plus the mean doubt, halved: labels [M, L] don't exclude each other."""
    doubts = 1 - np.abs(2 * np.asarray(probabilities, np.float32) - 1)
    return _finite((doubts.max(1) + doubts.mean(1)) / 2)


def of_ensemble(predictions: NDArray[np.floating]) -> Doubts:
    """Return the spread of T members' predictions [M, T] beside the largest (query by committee, Burbidge 2007)."""
    return _relative(np.asarray(predictions, np.float32).std(1))


def of_intervals(intervals: NDArray[np.floating]) -> Doubts:
    """Return the width of conformal intervals [M, 2] beside the largest."""
    ends = np.asarray(intervals, np.float32)
    return _relative(ends[:, 1] - ends[:, 0])


def of_detections(detections: Detections, count: int) -> Doubts:
    """Return, for each of `count` rows, how many boxes are unsure; three unsure ones are full doubt.

    A row without any box has no doubt: what was overlooked is found by coverage and by audits.
    """
    doubts = 1 - np.abs(2 * np.asarray(detections.scores, np.float64) - 1)
    total = np.bincount(detections.rows, doubts, count)
    return _finite(np.minimum(total / _BOXES_OF_FULL_DOUBT, 1).astype(np.float32))


def certainties(pool: Pool) -> NDArray[np.float32]:
    """Return the probabilities [N, K] of a pool.

    Raises:
        BadFeatures: no head was fitted yet.
    """
    if pool.probabilities is None:
        raise BadFeatures("This strategy needs probabilities; before the first fit use max_herding or random.")
    return pool.probabilities


def candidate_certainties(pool: Pool) -> NDArray[np.float32]:
    """Return the probabilities [M, K] of the candidates.

    Raises:
        BadFeatures: no head was fitted yet, or it gave NaN.
    """
    scores = np.asarray(certainties(pool)[pool.candidates], np.float32)
    _finite(scores)
    return scores


def _relative(values: NDArray[np.float32]) -> Doubts:
    largest = float(values.max(initial=0.0))
    return _finite(values / np.float32(largest)) if largest else values


def _finite(doubts: NDArray[np.float32]) -> NDArray[np.float32]:
    if not np.isfinite(doubts).all():
        raise BadFeatures("The probabilities hold NaN or infinity; fit the head again.")
    return doubts
