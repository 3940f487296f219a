"""Tokens of people's programs: issued, recognised, revoked.

A key is shown once. What is kept is its beginning, to find the row by, and a digest, which is compared in constant
time. Each row names the password under which it was issued, so that a new password ends all of them in that moment.
"""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models.functions import Now

from annotation.errors import BadSettings, NotFound
from annotation.models import AccessToken, Project
from annotation.models.tokens import PREFIX, TokenScope
from annotation.validation import check

MOST_TOKENS = 50  # of one person
USE_IS_NOTED = timedelta(minutes=1)  # at the most


def digest_of(text: str) -> str:
    """Return the digest under which a key, or a stored password, is kept."""
    return sha256(text.encode()).hexdigest()


def live_tokens(user: User) -> models.QuerySet[AccessToken]:
    """Return the tokens with which somebody's programs get in, the newest first."""
    return AccessToken.objects.filter(user=user, password=digest_of(user.password), expires_at__gt=Now())


@transaction.atomic
def issue(
    user: User, *, name: str, scope: str, days: int | None = None, project: Project | None = None
) -> tuple[AccessToken, str]:
    """Return a new token of a person and its key, which is kept nowhere; of a project, it opens no other.

    Raises:
        BadSettings: it would last too long, or the person has too many.
    """
    most = settings.TOKEN_MOST_DAYS
    days = min(settings.TOKEN_DAYS, most) if days is None else days
    if not 1 <= days <= most:
        raise BadSettings(f"A token lasts from 1 to {most} days; choose a number between.")
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two requests must not pass the limit
    live = live_tokens(person)
    AccessToken.objects.filter(user=person).exclude(pk__in=live.values("pk")).delete()
    if live.count() >= MOST_TOKENS:
        raise BadSettings(f"You have {MOST_TOKENS} tokens, which is the most; revoke one that you need no longer.")
    key = f"ts_{secrets.token_urlsafe(32)}"
    token = AccessToken(user=person, project=project, name=name.strip(), scope=scope)
    token.prefix, token.digest, token.password = key[:PREFIX], digest_of(key), digest_of(person.password)
    check(token, exclude=["expires_at"])
    token.expires_at = Now() + timedelta(days=days)  # by the clock that will be asked
    token.save()
    token.refresh_from_db()
    return token, key


def recognise(key: str) -> AccessToken | None:
    """Return the token whose key this is, with its person, and note that it was used; None if it opens nothing."""
    if not (key.isascii() and key.isprintable()):
        return None
    unnoted = models.Q(last_used_at=None) | models.Q(last_used_at__lt=Now() - USE_IS_NOTED)
    rows = AccessToken.objects.filter(prefix=key[:PREFIX], expires_at__gt=Now(), user__is_active=True)
    digest = digest_of(key)
    for token in rows.select_related("user").annotate(unnoted=unnoted):
        same = secrets.compare_digest(token.digest, digest)
        if same and secrets.compare_digest(token.password, digest_of(token.user.password)):
            if token.unnoted:
                AccessToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=Now())
            return token
    return None


def may(token: AccessToken, scope: TokenScope) -> bool:
    """Return whether a token lets do this."""
    return TokenScope(token.scope).includes(scope)


def revoke(user: User, pk: int) -> None:
    """End one of a person's tokens.

    Raises:
        NotFound: it is none of theirs, or has ended.
    """
    if not live_tokens(user).filter(pk=pk).delete()[0]:
        raise NotFound("You have no such token.")


def keep_while_hashed_anew(instance: User, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """Before a person is stored: let tokens live on where the same password is hashed by newer rules at a login."""
    renamed = getattr(instance, "_password", None) is not None  # as Django tells a new password from a new hash
    if update_fields is None or set(update_fields) != {"password"} or renamed or not instance.has_usable_password():
        return
    before = User.objects.filter(pk=instance.pk).values_list("password", flat=True).first() or ""
    rows = AccessToken.objects.filter(user=instance, password=digest_of(before))
    rows.update(password=digest_of(instance.password))
