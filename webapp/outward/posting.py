"""Posting: one message to one address, with limits of time and size, and without following where the answer points."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping

from annotation.hooks import Outcome
from webapp.outward.addresses import Refused, Target, resolve

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 15.0  # from the first byte out to the last one in
MOST_BYTES = 64 * 1024  # of an answer, which nobody reads


class _Pinned(http.client.HTTPConnection):
    """A connection to the machine that the name was resolved to, and no other."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.target = target

    def connect(self) -> None:
        """Connect to that address; TLS asks for the certificate of the name."""
        self.sock = socket.create_connection((self.target.ip, self.target.port), CONNECT_SECONDS)
        if self.target.tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.target.host)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send a message and return how it went; this raises nothing for what is wrong at the other end."""
    began = time.monotonic()
    try:
        status, error = _post(resolve(url), body, headers)
    except Refused as refusal:
        status, error = None, str(refusal)
    except (ssl.SSLError, OSError, http.client.HTTPException) as fault:
        status, error = None, _words(fault)
    return Outcome(status, error, round(time.monotonic() - began, 3))


def _post(target: Target, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str]:
    connection = _Pinned(target)
    connection.connect()
    late = threading.Event()

    def end() -> None:  # a server that sends a byte now and then would keep each single wait short
        late.set()
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(WHOLE_SECONDS, end)
    clock.start()
    try:
        connection.request("POST", target.path, body, {"User-Agent": "Terrascribe", **headers})
        answer = connection.getresponse()
        answer.read(MOST_BYTES)
        return answer.status, _of_status(answer.status)
    except (OSError, http.client.HTTPException):
        if late.is_set():
            return None, f"It took more than {WHOLE_SECONDS:.0f} seconds."
        raise
    finally:
        clock.cancel()
        connection.close()


def _of_status(status: int) -> str:
    if 300 <= status < 400:
        return "It points elsewhere, which is not followed: give the address that it points to."
    return "" if status < 300 else f"It answered {status}."


def _words(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"Its certificate will not do: {fault.verify_message}."
    if isinstance(fault, TimeoutError):
        return "It did not answer in time."
    if isinstance(fault, ConnectionRefusedError):
        return "It takes no connections."
    return f"It broke off ({type(fault).__name__})."
