"""A run with small programs in the place of the web server and the workers: whatever is killed comes back."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from tests.webapp.local.servers import wait_until
from webapp.local.again import WAIT_SECONDS, Again
from webapp.local.leftovers import lives
from webapp.local.output import Output
from webapp.local.place import LONGEST_SOCKET_FOLDER, ROOT, Place
from webapp.local.run import answers
from webapp.local.supervision import Supervisor

PROCFILE = """\
web: exec "{python}" -m http.server "$PORT" --bind 127.0.0.1 --directory "$VAR_DIR/site"
batch: "{python}" -c "import time; time.sleep(600)" & exec sleep 600
hasty: exec sh -c "echo no luck; exit 3"
"""


UP = {"STARTING", "RUNNING"}
STEADY = {"web", "batch", "redis"}


class Run:
    """A copy of this folder's `make run` in a folder of its own, on a real Redis."""

    def __init__(self, folder: Path, port: int) -> None:
        self.var = folder / "var"
        self.url = f"http://127.0.0.1:{port}/"
        self.root = folder / "copy"
        shutil.copytree(ROOT / "webapp" / "local", self.root / "webapp" / "local")
        (self.root / "webapp" / "__init__.py").touch()
        (self.root / "webapp" / "local" / "prepare.py").write_text("")
        (self.root / "Procfile").write_text(PROCFILE.format(python=sys.executable))
        (self.var / "site" / "healthz").mkdir(parents=True)
        inherited = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DEMO_PASSWORD")}
        ours = {"VAR_DIR": str(self.var), "PORT": str(port), "DATABASE_URL": "postgis://nobody@/nowhere"}
        self.environment = {**inherited, **ours, "PYTHONPATH": str(self.root), "PYTHONUNBUFFERED": "1"}
        self.watchers: list[subprocess.Popen[bytes]] = []

    def call(self, module: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of its commands to the end."""
        command = [sys.executable, "-m", f"webapp.local.{module}", *words]
        return subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def start(self) -> subprocess.Popen[bytes]:
        """Start it in the foreground and wait until it says where it is."""
        output = self.var / f"output-{len(self.watchers)}"
        with output.open("wb") as file:
            command = [sys.executable, "-m", "webapp.local.run"]
            watcher = subprocess.Popen(command, cwd=self.root, env=self.environment, stdout=file, stderr=file)
        self.watchers.append(watcher)
        wait_until(lambda: "Terrascribe is at" in output.read_text() or watcher.poll() is not None)
        assert watcher.poll() is None, output.read_text()
        return watcher

    def pids(self) -> dict[str, int]:
        """Return the processes of the programs that are up."""
        return {name: told["pid"] for name, told in self.states().items() if name in STEADY and told["statename"] in UP}

    def states(self) -> dict[str, dict[str, Any]]:
        """Return what the supervisor says."""
        return Supervisor(Place(self.var / "supervisor")).states()

    def status(self) -> str:
        """Return what `make status` says."""
        return self.call("control", "status").stdout

    def processes(self) -> set[int]:
        """Return all processes that work on its data."""
        words = (os.fsencode(f"{self.var}"), os.fsencode(f"{self.root}"))
        return {pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if any(w in told(pid) for w in words)}

    def comes_back(self, name: str, before: int) -> None:
        """Wait until a program runs again, as another process."""
        wait_until(lambda: self.pids().get(name, before) != before)
        wait_until(lambda: answers(self.url))


def told(pid: int) -> bytes:
    """Return command line and environment of a process that lives."""
    try:
        text = b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
    except OSError:
        return b""
    return text if lives(pid) else b""


@pytest.fixture
def run(var_dir: Path, port: int) -> Iterator[Run]:
    made = Run(var_dir, port)
    yield made
    made.call("control", "stop")
    for pid in made.processes():
        os.kill(pid, signal.SIGKILL)
    for watcher in made.watchers:
        watcher.wait()


def test_it_works(run: Run) -> None:
    watcher = run.start()
    wait_until(lambda: run.pids().keys() == STEADY)
    with urllib.request.urlopen(run.url) as answer:
        assert answer.status == 200
    watcher.send_signal(signal.SIGINT)
    assert watcher.wait() == 0
    assert run.processes() == set()
    assert run.status() == "Terrascribe is not running.\n"


@pytest.mark.parametrize("name", ["web", "redis"])
def test_a_killed_program_comes_back_alone(run: Run, name: str) -> None:
    run.start()
    wait_until(lambda: run.pids().keys() == STEADY)
    before = run.pids()
    left_alone = before.keys() - {name}
    os.kill(before[name], signal.SIGKILL)
    run.comes_back(name, before[name])
    after = run.pids()
    assert {one: after[one] for one in left_alone} == {one: before[one] for one in left_alone}


def test_what_a_killed_program_left_behind_goes_with_it(run: Run) -> None:
    run.start()
    wait_until(lambda: "batch" in run.pids())
    os.kill(before := run.pids()["batch"], signal.SIGKILL)
    run.comes_back("batch", before)
    wait_until(lambda: len([pid for pid in run.processes() if b"time.sleep(600)" in told(pid)]) == 1)


def test_a_killed_supervisor_comes_back_and_there_is_one_of_each(run: Run) -> None:
    run.start()
    wait_until(lambda: run.pids().keys() == STEADY)
    before, old = run.pids(), run.processes()
    (supervisor,) = [pid for pid in old if b"supervisor.supervisord" in told(pid)]
    os.kill(supervisor, signal.SIGKILL)
    run.comes_back("web", before["web"])
    wait_until(lambda: run.pids().keys() == STEADY)
    wait_until(lambda: not any(lives(pid) for pid in before.values()))
    assert len([pid for pid in run.processes() if b"http.server" in told(pid)]) == 1


def test_a_second_run_says_where_the_first_is(run: Run) -> None:
    run.start()
    second = run.call("run")
    assert second.returncode == 0
    assert (
        second.stdout.splitlines()[0] == f"Terrascribe is already running at {run.url}   login: demo   password: demo"
    )


def test_all_goes_on_without_who_started_it_and_the_next_run_takes_its_place(run: Run) -> None:
    first = run.start()
    wait_until(lambda: run.pids().keys() == STEADY)
    before = run.pids()
    first.kill()
    first.wait()
    assert run.pids() == before
    second = run.start()
    assert run.pids() == before
    second.send_signal(signal.SIGTERM)
    assert second.wait() == 0
    assert run.processes() == set()


def test_without_supervisor_and_who_started_it_the_next_run_begins_anew(run: Run) -> None:
    first = run.start()
    wait_until(lambda: run.pids().keys() == STEADY)
    before = run.pids()
    (supervisor,) = [pid for pid in run.processes() if b"supervisor.supervisord" in told(pid)]
    first.kill()
    os.kill(supervisor, signal.SIGKILL)
    first.wait()
    assert "Its supervisor is gone" in run.status()
    run.start()
    wait_until(lambda: run.pids().keys() == STEADY)
    wait_until(lambda: not any(lives(pid) for pid in before.values()))  # a service ends its forerunner after its start


@pytest.mark.parametrize("killed", [set(), {"supervisor"}, {"watcher", "supervisor"}])
def test_stop_ends_all_of_it_whatever_is_gone(run: Run, killed: set[str]) -> None:
    watcher = run.start()
    if "watcher" in killed:
        watcher.kill()
    if "supervisor" in killed:
        os.kill(next(pid for pid in run.processes() if b"supervisor.supervisord" in told(pid)), signal.SIGKILL)
    assert run.call("control", "stop").returncode == 0
    assert run.processes() == set()
    watcher.wait()


def test_a_program_that_ends_at_once_is_told_and_does_not_take_the_others_along(run: Run) -> None:
    run.start()
    wait_until(lambda: run.states()["hasty"]["statename"] == "FATAL")
    status = run.call("control", "status")
    assert "hasty       ended several times and is tried again within half a minute" in status.stdout
    assert status.returncode == 1
    assert (run.var / "log" / "hasty.log").read_text().count("no luck") == 4
    assert run.pids().keys() == STEADY


def test_its_socket_fits_below_the_longest_folder() -> None:
    path = Supervisor(Place(Path("/" + "x" * 300))).socket
    longest = Supervisor(Place(Path("/" + "x" * (LONGEST_SOCKET_FOLDER - len("//run"))))).socket
    assert max(len(path), len(longest)) + len(".4194304") <= 107


def test_what_was_given_up_is_started_again_after_a_while() -> None:
    supervisor = Mock()
    supervisor.getAllProcessInfo.return_value = [
        {"group": "app", "name": "web", "statename": "RUNNING"},
        {"group": "app", "name": "batch", "statename": "FATAL"},
    ]
    again = Again(supervisor)
    assert [again.look(now) for now in (0.0, 5.0, WAIT_SECONDS - 1)] == [[], [], []]
    assert again.look(WAIT_SECONDS) == ["app:batch"]
    supervisor.startProcess.assert_called_once_with("app:batch", False)
    assert again.look(WAIT_SECONDS + 5) == []


def test_the_terminal_shows_new_lines_of_the_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "web.log"
    log.write_text("old\n")
    output = Output(tmp_path, ["web", "batch"])
    with log.open("a") as file:
        file.write("new\nhalf")
    (tmp_path / "redis.log").write_text("of no interest\n")
    output.show()
    assert capsys.readouterr().out == "web         | new\n"
    with log.open("a") as file:
        file.write(" a line\n")
    output.show()
    assert capsys.readouterr().out == "web         | half a line\n"
    log.write_text("begun anew\n")
    output.show()
    assert capsys.readouterr().out == "web         | begun anew\n"
