"""The web server against half-sent and slow requests, on a small application."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.rasters import ROOT
from webapp.patience import HEAD_BYTES, SMALL_BYTES, length_of, wanted

APPLICATION = """
def application(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if environ["PATH_INFO"] == "/read" else b""
    status = "401 Unauthorized" if environ["PATH_INFO"] == "/refuse" else "200 OK"
    start_response(status, [("Content-Length", str(len(str(len(body)))))])
    return [str(len(body)).encode()]
"""
THREADS = 4
HALF = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: a\r\nX-Half: ",
    "half a form": b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc",
    "half a file": b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nabc",
    "half a refused file": b"POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nabc",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder: Path = tmp_path_factory.mktemp("server")
    (folder / "small.py").write_text(APPLICATION)
    (folder / "impatient.py").write_text(
        "from webapp import patience\n"
        "patience.WHOLE_SECONDS, patience.GRACE_SECONDS, patience.MOST_WAITING = 1.5, 1.0, 100\n"
        "class Worker(patience.PatientWorker):\n    pass\n"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "small", "--worker-class", "impatient.Worker", "--no-control-socket"]
    options = ["--bind", f"127.0.0.1:{port}", "--threads", str(THREADS), "--log-level", "error"]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{folder}"}
    with subprocess.Popen([*command, *options], env=environment, cwd=folder) as process:
        wait_until(lambda: ask(port) == (200, b"0"))
        yield port
        process.terminate()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ask(port: int, path: str = "/", body: bytes | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST" if body else "GET", path, body)
    answer = connection.getresponse()
    told = answer.status, answer.read()
    connection.close()
    return told


def opened(port: int, sent: bytes) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), timeout=30)
    sock.sendall(sent)
    return sock


def is_closed(sock: socket.socket) -> bool:
    """Wait for the server to end a connection."""
    try:
        while sock.recv(1000):
            pass
    except ConnectionResetError:
        pass
    return True


@pytest.mark.parametrize("half", HALF)
def test_it_works(server: int, half: str) -> None:
    with ExitStack() as stack:
        for _ in range(64):
            stack.enter_context(opened(server, HALF[half]))
        began = time.monotonic()
        assert ask(server) == (200, b"0")
        assert time.monotonic() - began < 3  # a quiet machine takes milliseconds; the limits of the halves are beyond
        assert ask(server, "/read", b"x" * 5000) == (200, b"5000")


@pytest.mark.parametrize("half", ["nothing", "half a head", "half a form", "half a file"])
def test_what_never_becomes_whole_is_ended(server: int, half: str) -> None:
    with opened(server, HALF[half]) as sock:
        assert is_closed(sock)


def test_a_flood_of_connections_lets_others_in(server: int) -> None:
    with ExitStack() as stack:
        for _ in range(250):
            stack.enter_context(opened(server, HALF["half a head"]))
        assert ask(server) == (200, b"0")


@pytest.mark.parametrize("size", [1, SMALL_BYTES - 1, SMALL_BYTES, SMALL_BYTES + 1, 3_000_000])
def test_bodies_arrive_whole(server: int, size: int) -> None:
    assert ask(server, "/read", b"x" * size) == (200, str(size).encode())


def test_a_request_in_pieces_arrives(server: int) -> None:
    with opened(server, b"") as sock:
        for piece in (b"POST /re", b"ad HTTP/1.1\r\nHost: a\r", b"\nContent-Length: 6\r\n\r", b"\nabc", b"def"):
            sock.sendall(piece)
            time.sleep(0.05)
        assert sock.recv(1000).endswith(b"\r\n\r\n6")


def test_a_connection_serves_several_requests(server: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server, timeout=30)
    for size in (0, 10, 100):
        connection.request("POST", "/read", b"x" * size)
        assert connection.getresponse().read() == str(size).encode()
    connection.close()


def test_who_sends_a_file_that_is_refused_reads_the_refusal(server: int) -> None:
    with opened(server, HALF["half a refused file"]) as sock:
        sock.sendall(b"x" * 300_000)
        assert sock.recv(1000).startswith(b"HTTP/1.1 401")


def test_a_head_without_end_is_ended(server: int) -> None:
    with opened(server, b"GET / HTTP/1.1\r\nX: " + b"x" * (HEAD_BYTES + 100)) as sock:
        assert is_closed(sock)


def test_what_is_waited_for() -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\n"
    assert wanted(head) == len(head) + 1
    assert wanted(head + b"\r\n") == len(head) + 2
    head = b"POST / HTTP/1.1\r\ncontent-length:  12\r\n\r\n"
    assert wanted(head) == wanted(head + b"abc") == len(head) + 12
    of_a_file = b"POST / HTTP/1.1\r\nContent-Length: 70000\r\n\r\n"
    assert wanted(of_a_file) == len(of_a_file)
    assert length_of(b"Content-Length: 5\r\nX-Content-Length: 9\r\nContent-Length: 7") == 7
    assert length_of(b"Content-Length: -5\r\nContent-Length: many") == 0
