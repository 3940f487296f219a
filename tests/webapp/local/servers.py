"""Private services that tests start as the supervisor does: each in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from webapp.local.postgres import Postgres
from webapp.local.redis import Redis

EXECUTABLE = os.path.realpath(sys.executable)
IMPORTS = (
    "from pathlib import PosixPath; from webapp.local.place import Place; from webapp.local.{module} import {name}"
)


PATIENCE_SECONDS = 60.0


def command_of(service: Postgres | Redis) -> list[str]:
    """Return the command that becomes a service."""
    name = type(service).__name__
    return [sys.executable, "-c", f"{IMPORTS.format(module=name.lower(), name=name)}; {service!r}.become()"]


def start(service: Postgres | Redis) -> subprocess.Popen[bytes]:
    """Start a service, in the place of another that there may be, and wait until it answers."""
    service.prepare()
    process = subprocess.Popen(command_of(service), start_new_session=True, stderr=subprocess.DEVNULL)
    wait_until(lambda: process.poll() is not None or os.readlink(f"/proc/{process.pid}/exe") != EXECUTABLE)
    assert process.poll() is None
    service.ready()
    return process


def wait_until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
