"""Logs: a number in every line and every answer, and no secrets or names of strangers' files."""

import json
import logging
import sys

import pytest
from django.test import Client

from webapp import logs


def line(message: str, *args: object, error: BaseException | None = None, form: type = logs.Json) -> str:
    """Return how an event is written."""
    trace = (type(error), error, error.__traceback__) if error else None
    return form().format(logging.LogRecord("webapp.tests", logging.ERROR, "x.py", 1, message, args, trace))


def test_it_works() -> None:
    logs.begin("0123456789abcdef")
    told = json.loads(line("Job %s is done", 5))
    assert told["message"] == "Job 5 is done"
    assert (told["level"], told["logger"], told["request_id"]) == ("ERROR", "webapp.tests", "0123456789abcdef")
    assert "0123456789abcdef" in line("Job %s", 5, form=logs.Lines)
    assert "\n" not in line("two\nlines")


@pytest.mark.parametrize("form", [logs.Json, logs.Lines])
@pytest.mark.parametrize(
    ("message", "secret"),
    [
        ("Authorization: Token 9944b09199c62bcf9418", "9944b09199c62bcf9418"),
        ("no such token as ts_Zm9vYmFyYmF6cXV4MDEyMzQ1", "Zm9vYmFyYmF6cXV4MDEyMzQ1"),
        ("sent Bearer abc.def-ghi", "abc.def-ghi"),
        ("{'password': 'hunter22'}", "hunter22"),
        ("password=hunter22&name=x", "hunter22"),
        ("no connection to postgis://owner:hunter22@db/terrascribe", "hunter22"),
        ("Not Found: /login/?next=/x&key=hunter22", "hunter22"),
        ("could not open /data/uploads/secret-site.tif", "secret-site"),
        ("'the new mine.tiff' has no bands", "new mine"),
        ("secret_key: hunter22", "hunter22"),
    ],
)
def test_nothing_secret_is_written(message: str, secret: str, form: type) -> None:
    assert secret not in line("%s", message, form=form)
    assert secret not in line("failed", error=ValueError(message), form=form)


def test_plain_messages_stay_as_they_are() -> None:
    for message in ("annotation.jobs took 3.5 s", "No message for job 7, the broker does not answer", "Not Found: /x/"):
        assert logs.plain(message) == message


def test_an_error_is_told_by_its_kind_and_where_it_came_through() -> None:
    try:
        json.loads("{")
    except ValueError as error:
        told = json.loads(line("failed", error=error))["error"]
    assert told["type"] == "JSONDecodeError"
    assert told["frames"][-1].startswith("tests/webapp/test_logs.py:")
    assert "Users" not in str(told) and sys.prefix not in str(told["frames"][-1])


def test_every_answer_has_a_number_of_its_own(db: None, client: Client, settings) -> None:
    numbers = {client.get(address)[logs.HEADER] for address in ("/healthz/", "/login/", "/nowhere/", "/api/projects/")}
    assert len(numbers) == 4
    sent = {"X-Request-ID": "chosen-by-a-stranger"}
    assert client.get("/healthz/", headers=sent)[logs.HEADER] != "chosen-by-a-stranger"
    settings.BEHIND_PROXY = True
    assert client.get("/healthz/", headers=sent)[logs.HEADER] == "chosen-by-a-stranger"
    assert "<" not in client.get("/healthz/", headers={"X-Request-ID": "<script>alert(1)"})[logs.HEADER]


def test_what_breaks_says_its_number(db: None, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("django.contrib.auth.views.LoginView.get_context_data", None)
    page = client.get("/login/")
    assert page.status_code == 500
    assert page[logs.HEADER] in page.content.decode()
    monkeypatch.setattr("webapp.api.sensors.SensorList.initial", None)
    answer = client.get("/api/sensors/")
    assert answer.status_code == 500
    assert answer.json()["error"]["request_id"] == answer[logs.HEADER]
