"""Trust: what audits say of the model, class by class, and whether more labels would make it better."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.insights import read, store
from annotation.training.material import Material
from mlcore.audits.estimates import f1_scores, ratio
from mlcore.audits.stopping import Point, advise, kappa
from mlcore.calibration import expected_calibration_error, reliability_curve
from mlcore.metrics import Estimate, confusion, wilson_interval

LEAST_FOR_RELIABILITY = 10  # audits
MORE_LABELS = 50
_TILES_A_CELL = 12
_STOP_SET = 1500
_KAPPAS_KEPT = 50
Codes = NDArray[np.int64]


def judge(material: Material) -> dict[str, Any]:
    """Return confusion, scores and reliability on the labelled audits; None each where they are too few."""
    audits = material.sound(material.snapshot.audits)
    chances = material.chances(audits.rows)
    said = chances.max(axis=1, initial=0) > 0
    if not said.any():
        return {"confusion": None, "scores": [], "reliability": None}
    audits, chances = audits.subset(said), chances[said]
    truth = np.searchsorted(material.codes, audits.codes)
    predicted = chances.argmax(1)
    counts = confusion(truth, predicted, len(material.codes))
    samples = material.snapshot.samples[audits.rows].tolist()
    return {
        "confusion": {"counts": counts.tolist(), "tiles": _tiles(truth, predicted, samples)},
        "scores": _scores(truth, predicted, audits.probabilities, classes=len(material.codes)),
        "reliability": _reliability(chances, truth),
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


def _tiles(truth: Codes, predicted: Codes, samples: list[int]) -> dict[str, list[int]]:
    """Return some samples of each cell of the table, by 'row-column'."""
    found: dict[str, list[int]] = {}
    for row, column, sample in zip(truth.tolist(), predicted.tolist(), samples, strict=True):
        members = found.setdefault(f"{row}-{column}", [])
        if len(members) < _TILES_A_CELL:
            members.append(sample)
    return found


def _scores(truth: Codes, predicted: Codes, drawn: NDArray[np.float64], *, classes: int) -> list[dict[str, Any]]:
    """Return for each class what share of it is found, what share of its name is right, and both in one figure."""
    balanced = f1_scores(truth, predicted, drawn, classes=classes)
    found = []
    for code in range(classes):
        is_it, named = truth == code, predicted == code
        found.append(
            {
                "precision": _share(is_it[named], drawn[named]),
                "recall": _share(named[is_it], drawn[is_it]),
                "f1": _told(balanced[code]),
                "audits": int(is_it.sum()),
            }
        )
    return found


def _share(right: NDArray[np.bool_], drawn: NDArray[np.float64]) -> dict[str, float] | None:
    return _told(ratio(right.astype(float), np.ones(len(right)), drawn)) if len(right) else None


def _reliability(chances: NDArray[np.float32], truth: Codes) -> dict[str, Any] | None:
    if len(truth) < LEAST_FOR_RELIABILITY:
        return None
    bins = [
        {
            "confidence": round(part.confidence, 4),
            "count": part.count,
            **(_told(wilson_interval(part.accuracy * part.count, part.count)) or {}),
        }
        for part in reliability_curve(chances, truth)
    ]
    return {"bins": bins, "error": round(expected_calibration_error(chances, truth), 4)}


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
