"""Reports: what the audits say of a fit, of each class and of the area that it covers, and how far they reach."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import enlarge
from annotation.audits.areas import areas_of
from annotation.learning.learners import Learner, Prediction
from annotation.learning.pixels import POINTS, random_pixels
from annotation.learning.snapshot import Labels, Rows, Snapshot
from annotation.rounds import Score
from mlcore.audits.areas import class_areas
from mlcore.audits.estimates import accuracy, f1_scores, ratio
from mlcore.audits.reach import reach_of
from mlcore.metrics import Estimate

_LOOKED_AT = 10_000  # vectors of the pool, to tell whether they are like an audit's


@dataclass(frozen=True)
class _Points:
    """Where audits and map are compared: of classes one point an audit, of masks some random ones."""

    truth: NDArray[np.int64]  # [n] class codes
    mapped: NDArray[np.int64]  # [n]
    chances: NDArray[np.float64]  # [n]
    clusters: NDArray[np.int64]  # [n] position of the audit


def report(snapshot: Snapshot, learner: Learner, pool: Prediction) -> tuple[Score | None, dict[str, Any]]:
    """Return the accuracy on labelled audits, which no fit has seen, and what else they say; `pool` is predicted.

    The pool is all that people have not chosen to label: a fit's own training samples would flatter it.
    """
    audits = snapshot.audits
    told = _reach(snapshot)
    if not len(audits):
        return None, {"reach": told}
    prediction = learner.predict(snapshot.vectors, audits.rows)
    found = _population(snapshot, pool)
    if prediction.maps is None:
        sure = prediction.confidences.clip(0, 1), pool.confidences[found].clip(0, 1)
        hits = learner.hits(audits, prediction)
        estimate = accuracy(hits, audits.probabilities, confidence=sure[0], pool_confidence=sure[1])
        points = _Points(audits.codes, prediction.codes, audits.probabilities, np.arange(len(audits)))
        return _score(estimate, len(audits)), {**_classes(points, pool.codes[found]), "reach": told}
    points = _sample_points(snapshot, audits, prediction)
    if not len(points.truth):
        return None, {"reach": told}
    right = (points.truth == points.mapped).astype(float)
    estimate = ratio(right, np.ones(len(right)), points.chances, clusters=points.clusters)
    drawn = [classes for classes, of in zip(pool.maps or [], found, strict=True) if of]
    mapped = np.concatenate([classes.ravel() for classes in drawn]).astype(np.int64) if drawn else points.mapped
    return _score(estimate, len(audits)), {**_classes(points, mapped, grouped=True), "reach": told}


def _population(snapshot: Snapshot, pool: Prediction) -> NDArray[np.bool_]:
    found = ~np.isin(pool.rows, snapshot.training.rows)
    return found if found.any() else np.ones(len(pool.rows), bool)


def _classes(points: _Points, mapped: NDArray[np.integer], *, grouped: bool = False) -> dict[str, Any]:
    """Return F1 and area of each class that the audits or the map hold, as they are on the ground."""
    codes = np.unique(np.concatenate([points.truth, points.mapped, mapped.astype(np.int64)]))
    truth, said = np.searchsorted(codes, points.truth), np.searchsorted(codes, points.mapped)
    shares = np.bincount(np.searchsorted(codes, mapped), minlength=len(codes)) / len(mapped)
    clusters = points.clusters if grouped else None
    scores = f1_scores(truth, said, points.chances, classes=len(codes), clusters=clusters)
    areas = class_areas(truth, said, shares, points.chances, clusters=clusters)
    return {
        "classes": [
            {
                "code": int(code),
                "f1": _told(scores[at]),
                "area": _told(areas[at]),
                "mapped": round(float(shares[at]), 4),
            }
            for at, code in enumerate(codes)
        ]
    }


def _sample_points(snapshot: Snapshot, audits: Labels, prediction: Prediction) -> _Points:
    """Return random painted pixels of each audited mask."""
    maps = dict(zip(prediction.rows.tolist(), prediction.maps or [], strict=True))
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], int]] = []
    for at, row in enumerate(audits.rows.tolist()):
        mask = audits.load_mask(at)
        some = random_pixels(mask, seed=snapshot.project.seed, row=row)
        if row not in maps or not len(some):
            continue
        coarse = enlarge(maps[row], max(mask.shape))[: mask.shape[0], : mask.shape[1]]
        parts.append((mask.ravel()[some].astype(np.int64), coarse.ravel()[some].astype(np.int64), at))
    clusters = np.repeat([at for *_, at in parts], POINTS).astype(np.int64)
    empty = np.zeros(0, np.int64)
    return _Points(
        truth=np.concatenate([truth for truth, *_ in parts] or [empty]),
        mapped=np.concatenate([mapped for _, mapped, _ in parts] or [empty]),
        chances=audits.probabilities[clusters],
        clusters=clusters,
    )


def _reach(snapshot: Snapshot) -> dict[str, Any]:
    """Return where the model is used and no labelled audit looked."""
    pool: Rows = np.setdiff1d(snapshot.present, snapshot.training.rows)
    audits = snapshot.audits.rows
    if not len(audits) or not len(pool):
        return {}
    areas, names = areas_of(snapshot.project, np.concatenate([pool, audits]))
    areas, audited = areas[: len(pool)], areas[len(pool) :]
    rng = np.random.default_rng([snapshot.project.seed, 6])
    some = pool if len(pool) <= _LOOKED_AT else np.sort(rng.choice(pool, _LOOKED_AT, replace=False))
    found = reach_of(
        snapshot.features[some],  # all of a million would be half a gigabyte, copied at each refit
        snapshot.features[audits],
        areas=areas[areas >= 0],
        audited_areas=audited[audited >= 0],
        seed=snapshot.project.seed,
    )
    missing = [names[area] for area in found.areas]
    return {"unlike": round(found.unlike, 4), "areas": missing, "warning": found.warning}


def _score(estimate: Estimate, audits: int) -> Score:
    return Score(estimate.value, estimate.low, estimate.high, audits)


def _told(estimate: Estimate) -> dict[str, float] | None:
    """Return an estimate ready for JSON; None where the audits hold nothing of it."""
    if not np.isfinite(estimate.value):
        return None
    return {
        name: round(float(value), 4) for name, value in zip(("estimate", "low", "high"), _three(estimate), strict=True)
    }


def _three(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high
