"""/api/token/ and what a token opens; the schema and its page."""

import pytest
from rest_framework.test import APIClient

from tests import factories

pytestmark = pytest.mark.django_db


def test_it_works(project, bob):
    answer = APIClient().post("/api/token/", {"username": "bob", "password": factories.PASSWORD})
    client = APIClient(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    assert client.get("/api/projects/").json()["count"] == 1


def test_a_wrong_password_and_an_unknown_name_hear_the_same(bob):
    wrong = APIClient().post("/api/token/", {"username": "bob", "password": "x"})
    unknown = APIClient().post("/api/token/", {"username": "nobody", "password": "x"})
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.json() == unknown.json()


def test_it_says_what_the_token_is_for(bob):
    login = {"username": "bob", "password": factories.PASSWORD}
    told = APIClient().post("/api/token/", {**login, "name": "Nightly", "scope": "label", "days": 3}).json()
    assert (told["name"], told["scope"]) == ("Nightly", "label")
    plain = APIClient().post("/api/token/", login).json()
    assert (plain["name"], plain["scope"]) == ("Script", "own")
    assert bob.access_tokens.count() == 2


def test_guessing_is_slowed_down(bob):
    answers = [APIClient().post("/api/token/", {"username": f"u{n}", "password": "x"}).status_code for n in range(25)]
    assert answers[0] == 400
    assert answers[-1] == 429


def test_a_wrong_token_opens_nothing(project):
    answer = APIClient(HTTP_AUTHORIZATION="Token 0000").get("/api/projects/")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"]


def test_the_schema_has_no_gaps(capsys):
    from django.core.management import call_command

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")


def test_the_docs_page_needs_no_other_host(api, bob):
    page = api(bob).get("/api/docs/").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert "https://" not in page
    assert "<script>" not in page
