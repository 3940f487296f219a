"""Seats: a person's place at a project, taken by one claim at a time, with all that the claim has to know."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from annotation.labeling.assigned import Batch, batches
from annotation.labeling.paces import hour_ago, said_lately, seconds_for
from annotation.labeling.standing import Counts, Newest, newest
from annotation.models import Member, Project
from annotation.models.projects import Role
from annotation.prepared import prepared


@dataclass(frozen=True)
class Seat:
    """What a claim has to know."""

    project: Project
    user: User
    newest: Newest | None
    counts: dict[str, int]  # samples by state
    seconds: float | None  # that a label takes this person; none while nothing is known
    batches: list[Batch] = field(default_factory=list)  # what they were assigned and have not finished


def take_seat(project_id: int, user: User, role: Role | None = None, unsaved: Sequence[int] = ()) -> Seat | None:
    """Return the person's seat, theirs alone until the transaction ends; None without the role that is asked for.

    Of samples that they answered and that may not have arrived, none counts as left.
    """
    counts, lately = Counts(project_id), hour_ago()
    member: Any = _members.first(project_id, user.pk, lately, tuple(unsaved), counted=counts.are_kept)
    may = Role(member.role).may if member else frozenset()
    if role and role not in may and not user.is_superuser:
        return None
    row: Any = member
    if member is None:  # a superuser, or a program
        lock_person(project_id, user)
        row = _projects.first(project_id, user.pk, lately, counted=counts.are_kept)
    if row is None:
        return None
    project = member.project if member else row
    latest = Newest.of(row.newest)
    seconds = seconds_for(project, user.pk, latest, row.lately)
    assigned = [Batch(**told) for told in member.batches] if member else []
    return Seat(project, user, latest, counts.of(row), seconds, assigned)


@prepared
def _members(project: int, user: int, lately: datetime, unsaved: tuple[int, ...], *, counted: bool) -> QuerySet[Member]:
    """Lock the person's membership, with what else is to be known."""
    members = Member.objects.filter(project=project, user=user).select_related("project")
    members = members.annotate(batches=batches("pk", unsaved), **_facts("project", user, lately, counted=counted))
    return members.select_for_update(of=("self",), no_key=True)


@prepared
def _projects(project: int, user: int, lately: datetime, *, counted: bool) -> QuerySet[Project]:
    """Read the same of a project where the person is no member."""
    return Project.objects.filter(pk=project).annotate(**_facts("pk", user, lately, counted=counted))


def _facts(project: str, user: int, lately: datetime, *, counted: bool) -> dict[str, Any]:
    told = {"newest": newest(project), "lately": said_lately(project, user, lately)}
    return {**told, **Counts.beside(project, counted=counted)}


def lock_person(project_id: int, user: User) -> None:
    """Let one claim of a person in a project run at a time, until the transaction ends."""
    member = Member.objects.filter(project=project_id, user=user).select_for_update(no_key=True)
    if not member.values("pk").first():
        User.objects.select_for_update(no_key=True).filter(pk=user.pk).values("pk").first()
