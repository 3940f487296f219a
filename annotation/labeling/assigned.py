"""Assigned tiles: how many of them wait for their person, and who else may have them meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from annotation.models import Annotation, Assignment, Lease, Sample

_MOST_TOLD = 50  # assignments of one person


@dataclass(frozen=True)
class Batch:
    """What a person was assigned and has not finished."""

    id: int
    note: str
    left: int  # open tiles that they have not answered
    due: str | None = None  # a day


def not_kept_for_others(user: int, sample: str, now: datetime | None = None) -> Q:
    """Return the condition that a sample, at path `sample`, does not wait for somebody else whom it is assigned to.

    It does until they answered or skipped it, and while they may log in. At a moment `now` their lease is told from an
    opinion that is to come.
    """
    at = "assignment" if sample == "pk" else f"{sample}__assignment"
    said = _answers(OuterRef(OuterRef(sample))).filter(author=OuterRef("member__user"))
    waits = Assignment.objects.filter(~Exists(said), pk=OuterRef(at), shared=False, member__user__is_active=True)
    waits = waits.exclude(member__user=user)
    if now is not None:
        leases = Lease.objects.active(now).filter(sample=OuterRef(OuterRef(sample)), user=OuterRef("member__user"))
        waits = waits.filter(~Exists(leases))
    return Q(**{at: None}) | Q(~Exists(waits))


def left_of(unsaved: Sequence[int] = ()) -> Coalesce:
    """Return the expression that counts the tiles of an assignment that wait for its person, but these."""
    said = _answers(OuterRef("pk")).filter(author=OuterRef(OuterRef("member__user")))
    open_ = Sample.objects.filter(~Exists(said), assignment=OuterRef("pk"), state=Sample.State.OPEN)
    return counted(open_.exclude(pk__in=unsaved) if unsaved else open_)


def counted(samples: QuerySet[Sample]) -> Coalesce:
    """Return the expression that counts samples of one assignment."""
    rows = samples.order_by().values("assignment").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(rows), 0)


def batches(member: str, unsaved: Sequence[int] = ()) -> ArraySubquery:
    """Return the expression that lists what the member at this path was assigned and has not finished, but these."""
    rows = Assignment.objects.filter(member=OuterRef(member)).annotate(left=left_of(unsaved)).filter(left__gt=0)
    columns = {name: F(name) for name in ("id", "note", "left", "due")}
    return ArraySubquery(rows.order_by("id").values(said=JSONObject(**columns))[:_MOST_TOLD])


def _answers(sample: Any) -> QuerySet[Annotation]:
    """Return what people say of a sample now, skipping it included."""
    return Annotation.objects.filter(sample=sample, current=True).exclude(verdict=Annotation.Verdict.RETRACT)
