"""Reports: what the audits say of a fit, and how far they reach."""

from typing import Any

from annotation.arrays.labels import Snapshot
from annotation.learning.reaching import reach
from annotation.rounds import Score
from annotation.tasks.learner import Learner, Prediction


def report(snapshot: Snapshot, learner: Learner[Any], pool: Prediction) -> tuple[Score | None, dict[str, Any]]:
    """Return the accuracy on labelled audits, which no fit has seen, and what else they say; `pool` is predicted.

    The pool is all that people have not chosen to label: a fit's own training samples would flatter it.
    """
    reached = {"reach": reach(snapshot)}
    if not len(snapshot.audits):
        return None, reached
    estimate, told = learner.report(snapshot, pool)
    score = Score(estimate.value, estimate.low, estimate.high, len(snapshot.audits)) if estimate else None
    return score, {**told, **reached}
