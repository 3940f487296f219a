"""Snapshot: what a fit sees of a project at one moment, as arrays of rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from annotation.arrays.columns import read_columns
from annotation.arrays.ground import places_of, read_ground, regions_of
from annotation.arrays.masks import Mask, load_mask, recoded
from annotation.arrays.vectors import Vectors
from annotation.audits.answers import first_answers
from annotation.labeling.upcoming import upcoming
from annotation.models import Annotation, AuditDraw, Lease, Project, Sample

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Labels:
    """Labelled samples: rows, class codes, and which annotation said so."""

    rows: Rows  # [n]
    codes: NDArray[np.int64]  # [n]
    annotations: list[int]  # [n] ids
    masks: list[str]  # [n] content hashes, '' where the task has none
    probabilities: NDArray[np.float64]  # [n] with which audits were drawn; 1 for others
    recode: dict[int, int] = field(repr=False, default_factory=dict)  # code as labelled -> code in use

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.rows)

    def subset(self, positions: NDArray[np.integer] | NDArray[np.bool_]) -> "Labels":
        """Return those at `positions`, or where a mask [n] is True."""
        kept = np.arange(len(self))[positions]
        return replace(
            self,
            rows=self.rows[kept],
            codes=self.codes[kept],
            annotations=[self.annotations[at] for at in kept],
            masks=[self.masks[at] for at in kept],
            probabilities=self.probabilities[kept],
        )

    def load_mask(self, position: int) -> Mask:
        """Return a mask in the codes that are in use; pixels of classes out of use become unlabelled."""
        return recoded(load_mask(self.masks[position]), self.recode)


@dataclass(frozen=True)
class Snapshot:
    """A project's samples at one moment: row = sample, only those that have a vector."""

    project: Project
    vectors: Vectors
    features: NDArray[np.float16]  # [N, dim], memory-mapped
    present: Rows  # that have a vector
    training: Labels  # never audits
    audits: Labels
    open: Rows  # not audits, nobody looks at them: these can be ranked
    samples: NDArray[np.int64]  # [N] sample ids, 0 where there is none
    places: NDArray[np.float32] | None  # [N, 2] column and row in the one grid there is
    on_show: Rows  # or next for somebody
    pending: Rows  # on show, or audits that wait: what is like them need not be asked for
    people: int  # who hold samples now
    taken_at: datetime
    upcoming: list[Lease] = field(default_factory=list)  # next for somebody: these they keep

    @property
    def regions(self) -> NDArray[np.int64] | None:
        """Return the region [N] that each row lies in."""
        return None if self.places is None else regions_of(self.places)


def take_snapshot(project: Project, digest: str) -> Snapshot:
    """Read where the project stands now."""
    taken_at = timezone.now()
    vectors = Vectors(project, digest)
    present = vectors.present  # first: an embedding that runs meanwhile only ever adds rows
    features = vectors.read()[: len(present)]
    held = Lease.objects.active().filter(project=project)
    drawn = AuditDraw.objects.filter(sample__project=project)
    coming = upcoming(project)
    shown = _indices(held.filter(shown_at__isnull=False), "sample__index")
    on_show = _present(np.union1d(shown, _rows(lease.sample.index for lease in coming)), present)
    audits = _indices(drawn, "sample__index")
    waiting = _indices(drawn.filter(sample__state=Sample.State.OPEN), "sample__index")
    free = _flags(_indices(project.samples.filter(state=Sample.State.OPEN).order_by(), "index"), present)
    free[_present(np.concatenate([on_show, audits]), present)] = False
    ground = read_ground(project, len(present))
    return Snapshot(
        project=project,
        vectors=vectors,
        features=features,
        present=np.flatnonzero(present),
        training=_labels(project, present, audits=False),
        audits=_labels(project, present, audits=True),
        open=np.flatnonzero(free),
        samples=ground["sample"],
        places=places_of(project, ground),
        on_show=on_show,
        pending=np.union1d(on_show, _present(waiting, present)),
        people=held.order_by().values("user").distinct().count(),
        taken_at=taken_at,
        upcoming=coming,
    )


def _labels(project: Project, present: NDArray[np.bool_], *, audits: bool) -> Labels:
    # in the order in which they were said, as the library's own runs keep them: folds are drawn by position
    samples = project.samples.filter(state=Sample.State.LABELLED, audit__isnull=not audits).order_by("answer")
    samples = samples.exclude(answer__provenance=Annotation.Provenance.PROMISED)  # a model must not learn from itself
    rows = list(samples.values_list("index", "answer__label__code", "answer", "answer__mask", "audit__probability"))
    if audits:
        first = first_answers(project)
        rows = [(row[0], *_facts(first[row[0]]), row[4]) for row in rows if row[0] in first]
    recode = project.codes_in_use()
    kept = [row for row in rows if row[0] < len(present) and present[row[0]] and row[1] in recode]
    return Labels(
        rows=_rows(row[0] for row in kept),
        codes=_rows(recode[row[1]] for row in kept),
        annotations=[row[2] for row in kept],
        masks=[row[3] for row in kept],
        probabilities=np.array([row[4] or 1.0 for row in kept]),
        recode=recode,
    )


def _facts(annotation: Annotation) -> tuple[int, int, str]:
    return annotation.label.code if annotation.label else 0, annotation.pk, annotation.mask


def _present(rows: Rows, present: NDArray[np.bool_]) -> Rows:
    rows = rows[rows < len(present)]
    return rows[present[rows]]


def _flags(rows: Rows, present: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows of those that are present are among these."""
    found = np.zeros(len(present), bool)
    found[_present(rows, present)] = True
    return found


def _indices(rows: QuerySet[Any], field_name: str) -> Rows:
    return np.sort(read_columns(rows.order_by(), field_name)[0])


def _rows(values: Iterable[int | None]) -> Rows:
    return np.array([value for value in values if value is not None], np.int64)
