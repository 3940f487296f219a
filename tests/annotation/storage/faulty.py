"""A server between us and a bucket that does what servers should not do."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

REFUSAL = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
_KEPT = {"transfer-encoding", "connection", "server", "date"}


class Fault:
    """What goes wrong from now on: '', 'refused', 'slow', 'silent', 'truncated', 'changed' or 'gone'; and how often."""

    def __init__(self) -> None:
        """Begin without any."""
        self.kind, self.left, self.asked = "", 10**6, 0

    def set(self, kind: str, times: int = 10**6) -> None:
        """Let this go wrong the next `times`."""
        self.kind, self.left, self.asked = kind, times, 0

    def take(self) -> str:
        """Return what goes wrong with a request."""
        self.asked += 1
        if not self.kind or not self.left:
            return ""
        self.left -= 1
        return self.kind


class _Between(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fault: Fault
    behind: str

    def answer(self) -> None:
        """Ask the real server, and pass on what it says, or something else."""
        kind = self.fault.take()
        if kind == "gone":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if kind == "silent":
            time.sleep(3)
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if kind == "refused":
            self._send(403, [("Content-Type", "application/xml")], REFUSAL)
            return
        if kind == "slow":
            time.sleep(0.3)
        server = HTTPConnection(self.behind, timeout=30)
        server.request(self.command, self.path, body, dict(self.headers))
        got = server.getresponse()
        data, headers = got.read(), [(name, value) for name, value in got.getheaders() if name.lower() not in _KEPT]
        if kind == "changed":
            data = data[:-1] + bytes([data[-1] ^ 1]) if data else data
        self._send(got.status, headers, data, cut=len(data) // 2 if kind == "truncated" else None)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer  # noqa: N815

    def _send(self, status: int, headers: list[tuple[str, str]], data: bytes, *, cut: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[:cut])
        if cut is not None:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def between(endpoint: str) -> Iterator[tuple[str, Fault]]:
    """Stand before a server, and yield the address there and the fault that can be set."""
    fault = Fault()
    handler = type("Handler", (_Between,), {"fault": fault, "behind": urlsplit(endpoint).netloc})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", fault
    finally:
        server.shutdown()
        server.server_close()
