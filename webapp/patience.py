"""A worker for gunicorn that waits for slow and half-sent requests without spending a thread on any of them.

gunicorn's own gives a connection to a thread with its first byte, so that as many half-sent requests as there are
threads silence the site. This one looks at what has come, without taking it, until the request is whole, or at least
its head if the body is a file; threads read such bodies at a least speed, and half of them are kept free of files.
"""

import errno
import re
import selectors
import socket
import time
from collections import OrderedDict, deque
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

WHOLE_SECONDS = 15.0  # for a head, and for a body that is no file
HEAD_BYTES = 2**15
SMALL_BYTES = 2**16  # a body up to here is waited for
MOST_WAITING = 400  # connections a worker; beyond, the oldest goes
GRACE_SECONDS = 10.0  # of waiting for a file, besides what its bytes take at the least speed
LEAST_SPEED = 8_000  # bytes a second
SEND_SECONDS = 20.0  # for each piece of an answer
LINGER_SECONDS = 2.0  # for a client to read the refusal of what it is still sending
LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


def wanted(seen: bytes) -> int:
    """Return how many bytes there must be before a thread is worth it, from those that are there."""
    head, end, _ = seen.partition(b"\r\n\r\n")
    if not end:
        return len(seen) + 1
    return len(head) + len(end) + (length if (length := length_of(head)) <= SMALL_BYTES else 0)


def length_of(head: bytes) -> int:
    """Return the length of the body that a head announces; of several, the largest."""
    return max(map(int, LENGTH.findall(head)), default=0)


class Patient:
    """A socket for one request's body: it must come at a least speed."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.begin()

    def begin(self) -> None:
        """Count anew, for the next request."""
        self._waited, self._received = 0.0, 0

    def recv(self, size: int) -> bytes:
        """Return some bytes.

        Raises:
            ConnectionResetError: they come too slowly.
        """
        left = GRACE_SECONDS + self._received / LEAST_SPEED - self._waited
        began = time.monotonic()
        try:
            self._sock.settimeout(max(left, 0.001))
            data = self._sock.recv(size)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "The body came too slowly.") from None
        finally:
            self._waited += time.monotonic() - began
            self._sock.settimeout(SEND_SECONDS)
        self._received += len(data)
        return data

    def __getattr__(self, name: str) -> Any:
        """Do all else as the socket does."""
        return getattr(self._sock, name)


class Connection(TConn):  # type: ignore[misc]
    """A connection, and what it is waited for."""

    large = False  # the body is a file
    lingers = False  # answered, and about to be closed
    deadline = 0.0
    least = 1  # bytes to come before it is looked at again

    def init(self) -> None:
        """Prepare the parser, and let it read at a least speed."""
        super().init()
        if isinstance(self.parser.unreader.sock, Patient):
            self.parser.unreader.sock.begin()
        else:
            self.parser.unreader.sock = Patient(self.sock)
        self.sock.settimeout(SEND_SECONDS)


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Threads for requests that are there."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.waiting: OrderedDict[Connection, None] = OrderedDict()  # by age
        self.files: deque[Connection] = deque()  # whole heads, waiting for a thread for their body
        self.busy_with_files = 0

    def accept(self, listener: Any) -> None:
        """Take a connection and look what has come."""
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self._wait_for(Connection(self.cfg, sock, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Connection, client: Any) -> None:
        """Wait for the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait_for(conn)

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """Keep the connection, or end it without waiting for its client."""
        if conn.large:
            conn.large = False
            self.busy_with_files -= 1
            if self.files:
                self._read_file(self.files.popleft())
        kept = not fs.cancelled() and fs.exception() is None and fs.result()
        if kept:
            super().finish_request(conn, fs)
        else:
            self._linger(conn)

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        """Keep no connection whose body nobody wanted: reading it to its end would cost a thread."""
        return bool(keepalive and conn.parser.finish_body(deadline=time.monotonic() + 0.01))

    def murder_pending(self) -> None:
        """End what has taken too long; when the worker stops, all that is not whole."""
        now = time.monotonic()
        for conn in [conn for conn in self.waiting if conn.deadline < now or not self.alive]:
            self._drop(conn)

    def _wait_for(self, conn: Connection) -> None:
        conn.sock.setblocking(False)
        conn.deadline = time.monotonic() + WHOLE_SECONDS
        self._register(conn, self._look)
        self._look(conn, conn.sock)

    def _register(self, conn: Connection, callback: Any) -> None:
        if len(self.waiting) >= MOST_WAITING:
            self._drop(next(iter(self.waiting)))
        self.waiting[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(callback, conn))

    def _look(self, conn: Connection, client: Any) -> None:
        """Give the connection to a thread if the request is there; else wait for more bytes than there are."""
        try:
            seen = client.recv(HEAD_BYTES + SMALL_BYTES, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            return self._drop(conn)
        if len(seen) < conn.least:
            return self._drop(conn)  # the client has ended in the middle
        if len(seen) >= HEAD_BYTES and b"\r\n\r\n" not in seen:
            return self._drop(conn)  # no head of ours is as long
        conn.least = wanted(seen)
        if len(seen) < conn.least:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, conn.least)
            return None
        conn.least = 1
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        self._forget(conn)
        conn.data_ready = True
        conn.large = length_of(seen.partition(b"\r\n\r\n")[0]) > SMALL_BYTES
        self._read_file(conn) if conn.large else self.enqueue_req(conn)

    def _read_file(self, conn: Connection) -> None:
        if self.busy_with_files < max(1, self.cfg.threads // 2):
            self.busy_with_files += 1
            self.enqueue_req(conn)
        elif len(self.files) < MOST_WAITING:
            self.files.append(conn)
        else:
            self.nr_conns -= 1
            conn.close()

    def _linger(self, conn: Connection) -> None:
        """Say that no more comes, and let the client read the answer before what it still sends breaks the line."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            conn.close()
            return
        conn.deadline = time.monotonic() + LINGER_SECONDS
        self._register(conn, self._drain)

    def _drain(self, conn: Connection, client: Any) -> None:
        try:
            over = not client.recv(2**18)
        except BlockingIOError:
            return
        except OSError:
            over = True
        if over:
            self._drop(conn)

    def _forget(self, conn: Connection) -> None:
        del self.waiting[conn]
        self.poller.unregister(conn.sock)

    def _drop(self, conn: Connection) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()
