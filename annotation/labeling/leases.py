"""Leases: who may have which sample, and the rows that say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
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
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from annotation import clock
from annotation.bulk import RandomUUID, insert_from
from annotation.labeling.seats import Seat
from annotation.models import Annotation, Lease, Project, Rank, Sample

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


def free_for(project: Project, user: User, *, sample: str = "pk") -> Q:
    """Return the condition that a sample, at path `sample`, may be handed to this person.

    They have neither answered nor skipped it, and holders and answers are fewer than the project wants opinions; where
    people disagree, one more is asked at a time.
    """
    answers = Annotation.objects.filter(sample=OuterRef(sample), current=True)
    mine = answers.filter(author=user).exclude(verdict=Annotation.Verdict.RETRACT)
    leases = Lease.objects.active().filter(sample=OuterRef(sample))
    if project.opinions == 1:
        return Q(~Exists(mine), ~Exists(leases))
    room = _number(leases) + _number(answers.by_people().filter(verdict__in=ANSWERS))
    disputed = Q(**{"state" if sample == "pk" else f"{sample}__state": Sample.State.DISPUTED})
    roomy = Q(LessThan(room, project.opinions)) | Q(disputed, ~Exists(leases))
    return Q(~Exists(mine), ~Exists(leases.filter(user=user)), roomy)


def lease_free(seat: Seat, places: Sequence[Place], *, renew: Sequence[Place], showing: int | None) -> list[Lease]:
    """Lease those of the locked samples that are still free, renew others that the person holds; return all of them."""
    # The query that locked the samples looked for leases as of its start. Only a second one, which starts when the
    # locks are held, sees a lease that was committed in between.
    free = Q(pk__in=[place.sample.pk for place in places], state__in=Sample.WANTED) & free_for(seat.project, seat.user)
    held = [place.sample.pk for place in renew]
    asked = [*held, *(place.sample.pk for place in places)]  # or the database looks at each sample of the project
    rows = seat.project.samples.filter(free | Q(pk__in=held), pk__in=asked)
    ranks = [When(pk=place.sample.pk, then=Value(place.rank.pk)) for place in places if place.rank]
    now = clock.now()
    values = {
        "project": seat.project.pk,
        "sample": F("pk"),
        "user": seat.user.pk,
        "token": RandomUUID(),
        "rank": Case(*ranks, default=None, output_field=BigIntegerField()) if ranks else None,
        "claimed_at": now,
        "shown_at": Case(When(pk=showing, then=Value(now)), default=None, output_field=DateTimeField()),
        "expires_at": Lease.end(),
    }
    columns = ("sample", "id", "token", "shown_at", "claimed_at", "expires_at")
    written = insert_from(rows, Lease, values, conflict=_RENEW, returning=columns)
    by_sample = {place.sample.pk: place for place in (*places, *renew)}
    return [_lease(seat, by_sample[pk], dict(zip(columns[1:], row, strict=True))) for pk, *row in written]


def _lease(seat: Seat, place: Place, columns: dict[str, Any]) -> Lease:
    place.sample.project = seat.project
    return Lease(project=seat.project, user=seat.user, sample=place.sample, rank=place.rank, **columns)


def serving_order(lease: Lease) -> tuple[bool, float, int]:
    """Return what a person's leases are sorted by."""
    position = lease.rank.position if lease.rank else float("inf")
    return lease.shown_at is None, position, lease.sample.index


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("sample").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)
