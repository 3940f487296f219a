"""Selecting: which of the encoders that a project may use serves its labels best, and why."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from annotation.encoders import Choice, choices
from annotation.errors import JobFailed
from annotation.improvement import LEAST_LABELS
from annotation.models import Job
from annotation.training.encoders import open_encoder
from annotation.training.evidence import Evidence, Hits, weigh
from annotation.training.snapshot import take_snapshot
from annotation.training.yardstick import FOLDS, Yardstick, take_yardstick


@dataclass(frozen=True)
class Row:
    """An encoder beside the one in use, on the same held-out labels."""

    choice: Choice
    evidence: Evidence  # before: the encoder in use; after: this one
    in_use: bool

    def to_dict(self, *, best: bool) -> dict[str, Any]:
        """Return it ready for JSON."""
        told = self.evidence.to_dict()
        return {
            "key": self.choice.key,
            "title": self.choice.title,
            "accuracy": told["after"],
            "difference": None if self.in_use else told["difference"],
            "in_use": self.in_use,
            "best": best,
        }


def select(job: Job) -> str:
    """Compare the encoders by cross-validation of the light head on the labels so far; audits take no part."""
    project = job.project
    present = open_encoder(project)
    yardstick = take_yardstick(take_snapshot(project, present.digest))
    if not yardstick.folds:
        raise JobFailed(
            f"Comparing needs {LEAST_LABELS} labels, and {FOLDS} of each of two classes; "
            f"there are {len(yardstick.labels)} (audits take no part)."
        )
    rows = _rows(job, yardstick)
    best = choose(rows)
    reason = explain(rows, best, yardstick)
    job.show(
        rows=[row.to_dict(best=row is best) for row in sorted(rows, key=lambda row: -row.evidence.after.value)],
        reason=reason,
        labels=len(yardstick.labels),
        folds=len(yardstick.folds),
        grouping=yardstick.grouping,
    )
    return reason


def choose(rows: list[Row]) -> Row:
    """Return the encoder in use unless another one is clearly better: the whole interval of the difference above 0."""
    better = [row for row in rows if not row.in_use and row.evidence.difference.low > 0]
    if better:
        return max(better, key=lambda row: row.evidence.difference.value)
    return next(row for row in rows if row.in_use)


def explain(rows: list[Row], best: Row, yardstick: Yardstick) -> str:
    """Say in plain words which encoder is best for these labels, and how sure that is."""
    basis = f"{len(yardstick.labels)} labels held out in turn ({yardstick.grouping})"
    after, difference = best.evidence.after, best.evidence.difference
    if not best.in_use:
        gain = f"{100 * difference.value:+.0f} points ({100 * difference.low:+.0f} to {100 * difference.high:+.0f})"
        return f"{best.choice.title} is right on {after.value:.0%} of {basis}: {gain} against the present encoder."
    top = max(rows, key=lambda row: row.evidence.after.value)
    if top is best:
        return f"The present encoder is the best: right on {after.value:.0%} of {basis}."
    return (
        f"Nothing is clearly better than the present encoder, right on {after.value:.0%} of {basis}; "
        f"{top.choice.title} reaches {top.evidence.after.value:.0%}, within what chance does."
    )


def _rows(job: Job, yardstick: Yardstick) -> list[Row]:
    """Measure each choice; the one in use comes first, since the others are held against it."""
    key = job.project.encoder
    known = sorted(choices(job.project), key=lambda choice: choice.key != key)
    found: list[Row] = []
    present: Hits = np.zeros(0)
    for place, choice in enumerate(known):
        job.report(place / len(known), f"{choice.title}: {place + 1} of {len(known)} encoders.")
        encoder = open_encoder(job.project, choice.key)

        def tell(done: float, message: str, place: int = place) -> None:
            job.report((place + done) / len(known), message)

        hits = yardstick.held_out_hits(encoder, report=tell)
        present = hits if place == 0 else present
        evidence = weigh(present, hits, yardstick.labels.probabilities, yardstick.groups)
        found.append(Row(choice, evidence, in_use=choice.key == key))
    return found
