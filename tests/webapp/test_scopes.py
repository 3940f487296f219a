"""Every address of the API, by every method, with a token of every scope."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse

from annotation.members import remove_member
from annotation.models.tokens import TokenScope
from annotation.tokens import issue
from tests.webapp.test_access import TABLE, addresses, fill
from webapp.scopes import scope_for

pytestmark = pytest.mark.django_db

OWN_ALONE = {  # writing; these belong to no project
    "api:project-list", "api:token-list", "api:token-detail", "api:my-invitation-accept", "api:my-invitation-decline",
    "api:qgis", "api:keyboard", "api:tour", "api:inbox-seen", "api:draft-class-lists",
}  # fmt: skip
BY_PEOPLE = {("POST", "api:token-list"), ("POST", "api:qgis")}  # no token makes tokens


def least_scope(method: str, name: str) -> str:
    """Return the least scope that an address asks for: that of the least role, where it writes."""
    if (method, name) == ("GET", "api:token-list"):
        return "own"
    if method == "GET":
        return "read"
    if name == "api:comment-detail":
        return "label"  # their own; this one is the owner's
    if name in OWN_ALONE:
        return "own"
    told = TABLE[method, name]
    if (method, name) == ("DELETE", "api:project-detail"):
        return "own"  # dave was shown out by now, and hears 404
    least = next(place for place, status in enumerate(told[2:]) if status != 403)
    return ("read", "label", "review", "own")[least]


def by_token(user: AbstractBaseUser, scope: str) -> Client:
    """Return a program of a person."""
    return Client(headers={"authorization": f"Token {issue(user, name=scope, scope=scope)[1]}"})


def test_each_scope_is_let_in_where_it_reaches_and_nowhere_else(whole_project, alice):
    """Ask every address of the API, by every method, with a token of every scope of the owner, who may do all."""
    patterns, wrong = dict(addresses()), []
    programs = {scope: by_token(alice, scope) for scope in TokenScope.values}
    for method, name in TABLE:
        if not hasattr(patterns[name].callback, "cls") or name == "api:token":
            continue
        address = reverse(name, kwargs=fill(name, patterns[name], whole_project))
        least = TokenScope(least_scope(method, name))
        for scope, program in programs.items():
            answer = program.generic(method, address, content_type="application/json")
            reaches = TokenScope(scope).includes(least) and (method, name) not in BY_PEOPLE
            if (answer.status_code != 403) != reaches or answer.status_code == 401:
                wrong.append(f"{method} {name} with {scope}, least {least}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_methods_that_only_look_need_the_scope_to_read(whole_project, alice):
    program = by_token(alice, "read")
    for name, pattern in addresses():
        if not hasattr(pattern.callback, "cls") or name.startswith("api:token"):
            continue
        address = reverse(name, kwargs=fill(name, pattern, whole_project))
        answer = program.generic("OPTIONS", address)
        assert answer.status_code == (405 if name == "api:docs" else 200), name


def test_no_token_gives_more_than_the_role(whole_project, mallory, django_user_model):
    """Ask everything with tokens that may do all: people hear what they hear when they are logged in."""
    patterns, wrong = dict(addresses()), []
    people = [django_user_model.objects.get(username=name) for name in ("mallory", "dave", "bob", "carol", "alice")]
    programs = [by_token(person, "own") for person in people]
    for (method, name), told in TABLE.items():
        if not hasattr(patterns[name].callback, "cls") or name == "api:token" or "tokens/" in str(patterns[name]):
            continue
        if (method, name) in BY_PEOPLE:
            continue
        address = reverse(name, kwargs=fill(name, patterns[name], whole_project))
        for program, status in zip(programs, told[1:], strict=True):
            answer = program.generic(method, address, content_type="application/json")
            if answer.status_code != status:
                wrong.append(f"{method} {name}: {answer.status_code}, not {status}")
    assert not wrong, "\n".join(wrong)


def test_a_new_address_is_closed_to_narrow_tokens():
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert scope_for(method, "not-listed") == TokenScope.OWN
    assert scope_for("GET", "not-listed") == TokenScope.READ


def test_a_refusal_says_which_scope_is_needed(project, bob):
    answer = by_token(bob, "read").post(f"/api/projects/{project.pk}/claim/", {}, content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == "This needs a token of scope label; this one's is read."


def test_no_token_makes_tokens(bob):
    answer = by_token(bob, "own").post(
        "/api/tokens/", {"name": "More", "scope": "own"}, content_type="application/json"
    )
    assert answer.status_code == 403
    assert bob.access_tokens.count() == 1


def test_a_token_of_somebody_who_was_shown_out_opens_nothing_of_the_project(project, alice, bob):
    program = by_token(bob, "label")
    assert program.get(f"/api/projects/{project.pk}/").status_code == 200
    remove_member(project, project.members.get(user=bob).pk, by=alice)
    assert program.get(f"/api/projects/{project.pk}/").status_code == 404
    assert program.post(f"/api/projects/{project.pk}/claim/", {}, content_type="application/json").status_code == 404
