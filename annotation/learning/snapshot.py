"""Taking of snapshots: read where a project stands now."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from annotation import clock
from annotation.arrays.columns import read_columns
from annotation.arrays.ground import places_of, read_ground
from annotation.arrays.labels import Labels, Rows, Snapshot
from annotation.arrays.vectors import Vectors
from annotation.audits.answers import first_answers
from annotation.labeling.upcoming import upcoming
from annotation.models import Annotation, AuditDraw, Lease, Project, Sample


def take_snapshot(project: Project, digest: str) -> Snapshot:
    """Read where the project stands now."""
    taken_at = clock.now()
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
    rows = list(samples.values_list("index", "answer__label__code", "answer", "answer__value", "audit__probability"))
    if audits:
        first = first_answers(project)
        rows = [(row[0], *_facts(first[row[0]]), row[4]) for row in rows if row[0] in first]
    recode = project.codes_in_use()
    there = [row for row in rows if row[0] < len(present) and present[row[0]]]
    kept = [row for row in there if not row[1] or row[1] in recode]  # a label of a class out of use teaches nothing
    return Labels(
        rows=_rows(row[0] for row in kept),
        codes=_rows(recode.get(row[1] or 0, 0) for row in kept),
        annotations=[row[2] for row in kept],
        values=[row[3] for row in kept],
        probabilities=np.array([row[4] or 1.0 for row in kept]),
        recode=recode,
    )


def _facts(annotation: Annotation) -> tuple[int, int, dict[str, Any]]:
    return annotation.label.code if annotation.label else 0, annotation.pk, annotation.value


def _present(rows: Rows, present: NDArray[np.bool_]) -> Rows:
    rows = rows[rows < len(present)]
    return rows[present[rows]]


def _flags(rows: Rows, present: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows of those that are present are among these."""
    flags = np.zeros(len(present), bool)
    flags[_present(rows, present)] = True
    return flags


def _indices(rows: QuerySet[Any], field_name: str) -> Rows:
    return np.sort(read_columns(rows.order_by(), field_name)[0])


def _rows(values: Iterable[int | None]) -> Rows:
    return np.array([value for value in values if value is not None], np.int64)
