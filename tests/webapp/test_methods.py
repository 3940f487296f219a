"""Every address, asked in the ways that pages never ask: OPTIONS, HEAD and TRACE."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from annotation.models import Project, Sample
from tests import factories

CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")
REGULAR = re.compile(r"\(\?P<\w+>([^|)]*)[^)]*\)|[\^$]")


def addresses(numbers: dict[str, int], of: URLResolver | None = None, start: str = "/") -> Iterator[str]:
    """Return every address of the site, with these numbers where it wants one."""
    for pattern in (of or get_resolver()).url_patterns:
        route = CONVERTED.sub(lambda met: str(numbers.get(met[1], 1)), str(pattern.pattern))
        address = start + REGULAR.sub(lambda met: met[1] or "", route)
        if isinstance(pattern, URLResolver):
            yield from addresses(numbers, pattern, address)
        elif isinstance(pattern, URLPattern):
            yield address


@pytest.fixture
def person(
    request: pytest.FixtureRequest, alice: AbstractBaseUser, mallory: AbstractBaseUser
) -> AbstractBaseUser | None:
    """Return who asks: the owner, a stranger, the operator, or nobody known."""
    people = {"owner": alice, "stranger": mallory, "nobody": None}
    if request.param == "operator":
        return factories.make_user("root", is_staff=True, is_superuser=True)
    return people[request.param]


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "TRACE"])
@pytest.mark.parametrize("person", ["owner", "stranger", "operator", "nobody"], indirect=True)
def test_it_works(project: Project, samples: list[Sample], person: AbstractBaseUser | None, method: str) -> None:
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(person)
    numbers = {"project_id": project.pk, "pk": samples[0].pk, "z": 0, "x": 0, "y": 0, "number": 1, "code": 1}
    asked = sorted(set(addresses(numbers)))
    assert len(asked) > 100
    broken = [address for address in asked if client.generic(method, address).status_code >= 500]
    assert broken == []


def test_the_page_of_the_api_has_no_options(api: Callable, alice: AbstractBaseUser) -> None:
    assert api(alice).options("/api/docs/").status_code == 405
    assert api(alice).get("/api/docs/").status_code == 200
