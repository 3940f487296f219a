"""One checkout under load: its web server as `make run` starts it, on a database and a folder of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

FURNISHING = Path(__file__).with_name("furnishing.py").resolve()
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE_SECONDS = 120.0


def seconds_of(pid: int) -> float:
    """Return the processor time that a process has used, 0 where it can't be seen."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def children_of(pid: int) -> list[int]:
    """Return the children of a process."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Side:
    """The code of one checkout, ready for people."""

    def __init__(self, checkout: Path, folder: Path, *, first_id: int, tiles: int, people: int) -> None:
        """Furnish it."""
        self.checkout, self._lock = checkout, threading.Lock()
        redis = re.sub(r"db=\d+", f"db={os.environ.get('TEST_REDIS_DB', '15')}", os.environ.get("REDIS_URL", ""))
        self.environment = {
            **os.environ, **({"REDIS_URL": redis} if redis else {}),
            "DEBUG": "false", "SECRET_KEY": "b" * 50, "HTTPS": "false", "DEMO_PASSWORD": "", "LOG_LEVEL": "ERROR",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "DATA_DIR": str(folder), "PYTHONPATH": str(checkout), "DJANGO_SETTINGS_MODULE": "webapp.settings",
            "TEST_DATABASE_NAME": f"crowd_{os.getpid()}_{first_id}",
        }  # fmt: skip
        command = [sys.executable, str(FURNISHING), str(first_id), str(tiles), str(people)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.furnisher = subprocess.Popen(command, env=self.environment, cwd=checkout, **pipes)  # noqa: S603 (ours)
        self.web: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Wait for the database, then start the web server with the words of the checkout's Procfile."""
        told = self._read()
        self.cookies, self.project = told["cookies"], told["project"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        words = re.search(r"^web: (.*)$", (self.checkout / "Procfile").read_text(), re.MULTILINE)
        assert words
        environment = {**self.environment, "DATABASE_URL": told["database"], "PORT": str(self.port)}
        self.web = subprocess.Popen(["/bin/sh", "-c", words[1]], env=environment, cwd=self.checkout)  # noqa: S603
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline and self.web.poll() is None, "The web server does not come up."
            time.sleep(0.1)

    def ask(self, line: str) -> Any:
        """Let the furnisher do something."""
        with self._lock:
            assert self.furnisher.stdin
            print(line, file=self.furnisher.stdin, flush=True)
            return self._read()

    def processor(self) -> dict[str, float]:
        """Return the seconds of processor that its web server and its database have used."""
        assert self.web
        web = [self.web.pid, *children_of(self.web.pid)]
        return {"web": sum(map(seconds_of, web)), "database": sum(map(seconds_of, self.ask("backends")))}

    def close(self) -> None:
        """End the server and drop the database."""
        if self.web is not None:
            self.web.send_signal(signal.SIGTERM)
            self.web.wait(30)
        self.furnisher.communicate()

    def _read(self) -> Any:
        assert self.furnisher.stdout
        if not (said := self.furnisher.stdout.readline()):
            raise RuntimeError(f"{self.furnisher.args} ended: {self.furnisher.wait()}.")
        return json.loads(said)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
