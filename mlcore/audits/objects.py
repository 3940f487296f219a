"""How well objects are found, and how many there are, as audits tell: tiles drawn with known chances."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from mlcore.audits.estimates import Values, ratio, weights_of
from mlcore.errors import BadFeatures
from mlcore.metrics import Estimate

_LEVEL = 0.95
_DRAWS = 200  # of audits with replacement, for the interval of an average precision
_NOTHING = Estimate(float("nan"), 0.0, 1.0)


@dataclass(frozen=True)
class Found:
    """What a model finds on one audited tile, and what is there."""

    scores: Values  # [n], of what it finds
    hits: NDArray[np.bool_]  # [n], whether each is one that is there; each of those is found once
    there: int  # objects that people named


def average_precision(tiles: Sequence[Found], chances: Values, *, seed: int = 0) -> Estimate:
    """Return the area under precision over recall with its 95 % interval; NaN where nothing is there.

    Each tile's objects weigh one over the chance of its audit. The interval is the bootstrap's: tiles are drawn with
    replacement, since the objects of one tile are no independent ones (Efron and Tibshirani 1993, chapter 13).

    Raises:
        BadFeatures: no tile, lengths differ, or a chance is impossible.
    """
    weights, _ = weights_of(chances, len(tiles))
    value = _area(tiles, weights)
    if not np.isfinite(value):
        return _NOTHING
    rng = np.random.default_rng(seed)
    drawn = [np.bincount(rng.integers(0, len(tiles), len(tiles)), minlength=len(tiles)) for _ in range(_DRAWS)]
    areas = np.array([_area(tiles, weights * counts) for counts in drawn])
    areas = areas[np.isfinite(areas)]
    low, high = np.quantile(areas, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2]) if len(areas) else (0.0, 1.0)
    return Estimate(value, float(min(low, value)), float(max(high, value)))


def _area(tiles: Sequence[Found], weights: Values) -> float:
    total = float(sum(weight * tile.there for tile, weight in zip(tiles, weights, strict=True)))
    if total <= 0:
        return float("nan")
    scores = np.concatenate([tile.scores for tile in tiles])
    hits = np.concatenate([tile.hits for tile in tiles])
    heavy = np.repeat(weights, [len(tile.scores) for tile in tiles])
    order = np.argsort(-scores, kind="stable")
    right, said = np.cumsum((heavy * hits)[order]), np.cumsum(heavy[order])
    steps = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1) if len(order) else np.zeros(0, int)
    gained = np.diff(right[steps], prepend=0)
    precision = np.divide(right[steps], said[steps], out=np.zeros(len(steps)), where=said[steps] > 0)
    return float((gained * precision).sum() / total)


def precision_and_recall(tiles: Sequence[Found], chances: Values, *, threshold: float) -> tuple[Estimate, Estimate]:
    """Return which share of what scores `threshold` or more is there, and which share of what is there does so.

    Raises:
        BadFeatures: no tile, lengths differ, or a chance is impossible.
    """
    weights_of(chances, len(tiles))
    drawn = np.asarray(chances, np.float64)
    kept = [(tile.scores >= threshold, tile) for tile in tiles]
    right = np.array([int((tile.hits & sure).sum()) for sure, tile in kept])
    said, there = (np.array(counts) for counts in ([int(sure.sum()) for sure, _ in kept], [t.there for t in tiles]))
    return _share(right, said, drawn), _share(right, there, drawn)


def _share(parts: NDArray[np.int64], wholes: NDArray[np.int64], chances: Values) -> Estimate:
    some = wholes > 0
    if not some.any():
        return _NOTHING
    part, whole = (counts[some].astype(np.float64) for counts in (parts, wholes))
    return ratio(part, whole, chances[some], clusters=np.flatnonzero(some))


def total_count(truth: Values, said: Values, chances: Values, pool: Values, *, tiles: int) -> Estimate:
    """Return how many objects lie on all tiles, with its 95 % interval.

    The difference estimator (Saerndal et al. 1992, 6.3): what a model counts on every tile, put right by how far it
    is off on audits, each weighing one over its chance; Student's t of the differences. Below two audits the interval
    is NaN.

    Args:
        truth: [n], what people count on audits.
        said: [n], what the model counts there.
        chances: [n] with which each was drawn.
        pool: [m], what the model counts on tiles drawn at random from all.
        tiles: how many there are.

    Raises:
        BadFeatures: no audit, lengths differ, a number isn't finite, or a chance is impossible.
    """
    counts, model = np.asarray(truth, np.float64), np.asarray(said, np.float64)
    if counts.shape != model.shape or not (np.isfinite(counts).all() and np.isfinite(model).all() and len(pool)):
        raise BadFeatures("A count needs as many finite counts of people as of the model, and some of all tiles.")
    weights, share = weights_of(chances, len(counts))
    off = counts - model
    level = float(weights @ off)
    total = tiles * (float(np.mean(pool)) + level)
    least = float(counts.sum())  # are there for sure
    if len(counts) < 2:
        return Estimate(max(total, least), float("nan"), float("nan"))
    variance = len(counts) / (len(counts) - 1) * float(share @ np.square(weights * (off - level)))
    reach = tiles * float(stdtrit(len(counts) - 1, (1 + _LEVEL) / 2)) * float(np.sqrt(variance))
    return Estimate(max(total, least), max(total - reach, least), max(total + reach, least))
