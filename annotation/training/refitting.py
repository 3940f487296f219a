"""Refitting: fit the light head on what is labelled now, and rank what isn't in a new round."""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.errors import NotReady
from annotation.fits import store_fit
from annotation.insights import request_when_due
from annotation.labeling.answers import request_refit
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from annotation.promises.watching import watch
from annotation.rounds import Place, Ranking, write_round
from annotation.training.encoders import open_encoder
from annotation.training.learners import LEARNERS, Prediction, store_live_maps
from annotation.training.reporting import report
from annotation.training.snapshot import Snapshot, take_snapshot
from mlcore.errors import NotEnoughLabels
from mlcore.query import Picks, Pool, choose

TOP_RANKS = 300
FIRST_MILESTONE = 10  # labels; then twice as many each time
WITHOUT_A_FIT = ("max_herding", "k_center", "random")  # strategies that need no probabilities


def refit(job: Job) -> str:
    """Fit and rank: for coverage before two classes are labelled, by the project's strategy from then on."""
    started = time.perf_counter()
    project = job.project
    watch(project)
    try:
        snapshot = take_snapshot(project, open_encoder(project).digest)
    except NotReady:  # somebody labels faster than tiles are embedded, and the end of that asks for a refit itself
        if not project.jobs.filter(kind=JobKind.EMBED).under_way().exists():  # the shipped encoder was replaced
            Job.request(project, JobKind.EMBED)
        return "No tile is embedded yet; a round follows when some are."
    seed = project.seed + len(snapshot.training)
    try:
        learner = LEARNERS[project.task].fit(snapshot)
    except NotEnoughLabels:
        strategy = project.strategy if project.strategy in WITHOUT_A_FIT else WITHOUT_A_FIT[0]
        picks = _pick(snapshot, strategy, seed=seed)
        ranking = _ranking(snapshot, picks, strategy=strategy, seed=seed, seconds=time.perf_counter() - started)
        number = write_round(project, ranking).number
        return f"Round {number} covers what there is; label two classes for a first fit."
    prediction = learner.predict(snapshot.vectors, learner.choose_rows(snapshot))
    picks = _pick(snapshot, project.strategy, seed=seed, prediction=prediction)
    score, told = report(snapshot, learner, prediction)
    ranking = _ranking(
        snapshot,
        picks,
        strategy=project.strategy,
        seed=seed,
        classes=len(learner.classes),
        score=score,
        report=told,
        seconds=time.perf_counter() - started,
    )
    number = write_round(project, ranking).number
    store_fit(project, number, learner.classes.tolist(), _spread(prediction, len(snapshot.features)))
    store_live_maps(snapshot, prediction, snapshot.audits.rows.tolist())
    _publish_at_milestone(project, learner.labels)
    request_when_due(project, learner.labels)
    request_refit(project)  # if enough was said while this one ran
    return f"Round {number} after {learner.labels} labels."


def _pick(snapshot: Snapshot, strategy: str, *, seed: int, prediction: Prediction | None = None) -> Picks:
    count = len(snapshot.features)
    candidates, probabilities = snapshot.open, None
    if prediction is not None:
        candidates = np.intersect1d(candidates, prediction.rows)
        probabilities = _spread(prediction, count, by_margin=prediction.maps is not None)
    pool = Pool(
        features=snapshot.features,
        candidates=candidates,
        covered=np.unique(np.concatenate([snapshot.training.rows, snapshot.on_show])),
        probabilities=probabilities,
        xy=snapshot.places,
        seed=seed,
    )
    return choose(strategy, pool, TOP_RANKS)


def _spread(prediction: Prediction, count: int, *, by_margin: bool = False) -> NDArray[np.float32]:
    """Return probabilities [N, K] for all rows, zeros where nothing was predicted.

    The mean over the pixels of a mask says which classes a tile holds, not how sure the head is of its pixels. A
    strategy must see the latter: so `by_margin` puts the mean pixel margin between two columns.
    """
    found = np.zeros((count, len(prediction.classes)), np.float32)
    if by_margin:
        found[prediction.rows, 0] = (1 + prediction.margins) / 2
        found[prediction.rows, 1] = (1 - prediction.margins) / 2
    else:
        found[prediction.rows] = prediction.probabilities
    return found


def _ranking(snapshot: Snapshot, picks: Picks, *, strategy: str, seed: int, **facts: Any) -> Ranking:
    places = [
        Place(snapshot.samples[row], score, reason)
        for row, score, reason in zip(picks.indices.tolist(), picks.scores.tolist(), picks.reasons, strict=True)
    ]
    return Ranking(
        places=places,
        strategy=strategy,
        seed=seed,
        encoder=snapshot.vectors.digest,
        labels=len(snapshot.training),
        candidates=len(snapshot.open),
        seen_at=snapshot.taken_at,
        **{"classes": 0, **facts},
    )


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
