"""Picking: what a round asks for, and on which terms; the same terms and snapshot give the same picks."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from annotation.arrays.labels import Rows, Snapshot
from annotation.learning.pacing import Timing
from annotation.strategies import COMPARING, WITHOUT_A_FIT, refusal
from annotation.tasks.learner import Learner, Prediction
from mlcore.query import Picks, Pool, Rules, choose

TOP_RANKS = 300
_RESERVE = 20  # times a batch


@dataclass(frozen=True)
class Terms:
    """How a round asks; all of it is kept with the round."""

    strategy: str
    seed: int
    batch: int  # picks that keep to the rules and suit each other: about what is labelled until the next round
    spacing: float = 0.0  # tiles between the centres of two picks, at least
    most_of_region: int = 0  # picks of a batch; 0: no limit
    timing: dict[str, Any] | None = None  # seconds of a label, as learnt then
    rare_share: float = 0.0  # of the picks, for classes with few labels

    @classmethod
    def of(cls, snapshot: Snapshot, *, fitted: bool, timing: Timing | None = None, compared: bool = False) -> "Terms":
        """Return the terms that a project's settings set now; `compared` are modalities, once that is worked out."""
        project, placed = snapshot.project, snapshot.places is not None
        asked = "auto" if refusal(project, project.strategy) else project.strategy  # its classes may have changed
        if fitted and asked == COMPARING and not compared:
            asked = "auto"  # until the tiles are embedded without each of them, too
        batch = min(TOP_RANKS, project.refit_every * max(1, snapshot.people))
        share = project.region_share
        return cls(
            strategy=asked if fitted or asked in WITHOUT_A_FIT else WITHOUT_A_FIT[0],
            seed=1000 * project.seed + len(snapshot.training),
            batch=batch,
            spacing=float(project.spacing + 1) if placed and project.spacing else 0.0,
            most_of_region=int(np.ceil(share * batch)) if placed and share < 1 else 0,
            timing=timing.to_dict() if timing else None,
            rare_share=project.rare_share if fitted and not refusal(project, "rare_class") else 0.0,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return them ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Terms":
        """Return what `to_dict` wrote."""
        return cls(**stored)


def pick(
    snapshot: Snapshot, terms: Terms, learner: Learner[Any] | None = None, prediction: Prediction | None = None
) -> Picks:
    """Return the next batch by the rules of place, and after it a reserve for people who are faster than the model.

    What is labelled, on show, next for somebody or waits as an audit counts as covered. Other prefetched tiles do
    not: they go back to the pool when the round lands, and counting them would keep the best ones from being asked for.
    """
    pool = _pool(snapshot, terms, learner, prediction)
    first = choose(terms.strategy, pool, terms.batch, rules=_rules(snapshot, terms), rare_share=terms.rare_share)
    left = np.setdiff1d(pool.candidates, first.indices, assume_unique=True)
    reserve = min(TOP_RANKS, _RESERVE * terms.batch) - len(first.indices)
    if not len(left) or reserve <= 0:
        return first
    labels = None if pool.labels is None else np.append(pool.labels, np.full(len(first.indices), -1))
    rest = replace(pool, candidates=left, covered=np.append(pool.covered, first.indices), labels=labels)
    return _joined(first, choose(terms.strategy, rest, reserve, rare_share=terms.rare_share))


def _pool(snapshot: Snapshot, terms: Terms, learner: Learner[Any] | None, prediction: Prediction | None) -> Pool:
    known = snapshot.training.rows
    pending = np.setdiff1d(snapshot.pending, known)
    timing = Timing.from_dict(terms.timing) if terms.timing else None
    pool = Pool(
        features=snapshot.features,
        candidates=snapshot.open,
        covered=np.concatenate([known, pending]),
        xy=snapshot.places,
        seed=terms.seed,
        seconds=timing.seconds(snapshot.features, snapshot.open) if timing else None,
    )
    if learner is None or prediction is None:
        return pool
    predicted = np.zeros(len(snapshot.features), bool)
    predicted[prediction.rows] = True
    pool = replace(pool, candidates=snapshot.open[predicted[snapshot.open]])
    return learner.asks(pool, snapshot, prediction, pending)


def _rules(snapshot: Snapshot, terms: Terms) -> Rules | None:
    if not terms.spacing and not terms.most_of_region:
        return None
    shown: Rows = snapshot.on_show
    return Rules(spacing=terms.spacing, areas=snapshot.regions, most_of_area=terms.most_of_region, shown=shown)


def _joined(first: Picks, rest: Picks) -> Picks:
    """Return one order; the reserve's scores are lowered to stay in it."""
    ceiling = first.scores.min(initial=np.float32(np.inf))
    return Picks(
        np.append(first.indices, rest.indices),
        np.append(first.scores, np.minimum(rest.scores, ceiling)),
        first.reasons + rest.reasons,
        first.note or rest.note,
    )
