"""The site under attack: `make run` in a folder of its own, without the demo."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from webapp.local.leftovers import lives
from webapp.local.place import ROOT

PATIENCE_SECONDS = 180.0


class Site:
    """One folder, one port, and who looks after it at the terminal."""

    def __init__(self, folder: Path, port: int) -> None:
        self.var = folder
        self.url = f"http://127.0.0.1:{port}"
        ours = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "DEMO_PASSWORD")
        inherited = {name: value for name, value in os.environ.items() if name not in ours}
        facts = {"VAR_DIR": str(folder), "PORT": str(port), "DEMO_PASSWORD": "", "LEASE_MINUTES": "1"}
        self.environment = {**inherited, **facts, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.watchers: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Do as a person does: `make run`, and wait for the address."""
        output = self.var / f"output-{len(self.watchers)}"
        with output.open("wb") as file:
            self.watchers.append(self._popen("webapp.local.run", stdout=file, stderr=file))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while b"Terrascribe is at" not in output.read_bytes():
            assert time.monotonic() < deadline and self.watchers[-1].poll() is None, output.read_text()
            time.sleep(0.05)

    def look_after(self) -> None:
        """Start it again where whoever looked after it at the terminal was killed."""
        if self.watchers[-1].poll() is not None:
            self.watchers.append(self._popen("webapp.local.run", stdout=subprocess.DEVNULL))

    def call(self, module: str, *words: str) -> Any:
        """Run a module that prints JSON."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            command = [sys.executable, "-m", module, *words]
            done = subprocess.run(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, check=False)
            if not done.returncode or time.monotonic() > deadline:
                return json.loads(done.stdout.splitlines()[-1])

    def stop(self) -> None:
        """Press Ctrl-C and wait."""
        self.watchers[-1].send_signal(signal.SIGINT)
        self.watchers[-1].wait(PATIENCE_SECONDS)
        for watcher in self.watchers:
            watcher.wait(PATIENCE_SECONDS)

    def processes(self) -> dict[int, str]:
        """Return each process of the site with the name of what it does."""
        return dict(self._processes())

    def _processes(self) -> Iterator[tuple[int, str]]:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = process.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                facts = process.joinpath("environ").read_bytes().split(b"\0")
                folder = process.joinpath("cwd").readlink()
            except OSError:
                continue
            pid, var = int(process.name), f"VAR_DIR={self.var}".encode()
            if folder.is_relative_to(self.var):
                yield pid, "redis" if "redis-server" in words else words.split(" -D")[0].rpartition("/")[2][:40]
            elif var in facts and lives(pid) and pid != os.getpid():
                marks = [
                    fact.decode().split("=")[1].split()[0] for fact in facts if fact[:19] == b"TERRASCRIBE_PROGRAM"
                ]
                yield pid, next(iter(marks), words.partition(" -m ")[2].split(" ")[0] or words)

    def _popen(self, module: str, **pipes: Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", module]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True, **pipes)
