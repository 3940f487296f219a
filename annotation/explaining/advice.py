"""Advice: whether more labels would make the model better."""

from typing import Any

import numpy as np

from annotation.arrays.material import Material
from annotation.insights import read, store
from annotation.stating import tells
from annotation.tasks.explainer import Explainer
from mlcore.audits.stopping import Point, advise

MORE_LABELS = 50
_STOP_SET = 1500
_KAPPAS_KEPT = 50


def advice(explainer: Explainer) -> dict[str, Any]:
    """Return whether to stop, why, and what more labels are likely to add."""
    material = explainer.material
    kappas = _kappas(explainer)
    rounds = material.project.rounds.filter(accuracy__isnull=False).order_by("number")
    names = ("labels", "accuracy", "accuracy_low", "accuracy_high", "audits")
    curve = [Point(*row[:4]) for row in rounds.values_list(*names) if tells(row[4], row[2], row[3])]
    advised = advise([level for _, level in kappas], curve, explainer.counts(), explainer.words)
    return {
        "stop": advised.stop,
        "reasons": list(advised.reasons),
        "gain": None if advised.gain is None else round(advised.gain, 4),
        "more": MORE_LABELS,
        "kappas": kappas,
    }


def _kappas(explainer: Explainer) -> list[list[float]]:
    """Return [round, kappa] of successive fits on a fixed set of samples, this one included, and remember them."""
    material = explainer.material
    kept = read(material.project, "stop_set") or {"rows": _stop_set(material), "codes": [], "round": 0, "kappas": []}
    if material.fit is None or kept["round"] == material.fit.number:
        return list(kept["kappas"])
    rows = np.array(kept["rows"], np.int64)
    allowed = np.isin(rows, material.rows)
    said = explainer.stop_codes(rows)
    if said is None:
        return []
    codes = np.where(allowed, said, 0)
    kappas = list(kept["kappas"])
    level = explainer.unchanged(np.array(kept["codes"], np.int64), codes) if kept["codes"] else None
    if level is not None:
        kappas.append([material.fit.number, round(level, 4)])
    kappas = kappas[-_KAPPAS_KEPT:]
    newer = {"rows": kept["rows"], "codes": codes.tolist(), "round": material.fit.number, "kappas": kappas}
    store(material.project, "stop_set", newer)
    return kappas


def _stop_set(material: Material) -> list[int]:
    rng = np.random.default_rng([material.project.seed, 5])
    chosen = rng.choice(material.rows, min(_STOP_SET, len(material.rows)), replace=False)
    return [int(row) for row in np.sort(chosen)]
