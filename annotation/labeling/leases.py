"""Leases: who may have which sample, and the rows that say so."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from annotation import clock
from annotation.bulk import RandomUUID, insert, selected
from annotation.labeling.assigned import not_kept_for_others
from annotation.labeling.seats import Seat
from annotation.models import Annotation, Lease, Rank, Sample
from annotation.prepared import planned_once, prepared

ANSWERS = [Annotation.Verdict.LABEL, Annotation.Verdict.UNSURE]
_RENEW = """
    ON CONFLICT (sample_id, user_id) DO UPDATE
    SET expires_at = EXCLUDED.expires_at, shown_at = COALESCE(annotation_lease.shown_at, EXCLUDED.shown_at)
"""


@dataclass(frozen=True)
class Place:
    """A locked sample, and where the newest round put it."""

    sample: Sample
    rank: Rank | None = None


def hold(sample: Sample, user: User, *, shown: bool, rank: Rank | None = None) -> Lease:
    """Write the person's lease on a locked sample."""
    now = clock.now()
    values = {"claimed_at": now, "shown_at": now if shown else None, "expires_at": Lease.end()}
    lease, _ = Lease.objects.update_or_create(
        sample=sample, user=user, defaults={**values, "project_id": sample.project_id, "rank": rank}
    )
    return lease


def free_for(user: int, now: datetime, *, opinions: int, sample: str = "pk") -> Q:
    """Return the condition that a sample, at path `sample`, may be handed to this person.

    They have neither answered nor skipped it, and holders and answers are fewer than the project wants opinions; where
    people disagree, one more is asked at a time. What is assigned to somebody else waits for their answer.
    """
    answers = Annotation.objects.filter(sample=OuterRef(sample), current=True)
    mine = answers.filter(author=user).exclude(verdict=Annotation.Verdict.RETRACT)
    leases = Lease.objects.active(now).filter(sample=OuterRef(sample))
    let_in = let_in_on(user, now, opinions=opinions, sample=sample)
    if opinions == 1:
        return Q(~Exists(mine), ~Exists(leases)) & let_in
    room = _room(sample, now)
    disputed = Q(**{"state" if sample == "pk" else f"{sample}__state": Sample.State.DISPUTED})
    roomy = Q(LessThan(room, opinions)) | Q(disputed, ~Exists(leases))
    return Q(~Exists(mine), ~Exists(leases.filter(user=user)), roomy) & let_in


def let_in_on(user: int, now: datetime, *, opinions: int, sample: str = "pk") -> Q:
    """Return the condition that a sample is not assigned to somebody else, or that their opinion is not the last."""
    if opinions == 1:
        return not_kept_for_others(user, sample)
    return not_kept_for_others(user, sample, now) | Q(LessThan(_room(sample, now), opinions - 1))


def _room(sample: str, now: datetime) -> Combinable:
    """Return the expression that counts the holders and the answers of a sample."""
    answers = Annotation.objects.filter(sample=OuterRef(sample), current=True)
    leases = Lease.objects.active(now).filter(sample=OuterRef(sample))
    return _number(leases) + _number(answers.by_people().filter(verdict__in=ANSWERS))


def lease_free(seat: Seat, places: Sequence[Place], *, renew: Sequence[Place], showing: int | None) -> list[Lease]:
    """Lease those of the locked samples that are still free, renew others that the person holds; return all of them."""
    # The query that locked the samples looked for leases as of its start. Only a second one, which starts when the
    # locks are held, sees a lease that was committed in between.
    held, wanted = tuple(place.sample.pk for place in renew), tuple(place.sample.pk for place in places)
    ranks = tuple(pk for place in places if place.rank for pk in (place.sample.pk, place.rank.pk))
    who, moments = (seat.project.pk, seat.user.pk), (clock.now(), Lease.end())
    sql = _leasing.sql(*who, *moments, showing or 0, held, wanted, ranks, opinions=seat.project.opinions)
    columns = ("sample", "id", "token", "shown_at", "claimed_at", "expires_at")
    with planned_once(connection):
        written = insert(Lease, *sql, conflict=_RENEW, returning=columns)
    by_sample = {place.sample.pk: place for place in (*places, *renew)}
    return [_lease(seat, by_sample[pk], dict(zip(columns[1:], row, strict=True))) for pk, *row in written]


@prepared
def _leasing(  # noqa: PLR0913, PLR0917 (each is a value of the statement)
    project: int,
    user: int,
    now: datetime,
    end: datetime,
    showing: int,
    held: tuple[int, ...],
    wanted: tuple[int, ...],
    ranks: tuple[int, ...],
    *,
    opinions: int,
) -> QuerySet[Any, Any]:
    """Read the leases to write: on samples that are held, and on those of `wanted` that are free; `ranks` in pairs."""
    free = Q(pk__in=wanted, state__in=Sample.WANTED) & free_for(user, now, opinions=opinions)
    asked = (*held, *wanted)  # or the database looks at each sample of the project
    rows = Sample.objects.filter(free | Q(pk__in=held), pk__in=asked, project=project)
    cases = [When(pk=sample, then=Value(rank)) for sample, rank in zip(ranks[::2], ranks[1::2], strict=True)]
    values = {
        "project": project,
        "sample": F("pk"),
        "user": user,
        "token": RandomUUID(),
        "rank": Case(*cases, default=None, output_field=BigIntegerField()) if cases else None,
        "claimed_at": now,
        "shown_at": Case(When(pk=showing, then=Value(now)), default=None, output_field=DateTimeField()),
        "expires_at": end,
    }
    return selected(rows, Lease, values)


def _lease(seat: Seat, place: Place, columns: dict[str, Any]) -> Lease:
    place.sample.project = seat.project
    return Lease(project=seat.project, user=seat.user, sample=place.sample, rank=place.rank, **columns)


def serving_order(lease: Lease, assigned: Container[int] = ()) -> tuple[bool, bool, float, int]:
    """Return what a person's leases are sorted by; `assigned` are the keys of their assignments."""
    position = lease.rank.position if lease.rank else float("inf")
    return lease.shown_at is None, lease.sample.assignment_id not in assigned, position, lease.sample.index


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("sample").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)
