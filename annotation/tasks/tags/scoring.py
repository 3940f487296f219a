"""Scoring of tags by audits: each is a yes or no of its own."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from annotation.tasks.scoring import interval
from annotation.tasks.tags.table import Table
from mlcore.audits.areas import class_areas
from mlcore.audits.estimates import f1_scores, ratio
from mlcore.metrics import Estimate

_RESAMPLES = 200
_FEWEST = 5  # audits, before an interval of average precision is told


def tag_scores(
    truth: Table,
    chances: NDArray[np.float32],
    given: NDArray[np.bool_],
    drawn: NDArray[np.float64],
    *,
    shares: NDArray[np.floating] | None = None,
) -> list[dict[str, Any]]:
    """Return of each tag precision, recall, F1, average precision and area by audits, with 95 % intervals.

    Args:
        truth: [n, L], 1 = has the tag, 0 = hasn't, -1 = not told.
        chances: [n, L] of the model.
        given: [n, L] which tags the model gives.
        drawn: with which chance each audit was drawn, [n].
        shares: of the tiles that wait, [L], the model gives each tag; None: as of the audits.
    """
    return [
        _scores(truth[:, at], chances[:, at], given[:, at], drawn, None if shares is None else float(shares[at]))
        for at in range(truth.shape[1])
    ]


def _scores(
    truth: NDArray[np.int8],
    chances: NDArray[np.float32],
    given: NDArray[np.bool_],
    drawn: NDArray[np.float64],
    share: float | None,
) -> dict[str, Any]:
    told = truth >= 0
    has, named, drawn = truth[told] > 0, given[told], drawn[told]
    mapped = share if share is not None else float(given.mean()) if len(given) else 0.0
    shown: dict[str, Any] = {"audits": int(has.sum()), "mapped": round(mapped, 4)}
    if not len(has):
        return {"precision": None, "recall": None, "f1": None, "ap": None, "area": None, **shown}
    f1 = f1_scores(has.astype(int), named.astype(int), drawn, classes=2)[1]
    area = class_areas(has.astype(int), named.astype(int), np.array([1 - mapped, mapped]), drawn)[1]
    return {
        "precision": _share(has, drawn, of=named),
        "recall": _share(named, drawn, of=has),
        "f1": interval(f1),
        "ap": interval(_average_precision(has, chances[told], drawn)),
        "area": interval(area),
        **shown,
    }


def _share(right: NDArray[np.bool_], drawn: NDArray[np.float64], *, of: NDArray[np.bool_]) -> dict[str, float] | None:
    if not of.any():
        return None
    return interval(ratio(right[of].astype(float), np.ones(int(of.sum())), drawn[of]))


def _average_precision(has: NDArray[np.bool_], chances: NDArray[np.float32], drawn: NDArray[np.float64]) -> Estimate:
    """Return average precision over the pool with its bootstrap interval (Efron 1979); NaN with too few audits."""
    nothing = Estimate(float("nan"), 0.0, 1.0)
    if len(has) < _FEWEST or not has.any() or has.all():
        return nothing
    weights, rng = 1 / drawn, np.random.default_rng(len(has))
    picks = rng.integers(0, len(has), (_RESAMPLES, len(has)))
    again = [
        average_precision_score(has[pick], chances[pick], sample_weight=weights[pick])
        for pick in picks
        if has[pick].any()
    ]
    value = float(average_precision_score(has, chances, sample_weight=weights))
    low, high = np.quantile(again, [0.025, 0.975])
    return Estimate(value, float(min(low, value)), float(max(high, value)))
