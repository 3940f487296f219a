"""Scoring of classes by audits: one point an audit of classes, some random ones in each audited mask."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.audits.areas import class_areas
from mlcore.audits.estimates import f1_scores, iou_scores, ratio
from mlcore.audits.reliability import calibration_error, reliability
from mlcore.audits.sufficiency import LEAST
from mlcore.metrics import Estimate, confusion

NOT_JUDGED: dict[str, Any] = {"confusion": None, "scores": [], "reliability": None}
_TILES_A_CELL = 12


def interval(estimate: Estimate) -> dict[str, float] | None:
    """Return an estimate with its interval ready for JSON; None where nothing is known of it."""
    if not np.isfinite(estimate.value):
        return None
    value, low, high = (round(float(number), 4) for number in estimate)
    return {"value": value, "low": low, "high": high}


@dataclass(frozen=True)
class Points:
    """What people and the model say at n points of A audits; those of one tile together weigh one audit."""

    truth: NDArray[np.int64]  # [n] positions of classes
    chances: NDArray[np.float32]  # [n, K]
    audits: NDArray[np.int64]  # [n] position of the audit, 0..A-1
    drawn: NDArray[np.float64]  # [n] with which chance the audit was
    samples: list[int]  # [A] ids
    grouped: bool  # whether several lie in one tile

    @property
    def predicted(self) -> NDArray[np.int64]:
        """Return the likeliest class of each, [n]."""
        likeliest: NDArray[np.int64] = self.chances.argmax(1)
        return likeliest

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """Return each point's share of its tile, [n]; None where all count as one."""
        return 1 / np.bincount(self.audits)[self.audits] if self.grouped else None

    @property
    def clusters(self) -> NDArray[np.int64] | None:
        """Return the tile of each, [n]; None where each is its own."""
        return self.audits if self.grouped else None


def judge(points: Points | None, *, classes: int) -> dict[str, Any]:
    """Return confusion, scores and reliability on labelled audits; None each where they are too few."""
    if points is None:
        return NOT_JUDGED
    counts = confusion(points.truth, points.predicted, classes, weights=points.weights)
    return {
        "confusion": {"counts": counts.round(2).tolist(), "tiles": _tiles(points)},
        "scores": scores_of(points, classes=classes),
        "reliability": reliability_of(points),
    }


def class_report(
    truth: NDArray[np.integer],
    mapped: NDArray[np.integer],
    pool: NDArray[np.integer],
    drawn: NDArray[np.float64],
    *,
    clusters: NDArray[np.int64] | None = None,
) -> dict[str, Any]:
    """Return F1 and area of each class that the audits or the map hold, as they are on the ground.

    Args:
        truth: class codes [n] that people gave at points of audits.
        mapped: class codes [n] that the model gives there.
        pool: class codes of the map, wherever nobody chose to label.
        drawn: with which chance each point's audit was drawn, [n].
        clusters: the audit of each point, [n]; None where each is its own.
    """
    codes = np.unique(np.concatenate([truth, mapped, pool.astype(np.int64)]))
    given, said = np.searchsorted(codes, truth), np.searchsorted(codes, mapped)
    shares = np.bincount(np.searchsorted(codes, pool), minlength=len(codes)) / len(pool)
    scores = f1_scores(given, said, drawn, classes=len(codes), clusters=clusters)
    areas = class_areas(given, said, shares, drawn, clusters=clusters)
    return {
        "classes": [
            {
                "code": int(code),
                "f1": interval(scores[at]),
                "area": interval(areas[at]),
                "mapped": round(float(shares[at]), 4),
            }
            for at, code in enumerate(codes)
        ]
    }


def _tiles(points: Points) -> dict[str, list[int]]:
    """Return some samples of each cell of the table, by 'row-column'; those first that have most of it."""
    cells: dict[str, Counter[int]] = defaultdict(Counter)
    for row, column, audit in zip(
        points.truth.tolist(), points.predicted.tolist(), points.audits.tolist(), strict=True
    ):
        cells[f"{row}-{column}"][points.samples[audit]] += 1
    return {cell: [sample for sample, _ in counts.most_common(_TILES_A_CELL)] for cell, counts in cells.items()}


def scores_of(points: Points, *, classes: int) -> list[dict[str, Any]]:
    """Return for each class what share of it is found, what share of its name is right, and both in one figure.

    Of masks also intersection over union, in which pixels are usually scored.
    """
    balanced, overlaps = (
        score(points.truth, points.predicted, points.drawn, classes=classes, clusters=points.clusters)
        for score in (f1_scores, iou_scores)
    )
    scores = []
    for code in range(classes):
        is_it, named = points.truth == code, points.predicted == code
        scores.append(
            {
                "precision": _share(points, is_it, of=named),
                "recall": _share(points, named, of=is_it),
                "f1": interval(balanced[code]),
                **({"iou": interval(overlaps[code])} if points.grouped else {}),
                "audits": len(np.unique(points.audits[is_it])),
            }
        )
    return scores


def _share(points: Points, right: NDArray[np.bool_], *, of: NDArray[np.bool_]) -> dict[str, float] | None:
    if not of.any():
        return None
    clusters = points.audits[of] if points.grouped else None
    return interval(ratio(right[of].astype(float), np.ones(int(of.sum())), points.drawn[of], clusters=clusters))


def reliability_of(points: Points) -> dict[str, Any] | None:
    """Return whether what the model is sure of comes true; None with too few audits."""
    if len(points.samples) < LEAST:
        return None
    levels = reliability(points.chances, points.truth, points.drawn, clusters=points.clusters)
    bins = [
        {
            "confidence": round(level.confidence, 4),
            "count": round(level.count, 2) if points.grouped else level.clusters,
            "tiles": level.clusters,
            **(interval(level.right) or {}),
        }
        for level in levels
    ]
    return {"bins": bins, "error": round(calibration_error(levels), 4)}
