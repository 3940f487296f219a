"""Joining: links that work once, by which somebody gets an account and becomes a member of a project.

The secret is shown once, and only its digest is kept. There is no other way to sign up.
"""

import secrets
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from annotation.clock import now
from annotation.deletions import hold_project
from annotation.errors import BadSettings, NotFound
from annotation.models import JoinLink, Member, Project
from annotation.models.projects import Role
from annotation.tokens import digest_of
from annotation.validation import check

LASTS = timedelta(days=7)
MOST_OPEN = 200  # of one project


def open_links(project: Project | None) -> QuerySet[JoinLink]:
    """Return the links of a project, or of the whole site, that nobody has used."""
    return JoinLink.objects.filter(project=project, expires_at__gt=now())


@transaction.atomic
def make_link(
    project: Project | None, *, role: str = "", administrator: bool = False, by: AbstractBaseUser | None = None
) -> tuple[JoinLink, str]:
    """Return a new link and its secret, which is kept nowhere.

    Raises:
        BadSettings: too many are open, or the role is none.
    """
    if project:
        hold_project(project)
        role = role or Role.ANNOTATOR
    JoinLink.objects.filter(expires_at__lte=now()).delete()
    if open_links(project).count() >= MOST_OPEN:
        raise BadSettings(f"{MOST_OPEN} links are open, which is the most; withdraw some first.")
    secret = secrets.token_urlsafe(32)
    link = JoinLink(project=project, role=role, administrator=administrator, digest=digest_of(secret))
    link.made_by_id, link.made_at = by.pk if by else None, now()
    link.expires_at = link.made_at + LASTS
    check(link)
    link.save()
    return link, secret


def withdraw_link(project: Project, pk: int) -> None:
    """Make a link useless.

    Raises:
        NotFound: there is none, or it was used meanwhile.
    """
    if not JoinLink.objects.filter(project=project, pk=pk).delete()[0]:
        raise NotFound("No such link of this project.")


def behind(secret: str) -> JoinLink:
    """Return the link that a secret opens.

    Raises:
        NotFound: it opens nothing.
    """
    link = JoinLink.objects.filter(digest=digest_of(secret), expires_at__gt=now()).select_related("project").first()
    if link is None:
        raise NotFound("This link was used, withdrawn or is over. Ask whoever sent it for another one.")
    return link


@transaction.atomic
def make_account(secret: str, username: str, password: str) -> tuple[User, JoinLink]:
    """Use a link up: make the account, and the member.

    Raises:
        BadSettings: the name is taken, or the name or password will not do; the link stays open.
        NotFound: the link opens nothing.
    """
    link = _used(secret)
    name = User.normalize_username(username.strip())
    if User.objects.filter(username__iexact=name).exists():
        raise BadSettings(f"Somebody is called {name} already; choose another name.")
    user = User(username=name, is_staff=link.administrator, is_superuser=link.administrator)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadSettings(" ".join(error.messages)) from error
    user.set_password(password)
    check(user)
    user.save()
    _become_member(user, link)
    return user, link


@transaction.atomic
def join(secret: str, user: User) -> JoinLink:
    """Use a link up with the account that one has.

    Raises:
        BadSettings: it would change nothing; the link stays open for somebody else.
        NotFound: the link opens nothing.
    """
    link = _used(secret)
    if link.project is None:
        raise BadSettings("This link makes an account, and you have one. Log out to use it for somebody else.")
    _become_member(user, link)
    return link


def _used(secret: str) -> JoinLink:
    """Return a link and delete it: of two who open it at once, one gets it."""
    link = behind(secret)
    if link.project:
        hold_project(link.project)
    if not JoinLink.objects.filter(pk=link.pk).delete()[0]:
        raise NotFound("Somebody has used this link just now.")
    return link


def _become_member(user: User, link: JoinLink) -> None:
    if link.project is None:
        return
    if link.project.members.filter(user=user).exists():
        raise BadSettings(f"You are a member of {link.project} already.")
    Member.objects.create(project=link.project, user=user, role=link.role)
