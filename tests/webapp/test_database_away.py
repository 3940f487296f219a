"""While the database is away people are told so, and everything tries again."""

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from webapp.health import is_away


def met(kind: type[Exception], cause: psycopg.Error) -> Exception:
    """Return Django's error as it comes of the driver's."""
    error = kind(str(cause))
    error.__cause__ = cause
    return error


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every question to the database fail as it does without a server."""

    def refuse(*_: object, **__: object) -> None:
        raise met(OperationalError, psycopg.OperationalError("connection refused"))

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", refuse)


@pytest.mark.parametrize("address", ["/healthz/", "/api/projects/", "/api/projects/1/claim/"])
def test_it_works(away: None, address: str) -> None:
    client = Client(headers={"authorization": "Token 0123456789"})
    answer = client.post(address) if address.endswith("claim/") else client.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer.json()["error"]["message"] == "The database does not answer just now. Try again in a moment."


def test_a_page_says_it_in_a_sentence(away: None) -> None:
    client = Client(headers={"accept": "text/html", "cookie": "sessionid=0123456789"})
    answer = client.get("/")
    assert (answer.status_code, answer.content) == (
        503,
        b"The database does not answer just now. Try again in a moment.",
    )


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (met(OperationalError, psycopg.errors.AdminShutdown("")), True),
        (met(OperationalError, psycopg.errors.CrashShutdown("")), True),
        (met(OperationalError, psycopg.errors.CannotConnectNow("")), True),
        (met(OperationalError, psycopg.OperationalError("server closed the connection unexpectedly")), True),
        (met(InterfaceError, psycopg.InterfaceError("the connection is closed")), True),
        (met(OperationalError, psycopg.errors.DeadlockDetected("")), False),
        (met(OperationalError, psycopg.errors.DiskFull("")), False),
        (ValueError(), False),
    ],
)
def test_what_counts_as_away(error: Exception, away: bool) -> None:
    assert is_away(error) is away
