"""A private Redis: its data in a folder, reached by a unix socket, never by the network."""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from webapp.local import leftovers
from webapp.local.errors import MissingPackage, ServiceFailed
from webapp.local.place import VAR, Place

SETTINGS = """\
# Written by webapp/local/redis.py at each start.
port 0
unixsocket {socket}
unixsocketperm 700
dir {data}
daemonize no
databases 64
appendonly yes
save ""
"""


@dataclass(frozen=True)
class Redis:
    """One private Redis server."""

    place: Place

    @property
    def socket(self) -> Path:
        """The path of the server's socket."""
        return self.place.sockets / "redis.sock"

    def url(self) -> str:
        """Return the REDIS_URL of the server."""
        return f"unix://{self.socket}?db=0"

    def prepare(self) -> None:
        """Make the folders and write the settings."""
        program()
        self.place.make()
        settings = SETTINGS.format(socket=self.socket, data=self.place.data)
        (self.place.home / "redis.conf").write_text(settings)

    def become(self) -> NoReturn:
        """Turn this process into the server, in the place of one that was left over."""
        leftovers.end(leftovers.working_in(self.place.data))
        server = program()
        os.execv(server, [server, str(self.place.home / "redis.conf")])  # noqa: S606 (the server itself)

    def ready(self) -> None:
        """Wait until the server answers."""
        self._wait(up=True)

    def stop(self) -> None:
        """Write what is in memory to disk and stop the server."""
        if self.running():
            with self._client() as client:
                client.shutdown(nosave=False)
            self._wait(up=False)

    def running(self) -> bool:
        """Return True if the server answers."""
        try:
            with self._client() as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):  # a server that still loads says so, and that is one, too
            return False

    def _client(self) -> redis.Redis:
        # By default the client tries a refused connection for 8 s, and here a refusal is an answer.
        return redis.Redis(unix_socket_path=str(self.socket), retry=Retry(NoBackoff(), 0))

    def _wait(self, *, up: bool, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while self.running() != up:
            if time.monotonic() > deadline:
                raise ServiceFailed(f"Redis did not {'start' if up else 'stop'} in {seconds} s; see {VAR / 'log'}")
            time.sleep(0.02)


def program() -> str:
    """Return the path of the server."""
    if path := shutil.which("redis-server"):
        return path
    raise MissingPackage("redis-server isn't installed: install that package, or set REDIS_URL.")


def private() -> Redis:
    """Return this installation's Redis."""
    return Redis(Place(VAR / "redis"))
