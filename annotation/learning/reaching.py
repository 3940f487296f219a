"""Reach: where the model is used and no labelled audit looked; one answer for rounds, promises and insights."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Rows, Snapshot
from annotation.audits.areas import areas_of
from mlcore.audits.reach import reach_of

_LOOKED_AT = 10_000  # vectors of the pool, to tell whether they are like an audit's


def reach(snapshot: Snapshot) -> dict[str, Any]:
    """Return the share of the pool that is unlike any audit, the areas without one, and a warning; ready for JSON.

    The pool is all that people have not chosen to label. Some of its vectors are read, never all: a million are half a
    gigabyte. Empty without labelled audits, or without a pool.
    """
    pool: Rows = np.setdiff1d(snapshot.present, snapshot.training.rows)
    audits = snapshot.audits.rows
    if not len(audits) or not len(pool):
        return {}
    areas, names = areas_of(snapshot.project, np.concatenate([pool, audits]))
    areas, audited = areas[: len(pool)], areas[len(pool) :]
    rng = np.random.default_rng([snapshot.project.seed, 6])
    some = pool if len(pool) <= _LOOKED_AT else np.sort(rng.choice(pool, _LOOKED_AT, replace=False))
    seen = reach_of(
        _finite(snapshot.features[some]),
        _finite(snapshot.features[audits]),
        areas=areas[areas >= 0],
        audited_areas=audited[audited >= 0],
        seed=snapshot.project.seed,
    )
    missing = [names[area] for area in seen.areas]
    return {"unlike": round(seen.unlike, 4), "areas": missing, "warning": seen.warning}


def _finite(vectors: NDArray[np.float16]) -> NDArray[np.float16]:
    """Return the vectors without the broken ones, which insights tell of."""
    return vectors[np.isfinite(vectors).all(axis=1)]
