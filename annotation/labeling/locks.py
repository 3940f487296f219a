"""Locks: a sample as it is now, held by whoever is about to say something of it."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from annotation.errors import NotFound
from annotation.labeling.refits import waiting_refits
from annotation.labeling.standing import Counts, Newest, newest, said_since
from annotation.models import LabelClass, Member, Sample, Schema
from annotation.models.projects import Role
from annotation.prepared import prepared


@dataclass(frozen=True)
class Locked:
    """A locked sample, with what whoever answers it has to know of its project."""

    sample: Sample
    newest: Newest | None
    heard: int  # answers of people since the newest round, standing.MOST_COUNTED at the most
    counts: dict[str, int]  # samples by state, before anything is said
    schema: int | None  # key of the newest schema
    refit_waits: bool  # somebody asked for one already


def lock(sample: Sample) -> Locked:
    """Lock a sample until the transaction ends.

    Raises:
        NotFound: it was removed meanwhile.
    """
    locked = _lock(sample.pk, sample.project_id)
    if locked is None:
        raise NotFound("The tile was removed from the project.")
    return locked


def lock_as(role: Role, project: int, pk: int, user: User) -> Locked | None:
    """Lock a sample for somebody who has at least this role in its project; None for others, or if there is none."""
    return _lock(pk, project) if user.is_superuser else _lock(pk, project, user.pk, role=role)


def _lock(pk: int, project: int, *user: int, role: Role | None = None) -> Locked | None:
    counts = Counts(project)
    row: Any = _samples.first(pk, project, *user, role=role, counted=counts.are_kept)
    if row is None:
        return None
    row.project.loaded_classes = [LabelClass(project=row.project, **columns) for columns in row.classes]
    return Locked(row, Newest.of(row.newest), len(row.heard), counts.of(row), row.schema, row.refit_waits)


@prepared
def _samples(pk: int, project: int, user: int = 0, *, role: Role | None, counted: bool) -> QuerySet[Sample]:
    """Lock a sample with what has to be known of its project, if the user has at least this role in it."""
    schemas = Schema.objects.filter(project=OuterRef("project")).order_by("-number")
    facts = {
        "newest": newest("project"),
        "heard": said_since("project"),
        "schema": Subquery(schemas.values("pk")[:1]),
        "classes": _classes("project"),
        "refit_waits": Exists(waiting_refits(OuterRef("project"))),
        **Counts.beside("project", counted=counted),
    }
    samples = Sample.objects.filter(pk=pk, project=project)
    if role:
        roles = Member.objects.filter(project=OuterRef("project"), user=user).order_by().values("role")
        samples = samples.annotate(role=Subquery(roles[:1])).filter(
            role__in=[each for each in Role if role in each.may]
        )
    rows = samples.select_related("project", "tile__grid", "audit").annotate(**facts)
    return rows.select_for_update(no_key=True, of=("self",))


def _classes(project: str) -> ArraySubquery:
    names = ("id", "code", "name", "colour", "hotkey", "group", "definition", "position", "retired", "merged_into_id")
    rows = LabelClass.objects.filter(project=OuterRef(project)).order_by("code")
    return ArraySubquery(rows.values(columns=JSONObject(**{name: F(name) for name in names})))
