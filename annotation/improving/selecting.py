"""Selecting: which of the encoders that a project may use serves its labels best, and why."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.chips import load_samples
from annotation.encoders import WITHOUT_WEIGHTS, Choice
from annotation.errors import JobFailed
from annotation.improving.evidence import Evidence, Hits, weigh
from annotation.improving.requests import LEAST_LABELS
from annotation.improving.yardstick import FOLDS, Yardstick, take_yardstick
from annotation.learning.encoders import open_encoder
from annotation.models import Job, Project
from annotation.soundness import check_scenes, left_out
from annotation.suitability import offered
from annotation.tasks import task_of
from mlcore.encoders import Named
from mlcore.errors import MLCoreError
from mlcore.selection import compare

Told = dict[str, Any]  # ready for JSON


def select(job: Job) -> str:
    """Compare the encoders by cross-validation of the light head on the labels so far; audits take no part."""
    project = job.project
    check_scenes(project)
    yardstick = take_yardstick(project, open_encoder(project), report=job.report)
    if not yardstick.folds:
        raise JobFailed(
            f"Comparing needs {LEAST_LABELS} labels, and {task_of(project).comparable}; "
            f"there are {len(yardstick.labels)} (audits take no part)."
        )
    # from the simplest to the most demanding: of equals the simpler is taken
    suited, unsuited = _opened(project)
    known = sorted(suited, key=lambda choice: (choice.key != WITHOUT_WEIGHTS, choice.version or 0))
    judge = _compare_vectors if task_of(project).compared_as_classes else _compare_hits
    comparison = judge(job, yardstick, known)
    job.show(labels=len(yardstick.labels), **comparison)
    return str(comparison["reason"]) + unsuited + left_out(project)


def _opened(project: Project) -> tuple[list[Choice], str]:
    """Return the encoders to compare, and a sentence about those that can't be."""
    suited, reasons = list[Choice](), list[str]()
    for choice in offered(project):
        try:
            if not choice.refusal:
                open_encoder(project, choice.key)
                suited.append(choice)
            elif "+" not in choice.key:  # the same with knowledge is refused for the same reason
                reasons.append(choice.refusal)
        except MLCoreError as error:
            reasons.append(f"{choice.title}: {error}")
    return suited, f" Not compared: {' '.join(reasons)}" if reasons else ""


def _compare_vectors(job: Job, yardstick: Yardstick, known: list[Choice]) -> Told:
    """Compare by mlcore's model selection, three times five-fold, in which neighbours stay together."""
    rows = job.project.samples.filter(index__in=yardstick.labels.rows.tolist())
    imagery = dict(load_samples(job.project, rows))
    comparison = compare(
        [imagery[int(row)] for row in yardstick.labels.rows],
        yardstick.labels.codes,
        encoders=[Named(open_encoder(job.project, choice.key), choice.title) for choice in known],
        groups=yardstick.groups,
        seed=job.project.seed,
        progress=job.report,
    )
    by_title = {choice.title: choice for choice in known}
    told = []
    for row in comparison.rows:
        if row.refusal:
            continue
        behind = None if row.behind is None else (-row.behind.mean, -row.behind.high, -row.behind.low)
        choice = by_title[row.encoder]
        told.append(_row(choice, float(row.mean), behind, best=row.encoder == comparison.best.encoder))
    splits = len(comparison.best.folds)
    reason = comparison.reason.replace(comparison.grouping, yardstick.grouping)
    return {"rows": _sorted(told), "reason": reason, "grouping": yardstick.grouping, "splits": splits}


def _compare_hits(job: Job, yardstick: Yardstick, known: list[Choice]) -> Told:
    """Compare by how right labels held out are told; the simplest, unless another is clearly better."""
    hits: list[Hits] = []
    for place, choice in enumerate(known):

        def tell(done: float, message: str, place: int = place) -> None:
            job.report((place + done) / len(known), message)

        tell(0, f"{choice.title}: {place + 1} of {len(known)} encoders.")
        hits.append(yardstick.held_out_hits(open_encoder(job.project, choice.key), report=tell))
    chosen = 0
    for at in range(1, len(known)):
        if _evidence(yardstick, hits[chosen], hits[at]).difference.low > 0:
            chosen = at
    told, words = [], []
    for choice, mine in zip(known, hits, strict=True):
        evidence = _evidence(yardstick, hits[chosen], mine)
        gap = None if mine is hits[chosen] else tuple(evidence.difference)
        told.append(_row(choice, evidence.after.value, gap, best=mine is hits[chosen]))
        words.append(f"{choice.title} {evidence.after.value:.0%}")
    verdict = "clearly better than a simpler one" if chosen else "the simplest, and nothing else is clearly better"
    reason = f"{known[chosen].title}: {verdict}. Right on held-out tiles: {', '.join(words)}."
    return {"rows": _sorted(told), "reason": reason, "grouping": yardstick.grouping, "splits": FOLDS}


def _evidence(yardstick: Yardstick, first: NDArray[np.float64], second: NDArray[np.float64]) -> Evidence:
    return weigh(first, second, yardstick.labels.probabilities, yardstick.groups)


def _row(choice: Choice, value: float, gap: tuple[float, ...] | None, *, best: bool) -> Told:
    """Return what is told of an encoder: how right it is, and its difference to the best with its interval."""
    difference = None
    if gap is not None:
        names = ("value", "low", "high")
        difference = {name: round(float(part), 4) for name, part in zip(names, gap, strict=True)}
    accuracy = round(value, 4) if np.isfinite(value) else None
    return {"key": choice.key, "title": choice.title, "accuracy": accuracy, "difference": difference, "best": best}


def _sorted(rows: list[Told]) -> list[Told]:
    return sorted(rows, key=lambda row: -(row["accuracy"] or 0))
