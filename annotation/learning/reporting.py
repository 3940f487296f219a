"""Reports: what the audits say of a fit, and how far they reach."""

from typing import Any

import numpy as np

from annotation.arrays.labels import Rows, Snapshot
from annotation.audits.areas import areas_of
from annotation.rounds import Score
from annotation.tasks.learner import Learner, Prediction
from mlcore.audits.reach import reach_of

_LOOKED_AT = 10_000  # vectors of the pool, to tell whether they are like an audit's


def report(snapshot: Snapshot, learner: Learner, pool: Prediction) -> tuple[Score | None, dict[str, Any]]:
    """Return the accuracy on labelled audits, which no fit has seen, and what else they say; `pool` is predicted.

    The pool is all that people have not chosen to label: a fit's own training samples would flatter it.
    """
    reach = {"reach": _reach(snapshot)}
    if not len(snapshot.audits):
        return None, reach
    estimate, told = learner.report(snapshot, pool)
    score = Score(estimate.value, estimate.low, estimate.high, len(snapshot.audits)) if estimate else None
    return score, {**told, **reach}


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
