"""Messages on their way: signed, to the machine that was looked up, and with an end."""

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from annotation.hooks import ask_test, gather, make_webhook
from annotation.hooks.signing import sign
from tests import factories
from webapp.outward import deliver, delivering, posting
from webapp.tasks import sweep

pytestmark = pytest.mark.django_db


class Ear:
    """A server that keeps what it hears and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status, self.location, self.drip = 200, "", False
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.append(({key.lower(): value for key, value in self.headers.items()}, body))
                if ear.drip:
                    for _ in range(100):
                        self.wfile.write(b"H")
                        time.sleep(0.05)
                self.send_response(ear.status)
                if ear.location:
                    self.send_header("Location", ear.location)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook/s3cr3t-path"


@pytest.fixture
def ear(settings) -> Iterator[Ear]:
    """Return a server inside the network, which the operator names."""
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    made = Ear()
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def row(project, alice, ear):
    """Return a webhook of that server."""
    return make_webhook(project, url=ear.url, events=["labels.created"], by=alice)[0]


def test_it_works(api, project, samples, alice, bob, row, ear):
    made = [factories.label(sample, bob, 1) for sample in samples[:3]]
    gather()
    gather()
    assert deliver() == 1
    ((headers, body),) = ear.heard
    told = json.loads(body)
    assert (told["type"], told["data"]["annotations"]) == ("labels.created", [each.pk for each in made])
    stamp = int(headers["webhook-timestamp"])
    assert abs(stamp - time.time()) < 60
    assert headers["webhook-signature"] == sign(row.secret, headers["webhook-id"], stamp, body)
    page = api(alice).get(f"/api/projects/{project.pk}/annotations/", {"cursor": told["data"]["cursor"]}).json()
    assert [each["id"] for each in page["results"]] == told["data"]["annotations"]
    assert deliver() == 0


def test_the_sweep_tells_it_by_a_thread(row, ear, monkeypatch):
    started: list[str] = []
    monkeypatch.setattr(
        "webapp.outward.delivering.threading.Thread", lambda **facts: started.append(facts["name"]) or Off()
    )
    ask_test(row)
    sweep()
    assert started == ["webhooks"]
    sweep()
    assert started == ["webhooks"]  # that one is at work


class Off:
    """A thread that has not begun."""

    def start(self) -> None:
        """Do nothing."""


@pytest.fixture(autouse=True)
def nobody_at_work() -> Iterator[None]:
    """Let no test find the lock of another."""
    yield
    if delivering._at_work.locked():
        delivering._at_work.release()


def test_a_failure_is_told_and_the_others_wait(row, ear):
    told, _ = ask_test(row), ask_test(row)
    ear.status = 500
    assert deliver() == 0
    told.refresh_from_db()
    assert (told.status, told.error, told.attempts, told.sent_at) == (500, "It answered 500.", 1, None)
    assert len(ear.heard) == 1 and deliver() == 0 and len(ear.heard) == 1


def test_redirects_are_not_followed(row, ear):
    told = ask_test(row)
    ear.status, ear.location = 307, ear.url
    assert deliver() == 0 and len(ear.heard) == 1
    told.refresh_from_db()
    assert told.error.startswith("It points elsewhere, which is not followed")


def test_a_server_that_drips_comes_to_an_end(row, ear, monkeypatch):
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.3)
    told = ask_test(row)
    ear.drip = True
    began = time.monotonic()
    deliver()
    assert time.monotonic() - began < 3
    told.refresh_from_db()
    assert told.status is None and "seconds" in told.error


def test_nobody_there_is_told(row, ear):
    told = ask_test(row)
    ear.server.shutdown()
    ear.server.server_close()
    deliver()
    told.refresh_from_db()
    assert told.error == "It takes no connections."


def test_a_host_that_is_named_no_more_is_not_reached(row, ear, settings):
    told = ask_test(row)
    settings.WEBHOOK_HOSTS = []
    deliver()
    told.refresh_from_db()
    assert ear.heard == [] and "https" in told.error


def test_the_name_is_resolved_once(row, ear, settings, monkeypatch):
    """A name that means another machine at the second look is connected to where it meant at the first."""
    settings.WEBHOOK_HOSTS = ["rebind.example"]
    asked: list[str] = []

    def resolved(host: str, port: int, **_: Any) -> Any:
        asked.append(host)
        if host == "rebind.example":
            return [(2, 1, 6, "", ("127.0.0.1", port))]
        assert host == "127.0.0.1"  # the number alone is asked for from now on
        return real(host, port, **_)

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *_, **more: resolved(host, port))
    row.url = ear.url.replace("127.0.0.1", "rebind.example")
    row.save()
    ask_test(row)
    assert deliver() == 1 and asked.count("rebind.example") == 1
    assert ear.heard[0][0]["host"].startswith("rebind.example")


def test_neither_secret_nor_address_is_logged(row, ear, caplog):
    caplog.set_level(logging.DEBUG)
    ear.status = 500
    ask_test(row)
    deliver()
    assert "s3cr3t" not in caplog.text and row.secret not in caplog.text and "Webhook" in caplog.text
