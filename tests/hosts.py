"""A host on loopback for tests: files with ranges and tags, answers that break off, and catalogues."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mlcore import remote
from mlcore.remote.ranges import chunks


@dataclass
class Host:
    """What a host serves, and what it was asked for."""

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    answers: dict[str, Callable[[dict[str, Any]], Any]] = field(default_factory=dict)  # JSON made on the way
    redirects: dict[str, str] = field(default_factory=dict)
    behaviour: dict[str, str] = field(default_factory=dict)  # away, slow, short, whole, other
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, range
    sent: int = 0  # bytes

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def put(self, path: str, content: bytes | Path | dict[str, Any]) -> str:
        """Serve something, and return its address."""
        if isinstance(content, Path):
            content = content.read_bytes()
        self.files[path] = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.url + path


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: Host

    def log_message(self, *_: object) -> None:
        """Keep still."""

    def do_GET(self) -> None:
        self._serve({name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()})

    def do_POST(self) -> None:
        self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _serve(self, asked: dict[str, Any]) -> None:
        host, path = self.host, urlsplit(self.path).path
        host.asked.append((self.command, self.path, self.headers.get("Range", "")))
        behaviour = host.behaviour.get(path, "")
        if path in host.redirects:
            return self._send(302, b"", {"Location": host.redirects[path]})
        if behaviour == "away":
            return self._send(503, b"")
        if path in host.answers:
            return self._send(200, json.dumps(host.answers[path](asked)).encode(), {"Content-Type": "application/json"})
        if path not in host.files:
            return self._send(404, b"")
        return self._file(host.files[path], behaviour)

    def _file(self, content: bytes, behaviour: str) -> None:
        told = {"ETag": f'"{sha256(content).hexdigest()[:16]}"', "Accept-Ranges": "bytes"}
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not match or behaviour == "whole":
            return self._send(200, content, told, slow=behaviour == "slow")
        start, end = int(match[1]), min(int(match[2]) + 1, len(content))
        if behaviour == "other":
            start, end = start + 1, end + 1
        told["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
        part = content[start:end]
        return self._send(206, part[: len(part) // 2] if behaviour == "short" else part, told, slow=behaviour == "slow")

    def _send(self, status: int, body: bytes, told: dict[str, str] | None = None, *, slow: bool = False) -> None:
        self.send_response(status)
        for name, value in (told or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.host.sent += len(body)
        if not slow:
            self.wfile.write(body)
            return
        with suppress(OSError):  # nobody waits for the end of it
            for at in range(len(body)):
                self.wfile.write(body[at : at + 1])
                time.sleep(0.2)


@contextmanager
def serving() -> Iterator[Host]:
    """Run a host for the body."""
    host = Host()
    handler = type("Handler", (_Handler,), {"host": host})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    host.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        chunks.clear()


@contextmanager
def allowed(*hosts: str, **limits: float) -> Iterator[None]:
    """Let hosts be read in the body, in this process and in children that read for it."""
    rules = remote.Policy(tuple(hosts), plain=True, **limits)  # type: ignore[arg-type]
    before = remote.policy()
    remote.tell(lambda: rules)
    try:
        yield
    finally:
        remote.tell(lambda: before)
