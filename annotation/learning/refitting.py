"""Refitting: fit the light head on what is labelled now, and rank what isn't in a new round."""

import time
from typing import Any

from annotation.arrays.fits import store_fit
from annotation.arrays.labels import Snapshot
from annotation.arrays.without import store_apart
from annotation.errors import NotReady
from annotation.insights import request_when_due
from annotation.labeling.refits import request_refit
from annotation.learning.encoders import open_encoder
from annotation.learning.history import facts, keep
from annotation.learning.pacing import fit_timing, usual_seconds
from annotation.learning.picking import Terms, pick
from annotation.learning.reporting import report
from annotation.learning.snapshot import take_snapshot
from annotation.models import Job, Project, Round, Sample
from annotation.models.jobs import JobKind
from annotation.promises.watching import watch
from annotation.rounds import Place, Ranking, write_round
from annotation.tasks import task_of
from mlcore.errors import NotEnoughLabels
from mlcore.query import Picks

NONE_FILLED = "No tile is filled far enough to be labelled"
FIRST_MILESTONE = 10  # labels; then twice as many each time


def refit(job: Job) -> str:
    """Fit and rank: for coverage before two classes are labelled, by the project's strategy from then on."""
    started = time.perf_counter()
    project, task = job.project, task_of(job.project)
    watch(project)
    try:
        snapshot = take_snapshot(project, open_encoder(project).digest)
    except NotReady:  # somebody labels faster than tiles are embedded, and the end of that asks for a refit itself
        return _wait_for_vectors(project)
    timing = fit_timing(project, snapshot.vectors, snapshot.open)
    try:
        learner = task.learner.fit(snapshot)
    except NotEnoughLabels:
        terms = Terms.of(snapshot, fitted=False, timing=timing)
        picks = pick(snapshot, terms)
        marks = task.learner.marks(snapshot, picks.indices, None)
        made = _land(snapshot, terms, picks, marks, seconds=time.perf_counter() - started)
        return f"Round {made.number} covers what there is; label {task.first_fit} for a first fit."
    prediction = learner.look(snapshot)
    terms = Terms.of(snapshot, fitted=True, timing=timing, compared=prediction.is_compared)
    picks = pick(snapshot, terms, learner, prediction)
    score, told = report(snapshot, learner, prediction)
    made = _land(
        snapshot,
        terms,
        picks,
        task.learner.marks(snapshot, picks.indices, prediction),
        classes=max(1, len(learner.classes)),
        score=score,
        report=told,
        seconds=time.perf_counter() - started,
    )
    store_fit(project, made.number, learner.kept(prediction, len(snapshot.features)))
    learner.store(snapshot, prediction)
    if (apart := learner.apart(prediction)) is not None:
        store_apart(project, made.number, apart)
    _publish_at_milestone(project, learner.labels)
    request_when_due(project, learner.labels)
    request_refit(project)  # if enough was said while this one ran
    return f"Round {made.number} after {learner.labels} labels."


def _wait_for_vectors(project: Project) -> str:
    """Say what a round waits for, and ask for it where it can come: vectors of the tiles that may be labelled."""
    tiles = project.samples.exclude(state=Sample.State.EMPTY).count()
    if not tiles:
        empty = project.samples.exists()
        return f"{NONE_FILLED if empty else 'There are no tiles yet'}; a round follows when imagery brings some."
    if project.jobs.filter(kind=JobKind.EMBED).under_way().exists() or Job.ask(
        project, JobKind.EMBED, sees=f"{tiles} tiles without a vector"
    ):  # not under way when the shipped encoder was replaced
        return "No tile is embedded yet; a round follows when some are."
    return "No tile can be embedded: the job that tried says why. A round follows when imagery or encoder change."


def _land(snapshot: Snapshot, terms: Terms, picks: Picks, marks: dict[int, dict[str, Any]], **more: Any) -> Round:
    """Write the round, and beside it what it saw."""
    rows = zip(picks.indices.tolist(), picks.scores.tolist(), picks.reasons, strict=True)
    ranking = Ranking(
        places=[Place(int(snapshot.samples[row]), score, why, marks.get(row, {})) for row, score, why in rows],
        strategy=terms.strategy,
        seed=terms.seed,
        encoder=snapshot.vectors.digest,
        labels=len(snapshot.training),
        candidates=len(snapshot.open),
        seen_at=snapshot.taken_at,
        inputs={**facts(snapshot, terms), "usual_seconds": usual_seconds(snapshot, terms.timing, picks.indices)},
        upcoming=snapshot.upcoming,
        **{"classes": 0, **more},
    )
    made = write_round(snapshot.project, ranking)
    keep(snapshot.project, made.number, snapshot)
    return made


def _publish_at_milestone(project: Project, labels: int) -> None:
    published = project.model_versions.filter(state="published").first()
    if milestone(labels) > milestone(published.labels if published else 0):
        Job.request(project, JobKind.PUBLISH)


def milestone(labels: int) -> int:
    """Return the last milestone that so many labels have passed: 0, 10, 20, 40, 80..."""
    passed = 0
    step = FIRST_MILESTONE
    while step <= labels:
        passed, step = step, step * 2
    return passed
