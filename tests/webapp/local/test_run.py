"""`make run` as a person at a terminal meets it."""

import os
import pty
import select
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.samples import has_samples

COMMAND = [sys.executable, "-m", "webapp.local.run"]
PATIENCE_SECONDS = 240
needs_samples = pytest.mark.skipif(
    not has_samples(),
    reason="the demo needs the sample imagery: make samples",
)


class Terminal:
    """A command in the foreground of a terminal of its own."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.output = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(command[0], command, environment)

    def read_until(self, text: str) -> None:
        """Read what the command prints until a text comes."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self.output:
            assert time.monotonic() < deadline, self.output
            if select.select([self.terminal], [], [], 1)[0]:
                self.output += self._read()

    def press_ctrl_c(self) -> int:
        """Interrupt the command as a terminal does and return its exit status."""
        os.write(self.terminal, b"\x03")
        while chunk := self._read():
            self.output += chunk
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self) -> str:
        try:
            return os.read(self.terminal, 65536).decode(errors="replace")
        except OSError:  # on Linux a terminal whose programs are gone ends with an error
            return ""


@pytest.fixture
def environment(var_dir: Path, port: int) -> Iterator[dict[str, str]]:
    ours = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "DEMO_PASSWORD")
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    samples = str(settings.SAMPLES_DIR)
    yield {**inherited, "VAR_DIR": str(var_dir), "PORT": str(port), "TERRASCRIBE_SAMPLES": samples}
    # Should the test fail half-way, nothing of it may stay.
    subprocess.run([sys.executable, "-m", "webapp.local.control", "stop"], env={**inherited, "VAR_DIR": str(var_dir)})


def run(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(COMMAND, env=environment, capture_output=True, text=True, check=False)


def processes_of(var_dir: Path) -> list[str]:
    """Return the command lines of the processes that work in the folder."""
    commands = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = process.joinpath("environ").read_bytes() + process.joinpath("cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(var_dir) in told:
            commands.append(told.decode(errors="replace"))
    return commands


@needs_samples
def test_it_works_and_ctrl_c_leaves_nothing_but_the_data(environment: dict[str, str], var_dir: Path, port: int) -> None:
    terminal = Terminal(COMMAND, environment)
    terminal.read_until("Terrascribe is at")
    assert f"http://127.0.0.1:{port}/" in terminal.output
    assert "login: demo" in terminal.output
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/") as answer:
        assert b"Terrascribe" in answer.read()

    second = run(environment)
    assert second.returncode == 0
    assert f"already running at http://127.0.0.1:{port}/   login: demo   password: demo" in second.stdout

    assert terminal.press_ctrl_c() == 0
    assert processes_of(var_dir) == []
    assert (var_dir / "postgres" / "data" / "PG_VERSION").exists()
    assert not (var_dir / "postgres" / "data" / "postmaster.pid").exists()


def test_a_port_in_use_is_said_before_anything_starts(environment: dict[str, str], var_dir: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = run(environment)
    assert done.returncode == 1
    assert f"make run PORT={port + 1}" in done.stderr
    assert not (var_dir / "postgres").exists()
