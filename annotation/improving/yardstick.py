"""Yardstick: the labels, folds, audits and pool that encoders of a project are measured with, the same for each."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.improving.evidence import Comparison, Evidence, Hits, weigh
from annotation.improving.requests import LEAST_LABELS
from annotation.learning.embedding import build
from annotation.learning.encoders import AnyEncoder
from annotation.learning.filling import Report
from annotation.learning.snapshot import take_snapshot
from annotation.models import Project
from annotation.tasks import task_of

FOLDS = 3
_BLOCK_SIDES = (16, 8, 4, 2)  # tiles
_FEWEST_BLOCKS = 6
_POOL_ROWS = 500
_MOST_LABELS = 2000  # training holds their imagery in memory
Fold = tuple[NDArray[np.int64], NDArray[np.int64]]  # positions fitted on, positions held out


@dataclass(frozen=True)
class Yardstick:
    """What encoders are measured with."""

    project: Project
    labels: Labels  # never audits
    audits: Labels  # never learnt from
    pool: Rows  # open rows that heads standardise by
    folds: Sequence[Fold]  # of the labels; none where they are too few
    groups: NDArray[np.int64]  # [n] of the labels; one stays in one fold
    grouping: str  # in plain words

    @property
    def rows(self) -> Rows:
        """Return the rows that an encoder must have vectors of."""
        return np.unique(np.concatenate([self.labels.rows, self.audits.rows, self.pool]))

    def held_out_hits(self, encoder: AnyEncoder, *, report: Report) -> Hits:
        """Return how right heads on an encoder are on each label, held out of the head."""
        view = self._view(encoder, report)
        hits = np.zeros(len(self.labels))
        for fold in self.folds:
            hits[fold[1]] = self._fold_hits(view, fold)
        return hits

    def nested_hits(self, encoder: AnyEncoder, fold: Fold, *, report: Report) -> Hits:
        """Return how right a head is on a fold's held-out labels, on an encoder that has not seen those either."""
        return self._fold_hits(self._view(encoder, report), fold)

    def audit_pair(self, before: AnyEncoder, after: AnyEncoder, *, report: Report) -> tuple[Hits, Hits] | None:
        """Return how right heads fitted on all labels are on each audit, on two encoders; None without audits."""
        views = self._view(before, report), self._view(after, report)  # the later one's vectors are needed anyway
        if not len(self.audits):
            return None
        learners = [task_of(self.project).learner.fit(view) for view in views]
        first, second = (
            learner.hits(self.audits, learner.predict(view.vectors, self.audits.rows))
            for learner, view in zip(learners, views, strict=True)
        )
        return first, second

    def compare(self, held_out: tuple[Hits, Hits] | None, audits: tuple[Hits, Hits] | None) -> Comparison:
        """Return what paired hits before and after say."""
        evidence: Evidence | None = None
        if held_out is not None:
            evidence = weigh(*held_out, self.labels.probabilities, self.groups)
        checked = weigh(*audits, self.audits.probabilities, np.arange(len(self.audits))) if audits else None
        return Comparison(evidence, checked, len(self.folds), self.grouping)

    def _view(self, encoder: AnyEncoder, report: Report) -> Snapshot:
        build(self.project, encoder, report=report, rows=self.rows)
        view = take_snapshot(self.project, encoder.digest)
        return replace(view, training=self.labels, audits=self.audits, open=self.pool)

    def _fold_hits(self, view: Snapshot, fold: Fold) -> Hits:
        fitted, held = fold
        learner = task_of(self.project).learner.fit(replace(view, training=self.labels.subset(fitted)))
        labels = self.labels.subset(held)
        return learner.hits(labels, learner.predict(view.vectors, labels.rows))


def take_yardstick(project: Project, encoder: AnyEncoder, *, report: Report) -> Yardstick:
    """Return the yardstick of a project as it is now; tiles that its encoder has not embedded yet are."""
    build(project, encoder, report=report)
    snapshot = take_snapshot(project, encoder.digest)
    rng = np.random.default_rng([project.seed, 2])
    pool = np.sort(rng.permutation(snapshot.open)[:_POOL_ROWS])
    labels = snapshot.training
    if len(labels) > _MOST_LABELS:
        labels = labels.subset(np.sort(rng.choice(len(labels), _MOST_LABELS, replace=False)))
    folds, groups, grouping = _folds(project, labels)
    return Yardstick(project, labels, snapshot.audits, pool, folds, groups, grouping)


def _folds(project: Project, labels: Labels) -> tuple[list[Fold], NDArray[np.int64], str]:
    """Return folds of neighbouring tiles: the largest blocks in which each fold still meets every stratum."""
    alone = np.arange(len(labels))
    strata = task_of(project).learner.strata(labels)
    counts = np.sort(np.unique(strata, return_counts=True)[1])
    if len(labels) < LEAST_LABELS or len(counts) < 2 or counts[-2] < FOLDS:
        return [], alone, ""
    for side in (*_BLOCK_SIDES, 1):
        groups = _blocks(project, labels.rows, side)
        folds = _split(strata, groups, project.seed) if len(np.unique(groups)) >= _FEWEST_BLOCKS else []
        if folds:
            return folds, groups, f"blocks of {side} x {side} tiles" if side > 1 else "single tiles"
    return [], alone, ""


def _blocks(project: Project, rows: Rows, side: int) -> NDArray[np.int64]:
    """Return the block of each row; chips that came ready made have no neighbours."""
    names = ("index", "tile_id", "tile__grid_id", "tile__column", "tile__row", "tile__grid__ready_made")
    samples = project.samples.filter(index__in=rows.tolist()).values_list(*names)
    places = {
        index: (grid, tile, -1) if ready_made else (grid, column // side, row // side)
        for index, tile, grid, column, row, ready_made in samples
    }
    keys = [places.get(int(row), (-1, int(row), -1)) for row in rows]
    known = {key: at for at, key in enumerate(dict.fromkeys(keys))}
    return np.array([known[key] for key in keys], np.int64)


def _split(strata: NDArray[np.int64], groups: NDArray[np.int64], seed: int) -> list[Fold]:
    """Return folds, or none if a head of one of them would not meet a stratum that has a label for each fold."""
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of strata with fewer labels than folds: seen to below
        folds = list(splitter.split(strata, strata, groups))
    frequent = np.flatnonzero(np.bincount(strata) >= FOLDS)
    usable = all(len(held) and np.isin(frequent, strata[fitted]).all() for fitted, held in folds)
    return folds if usable else []
