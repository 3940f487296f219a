"""The supervisor of a folder: one supervisord that starts again whatever of its programs ends, with growing intervals.

It goes on without whoever started it. Programs are started by name; postgres and redis end last.
"""

import json
import os
import select
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from webapp.local.errors import ServiceFailed
from webapp.local.leftovers import end, lives
from webapp.local.place import ROOT, VAR, Place
from webapp.local.programs import configuration

UP = {"RUNNING", "STARTING", "BACKOFF"}
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Supervisor:
    """The supervisor of one folder."""

    place: Place

    @property
    def socket(self) -> str:
        """The address at which it takes orders; short, since it first binds this with its process number behind."""
        return f"{self.place.sockets}/sv.sock"

    @property
    def calls(self) -> Any:
        """What can be asked of it, by its own names."""
        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def pid(self) -> int | None:
        """Return its process, None if it isn't there."""
        try:
            return int(self.calls.getPID())
        except (OSError, HTTPException, xmlrpc.client.Error):
            return None

    def start(self) -> None:
        """Start it where it isn't there, in a session of its own, and wait until it takes orders."""
        if self.pid():
            return
        self.place.make()
        (logs := VAR / "log").mkdir(exist_ok=True)
        path = self.place.data / "supervisord.conf"
        path.write_text(configuration(socket=self.socket, log=self.place.log, folder=self.place.data, logs=logs))
        environment = {**os.environ, "VAR_DIR": str(VAR), "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"}
        command = [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(path)]
        with (logs / "supervisor.log").open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.pid():
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServiceFailed(f"The supervisor did not start: see {logs / 'supervisor.log'} and {self.place.log}")
            time.sleep(0.02)

    def states(self) -> dict[str, dict[str, Any]]:
        """Return what it says of each program, by name; nothing when it isn't there."""
        try:
            return {told["name"]: told for told in self.calls.getAllProcessInfo()}
        except (OSError, HTTPException, xmlrpc.client.Error):
            return {}

    def launch(self, names: Iterable[str]) -> None:
        """Start programs that aren't up, without waiting for them."""
        states = self.states()
        for name in names:
            if name in states and not is_up(states[name]):
                with suppress(xmlrpc.client.Fault):  # somebody else was first
                    self.calls.startProcess(f"{states[name]['group']}:{name}", False)

    def halt(self, group: str) -> None:
        """Stop the programs of a group, all at the same time, and wait for them."""
        with suppress(OSError, HTTPException, xmlrpc.client.Error):
            self.calls.stopProcessGroup(group, True)

    def stop(self) -> None:
        """Let it stop everything, services last, and end itself."""
        if not (pid := self.pid()):
            return
        with suppress(OSError, HTTPException, xmlrpc.client.Error):
            self.calls.shutdown()
        if not ended(pid, PATIENCE_SECONDS):
            end({pid})


def is_up(told: dict[str, Any] | None) -> bool:
    """Return whether a program runs or is about to."""
    return told is not None and told["statename"] in UP


def ended(pid: int, seconds: float) -> bool:
    """Wait so long for the end of a process, and return whether it came."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0]) or not lives(pid)
    finally:
        os.close(handle)


def private() -> Supervisor:
    """Return this installation's supervisor."""
    return Supervisor(Place(VAR / "supervisor"))


def keep_environment(environment: dict[str, str]) -> None:
    """Write down the environment of the programs: a supervisor that is there already has another."""
    path = private().place.data / "environment.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(environment))


def environment_of_programs() -> dict[str, str]:
    """Return the environment in which `make run` wants its programs."""
    told: dict[str, str] = json.loads((private().place.data / "environment.json").read_text())
    return told
