"""/api/tokens/: several a person, named, scoped, ending, revocable, shown once and kept as digests."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from annotation import tokens
from annotation.errors import BadSettings
from annotation.models import AccessToken
from annotation.tokens import issue
from tests import factories

pytestmark = pytest.mark.django_db


def client_with(key: str) -> APIClient:
    """Return a program with a token."""
    return APIClient(HTTP_AUTHORIZATION=f"Token {key}")


def opens(key: str) -> bool:
    """Return whether a token is let in."""
    return client_with(key).get("/api/projects/").status_code == 200


def test_it_works(api, project, bob):
    made = api(bob).post("/api/tokens/", {"name": "Nightly", "scope": "read", "days": 7})
    assert made.status_code == 201
    key = made.json()["token"]
    assert client_with(key).get("/api/projects/").json()["count"] == 1
    (row,) = api(bob).get("/api/tokens/").json()["results"]
    assert (row["name"], row["scope"], row["prefix"]) == ("Nightly", "read", key[:12])
    assert row["last_used_at"] is not None
    left = AccessToken.objects.get().expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


def test_what_is_kept_opens_nothing(bob):
    token, key = issue(bob, name="Script", scope="own")
    kept = {str(value) for value in AccessToken.objects.values().get().values()}
    assert key not in kept and not any(key[12:] in value for value in kept)
    assert not any(opens(value) for value in (token.digest, token.prefix, token.prefix + token.digest))


def test_a_key_is_shown_once(api, bob):
    key = api(bob).post("/api/tokens/", {"name": "Script", "scope": "read"}).json()["token"]
    assert key[12:] not in api(bob).get("/api/tokens/").content.decode()


def test_several_live_side_by_side_and_end_alone(api, bob):
    (first, one), (_, two) = issue(bob, name="One", scope="own"), issue(bob, name="Two", scope="own")
    assert opens(one) and opens(two)
    assert api(bob).delete(f"/api/tokens/{first.pk}/").status_code == 204
    assert not opens(one) and opens(two)
    assert api(bob).delete(f"/api/tokens/{first.pk}/").status_code == 404


def test_tokens_of_others_are_missing(api, bob, mallory):
    token, key = issue(bob, name="Script", scope="own")
    assert api(mallory).get("/api/tokens/").json()["count"] == 0
    assert api(mallory).delete(f"/api/tokens/{token.pk}/").status_code == 404
    assert opens(key)


@pytest.mark.parametrize("days", [0, -1, 366, 10**9])
def test_none_lasts_longer_than_is_allowed(api, bob, days):
    answer = api(bob).post("/api/tokens/", {"name": "Script", "scope": "read", "days": days})
    assert answer.status_code == 400
    assert AccessToken.objects.count() == 0


def test_it_ends_by_itself(api, bob):
    _, key = issue(bob, name="Script", scope="own")
    assert timedelta(days=89) < AccessToken.objects.get().expires_at - timezone.now() <= timedelta(days=90)
    AccessToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not opens(key)
    assert api(bob).get("/api/tokens/").json()["count"] == 0


def by_hand(user: User) -> None:
    """Give a new password as the forms and commands do."""
    user.set_password("another horse battery")
    user.save()


def by_none(user: User) -> None:
    """Take the password away."""
    user.set_unusable_password()
    user.save()


def by_one_column(user: User) -> None:
    """Take the password away, and write nothing else."""
    user.set_unusable_password()
    user.save(update_fields=["password"])


def by_bulk(user: User) -> None:
    """Write another password past the model."""
    User.objects.filter(pk=user.pk).update(password=make_password("another horse battery"))


@pytest.mark.parametrize("change", [by_hand, by_none, by_one_column, by_bulk])
def test_a_new_password_ends_all(api, bob, change):
    _, key = issue(bob, name="Script", scope="own")
    change(bob)
    assert not opens(key)
    assert list(tokens.live_tokens(User.objects.get(pk=bob.pk))) == []


def test_the_same_password_hashed_by_newer_rules_ends_none(client, bob, settings):
    _, key = issue(bob, name="Script", scope="own")
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.MD5PasswordHasher",
    ]  # fmt: skip
    client.post("/login/", {"username": "bob", "password": factories.PASSWORD})
    assert User.objects.get(pk=bob.pk).password.startswith("scrypt")
    assert opens(key)


def test_who_is_no_longer_active_has_no_tokens(bob):
    _, key = issue(bob, name="Script", scope="own")
    bob.is_active = False
    bob.save()
    assert not opens(key)


def test_use_is_noted_once_a_minute(bob, django_assert_num_queries):
    _, key = issue(bob, name="Script", scope="own")
    with django_assert_num_queries(2):
        tokens.recognise(key)
    with django_assert_num_queries(1):
        tokens.recognise(key)
    AccessToken.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    tokens.recognise(key)
    assert timezone.now() - AccessToken.objects.get().last_used_at < timedelta(seconds=30)


@pytest.mark.parametrize("key", ["", "x", "ts_", "a\0b", "ts_\u00e9", "9" * 100_000])
def test_garbage_opens_nothing(bob, key):
    issue(bob, name="Script", scope="own")
    assert tokens.recognise(key) is None


def test_the_right_beginning_is_not_enough(bob):
    _, key = issue(bob, name="Script", scope="own")
    assert not opens(key[:-1]) and not opens(key[:12] + "x" * 34) and not opens(key + "x")


def test_a_person_has_so_many_at_the_most(bob, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    for _ in range(2):
        issue(bob, name="Script", scope="read")
    with pytest.raises(BadSettings, match="revoke one"):
        issue(bob, name="Script", scope="read")
    AccessToken.objects.update(expires_at=timezone.now())
    issue(bob, name="Script", scope="read")
    assert AccessToken.objects.count() == 1  # what had ended is swept


def test_markup_in_a_name_is_refused(api, bob):
    answer = api(bob).post("/api/tokens/", {"name": "<b>x</b>", "scope": "read"})
    assert answer.status_code == 400
    assert "Leave out <" in answer.json()["error"]["message"]
