"""The people of a project: invited by name, members once they accept, changed and shown out by owners.

An invitation is a row for a name, whoever bears it, and is answered alike for names of nobody: who invites learns
nothing of accounts. Declining hides it from the person and leaves the owner's list as it is.
"""

from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, User
from django.db import transaction
from django.db.models import QuerySet

from annotation.assigning import free_tiles
from annotation.clock import now
from annotation.deletions import hold_project
from annotation.errors import BadSettings, NotAllowed, NotFound
from annotation.models import Invitation, Member, Project
from annotation.models.projects import Role
from annotation.validation import check

INVITED_FOR = timedelta(days=30)
MOST_WAITING = 200  # of one project


def waiting_in(project: Project) -> QuerySet[Invitation]:
    """Return a project's invitations that nobody has accepted."""
    return Invitation.objects.filter(project=project, invited_at__gt=now() - INVITED_FOR)


def waiting_for(user: User) -> QuerySet[Invitation]:
    """Return the invitations that a person can accept."""
    rows = Invitation.objects.filter(username=user.get_username(), declined_at=None, invited_at__gt=now() - INVITED_FOR)
    return rows.exclude(project__members__user=user).select_related("project", "invited_by")


@transaction.atomic
def invite(project: Project, *, by: AbstractBaseUser, username: str, role: str) -> Invitation:
    """Ask whoever bears this name to become a member; asking again changes the role.

    Raises:
        BadSettings: they are one already, or too many are waiting.
    """
    hold_project(project)
    name = User.normalize_username(username)
    if project.members.filter(user__username=name).exists():
        raise BadSettings(f"{name} is a member already; change the role in the list of members.")
    waiting = waiting_in(project)
    Invitation.objects.filter(project=project).exclude(pk__in=waiting.values("pk")).delete()
    row = waiting.filter(username=name).first()
    if row is None and waiting.count() >= MOST_WAITING:
        raise BadSettings(f"{MOST_WAITING} invitations are waiting, which is the most; withdraw some first.")
    row = row or Invitation(project=project, username=name)
    row.role, row.invited_by_id, row.invited_at = role, by.pk, now()
    check(row)
    row.save()
    return row


@transaction.atomic
def withdraw(project: Project, pk: int) -> None:
    """Take an invitation back.

    Raises:
        NotFound: there is none, or it was accepted meanwhile.
    """
    hold_project(project)
    if not Invitation.objects.filter(project=project, pk=pk).delete()[0]:
        raise NotFound("No such invitation in this project.")


@transaction.atomic
def accept(user: User, pk: int) -> Member:
    """Become a member.

    Raises:
        NotFound: nobody invites this person so, or no longer.
    """
    hold_project(_invited(user, pk).project)
    row = _invited(user, pk)  # as it is now: its role may have been changed, or it was withdrawn
    member = Member.objects.create(project=row.project, user=user, role=row.role)
    row.delete()
    return member


def decline(user: User, pk: int) -> None:
    """Stay out.

    Raises:
        NotFound: nobody invites this person so.
    """
    if not Invitation.objects.filter(pk__in=waiting_for(user).filter(pk=pk).values("pk")).update(declined_at=now()):
        raise NotFound("You have no such invitation.")


@transaction.atomic
def change_member(project: Project, pk: int, *, by: AbstractBaseUser, role: str) -> Member:
    """Give a person another role."""
    member = _other_member(project, pk, by)
    member.role = role
    check(member)
    if Role.ANNOTATOR not in Role(role).may:
        free_tiles(member)
    member.save()
    return member


@transaction.atomic
def remove_member(project: Project, pk: int, *, by: AbstractBaseUser) -> None:
    """Show a person out; what they labelled stays, what they were assigned is anybody's."""
    member = _other_member(project, pk, by)
    free_tiles(member)
    member.delete()


def _invited(user: User, pk: int) -> Invitation:
    row = waiting_for(user).filter(pk=pk).first()
    if row is None:
        raise NotFound("You have no such invitation.")
    return row


def _other_member(project: Project, pk: int, by: AbstractBaseUser) -> Member:
    """Return a member that `by` may change, who is never the last owner: that would leave nobody in charge."""
    hold_project(project)
    member = project.members.select_related("user").filter(pk=pk).first()
    if member is None:
        raise NotFound("No such member in this project.")
    if member.user_id == by.pk:
        raise NotAllowed("Nobody changes their own role; ask another owner.")
    if member.role == Role.OWNER and project.members.filter(role=Role.OWNER).count() == 1:
        raise BadSettings(f"{member.user} is the last owner: make somebody else an owner first.")
    return member
