"""What tests with a worker process share."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests import processes
from tests.rasters import ROOT
from webapp.celery import app


class Worker:
    """A worker process of its own session, as the supervisor starts it."""

    def __init__(self, environment: dict[str, str], queues: str) -> None:
        """Start it."""
        command = [sys.executable, "-m", "celery", "-A", "webapp", "worker", "-Q", queues, "-c", "1"]
        quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
        environment = {**environment, "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen([*command, *quiet], cwd=ROOT, env=environment, start_new_session=True)

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it with its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        self.process.wait(30)


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[Callable[..., Worker]]:
    """Return a function that starts a worker; all are gone after the test, and so are their messages."""
    workers: list[Worker] = []

    def start(queues: str = "interactive,batch,gpu", **environment: str) -> Worker:
        workers.append(Worker({**processes.environment(), **environment}, queues))
        return workers[-1]

    app.control.purge()
    yield start
    for worker in workers:
        worker.end()
    app.control.purge()
