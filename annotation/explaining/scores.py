"""Trust: what audits say of the model, class by class, and whether more labels would make it better."""

from collections import Counter, defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.explaining.insights import read, store
from annotation.explaining.material import Material
from annotation.explaining.points import Points, audit_points
from mlcore.audits.estimates import f1_scores, iou_scores, ratio
from mlcore.audits.reliability import LEAST, calibration_error, reliability
from mlcore.audits.stopping import Point, advise, kappa
from mlcore.metrics import Estimate, confusion

MORE_LABELS = 50
_TILES_A_CELL = 12
_STOP_SET = 1500
_KAPPAS_KEPT = 50


def judge(material: Material) -> dict[str, Any]:
    """Return confusion, scores and reliability on the labelled audits; None each where they are too few."""
    points = audit_points(material)
    if points is None:
        return {"confusion": None, "scores": [], "reliability": None}
    classes = len(material.codes)
    counts = confusion(points.truth, points.predicted, classes, weights=points.weights)
    return {
        "confusion": {"counts": counts.round(2).tolist(), "tiles": _tiles(points)},
        "scores": _scores(points, classes=classes),
        "reliability": _reliability(points),
    }


def advice(material: Material) -> dict[str, Any]:
    """Return whether to stop, why, and what more labels are likely to add."""
    kappas = _kappas(material)
    rounds = material.project.rounds.filter(accuracy__isnull=False).order_by("number")
    names = ("labels", "accuracy", "accuracy_low", "accuracy_high")
    curve = [Point(*row) for row in rounds.values_list(*names)]
    labels = material.snapshot.training.codes
    counts = [int((labels == code).sum()) for code in material.codes]
    found = advise([level for _, level in kappas], curve, counts)
    return {
        "stop": found.stop,
        "reasons": list(found.reasons),
        "gain": None if found.gain is None else round(found.gain, 4),
        "more": MORE_LABELS,
        "kappas": kappas,
    }


def _tiles(points: Points) -> dict[str, list[int]]:
    """Return some samples of each cell of the table, by 'row-column'; those first that have most of it."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for row, column, audit in zip(
        points.truth.tolist(), points.predicted.tolist(), points.audits.tolist(), strict=True
    ):
        found[f"{row}-{column}"][points.samples[audit]] += 1
    return {cell: [sample for sample, _ in counts.most_common(_TILES_A_CELL)] for cell, counts in found.items()}


def _scores(points: Points, *, classes: int) -> list[dict[str, Any]]:
    """Return for each class what share of it is found, what share of its name is right, and both in one figure.

    Of masks also intersection over union, in which pixels are usually scored.
    """
    balanced, overlaps = (
        scores(points.truth, points.predicted, points.drawn, classes=classes, clusters=points.clusters)
        for scores in (f1_scores, iou_scores)
    )
    found = []
    for code in range(classes):
        is_it, named = points.truth == code, points.predicted == code
        found.append(
            {
                "precision": _share(points, is_it, of=named),
                "recall": _share(points, named, of=is_it),
                "f1": _told(balanced[code]),
                **({"iou": _told(overlaps[code])} if points.grouped else {}),
                "audits": len(np.unique(points.audits[is_it])),
            }
        )
    return found


def _share(points: Points, right: NDArray[np.bool_], *, of: NDArray[np.bool_]) -> dict[str, float] | None:
    if not of.any():
        return None
    clusters = points.audits[of] if points.grouped else None
    return _told(ratio(right[of].astype(float), np.ones(int(of.sum())), points.drawn[of], clusters=clusters))


def _reliability(points: Points) -> dict[str, Any] | None:
    if len(points.samples) < LEAST:
        return None
    levels = reliability(points.chances, points.truth, points.drawn, clusters=points.clusters)
    bins = [
        {
            "confidence": round(level.confidence, 4),
            "count": round(level.count, 2) if points.grouped else level.clusters,
            "tiles": level.clusters,
            **(_told(level.right) or {}),
        }
        for level in levels
    ]
    return {"bins": bins, "error": round(calibration_error(levels), 4)}


def _kappas(material: Material) -> list[list[float]]:
    """Return [round, kappa] of successive fits on a fixed set of samples, this one included, and remember them."""
    kept = read(material.project, "stop_set") or {"rows": _stop_set(material), "codes": [], "round": 0, "kappas": []}
    if material.fit is None or kept["round"] == material.fit.number:
        return list(kept["kappas"])
    rows = np.array(kept["rows"], np.int64)
    allowed = np.isin(rows, material.rows)
    codes = np.where(allowed, material.best(rows)[0], 0)
    in_use = material.project.codes_in_use()
    before = np.array([in_use.get(code, 0) for code in kept["codes"]], np.int64)
    kappas = list(kept["kappas"])
    if len(before) and (both := (codes > 0) & (before > 0)).any():
        kappas.append([material.fit.number, round(kappa(before[both], codes[both]), 4)])
    kappas = kappas[-_KAPPAS_KEPT:]
    newer = {"rows": kept["rows"], "codes": codes.tolist(), "round": material.fit.number, "kappas": kappas}
    store(material.project, "stop_set", newer)
    return kappas


def _stop_set(material: Material) -> list[int]:
    rng = np.random.default_rng([material.project.seed, 5])
    chosen = rng.choice(material.rows, min(_STOP_SET, len(material.rows)), replace=False)
    return [int(row) for row in np.sort(chosen)]


def _told(estimate: Estimate) -> dict[str, float] | None:
    if not np.isfinite(estimate.value):
        return None
    value, low, high = (round(float(number), 4) for number in estimate)
    return {"value": value, "low": low, "high": high}
