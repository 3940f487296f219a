"""Acceptance: write what a promise covers as labels of their own provenance, a hundred thousand in one go."""

import math
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from annotation.bulk import insert_from
from annotation.deletions import hold_project
from annotation.errors import NotReady, Overtaken
from annotation.labeling.answers import by_next_version, newest_schema
from annotation.models import Acceptance, Annotation, Project, Suggestion
from annotation.promises.preview import Preview, acceptable, preview
from annotation.tasks import task_of

# in one order, so that it never waits in a ring for somebody who submits or reviews; what they took meanwhile is theirs
_LOCK = "SELECT id FROM annotation_sample WHERE id = ANY(%s) AND state = 'open' ORDER BY id FOR NO KEY UPDATE"
_END = "UPDATE annotation_annotation SET current = false WHERE author_id = %s AND current AND sample_id = ANY(%s)"
_SETTLE = """
    UPDATE annotation_sample s SET state = 'labelled', answer_id = a.id
    FROM annotation_annotation a WHERE a.acceptance_id = %s AND a.sample_id = s.id
"""
_DECIDE = "UPDATE annotation_suggestion SET state = 'accepted' WHERE id = ANY(%s)"
_RELEASE = """
    WITH held AS MATERIALIZED (SELECT id FROM annotation_lease WHERE sample_id = ANY(%s) ORDER BY id FOR UPDATE)
    DELETE FROM annotation_lease l USING held WHERE l.id = held.id
"""


@dataclass(frozen=True)
class Seen:
    """What a person saw when they agreed."""

    version: int
    kind: str
    bound: float
    threshold: float


@transaction.atomic
def accept(project: Project, user: User, seen: Seen) -> Acceptance:
    """Accept what the promise covers, if it is still what the person saw.

    Tiles that somebody looks at in this moment are left to them.

    Raises:
        Overtaken: the version, the promise, the audits or the open samples changed since.
        NotReady: nothing can be accepted.
    """
    project = hold_project(project)  # as publishing does
    now = preview(project)
    _refuse_overtaken(now, seen)
    if now.problem or now.version is None:
        raise NotReady(now.problem)
    promised = now.promise
    acceptance = Acceptance.objects.create(
        project=project,
        model_version=now.version,
        kind=promised.kind,
        bound=promised.bound,
        threshold=promised.threshold,
        expected_errors=promised.expected_errors,
        limit=promised.limit,
        audits=promised.audits,
        accepted_by=user,
    )
    acceptance.accepted = write(acceptance)
    acceptance.save(update_fields=["accepted"])
    return acceptance


def _refuse_overtaken(now: Preview, seen: Seen) -> None:
    number = now.version.number if now.version else None
    if number != seen.version:
        instead = f"version {number} is published now" if number else "nothing is published now"
        raise Overtaken(
            f"Model version {seen.version} was retired since you looked: {instead}. Look at it, then decide."
        )
    if (now.promise.kind, now.promise.bound) != (seen.kind, seen.bound):
        raise Overtaken("The owner changed the promise since you looked. Look again, then decide.")
    if not math.isclose(now.promise.threshold, seen.threshold, abs_tol=1e-9):
        raise Overtaken("Audits or open tiles changed since you looked, and so did what may be accepted. Look again.")


def write(acceptance: Acceptance) -> int:
    """Write the labels of an acceptance; return how many."""
    rows = acceptable(acceptance.model_version).filter(confidence__gte=acceptance.threshold)
    rows = rows.exclude(sample__leases__in=acceptance.project.leases.active().filter(shown_at__isnull=False))
    wanted = list(rows.values_list("sample", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [wanted])
        locked = {row[0] for row in cursor.fetchall()}
        # again, now that nothing moves: while it waited, a reviewer may have rejected some, or somebody opened a tile
        pairs = {sample: pk for sample, pk in rows.values_list("sample", "pk") if sample in locked}
        samples, suggestions = list(pairs), list(pairs.values())
        cursor.execute(_END, [acceptance.accepted_by_id, samples])
        _say(acceptance, {pk: sample for sample, pk in pairs.items()})
        cursor.execute(_SETTLE, [acceptance.pk])
        cursor.execute(_DECIDE, [suggestions])
        cursor.execute(_RELEASE, [samples])
    return len(samples)


def _say(acceptance: Acceptance, suggestions: dict[int, int]) -> None:
    """Give each sample what is suggested of it, as the next version of whoever accepted it."""
    said = {
        "sample": F("sample"),
        "author": acceptance.accepted_by_id,
        "label": Coalesce(F("label__merged_into"), F("label")),
        "value": task_of(acceptance.project).accepted_column(acceptance.project),
        "mask": F("mask"),
        "schema": newest_schema(acceptance.project).pk,
        "provenance": Annotation.Provenance.PROMISED,
        "model_version": F("model_version"),
        "acceptance": acceptance.pk,
    }
    for version, some in by_next_version(suggestions, acceptance.accepted_by_id).items():
        insert_from(Suggestion.objects.filter(pk__among=some), Annotation, said | {"version": version})
