"""Processes that outlived who started them: found by a mark in their environment or by their folder, and ended."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

MARK = "TERRASCRIBE_PROGRAM"  # in the environment of what the supervisor started: its name and the folder of its data
PATIENCE_SECONDS = 3.0


def marked(mark: str) -> set[int]:
    """Return the processes of a program; one that came by fork counts, since it has the environment of its parent."""
    line = os.fsencode(f"{MARK}={mark}")
    return set(_processes(lambda process: line in (process / "environ").read_bytes().split(b"\0")))


def of_folder(var: Path) -> set[int]:
    """Return the processes of all programs whose data is in the folder."""
    end = os.fsencode(f" {var}")

    def ours(process: Path) -> bool:
        lines = (process / "environ").read_bytes().split(b"\0")
        return any(line.startswith(os.fsencode(f"{MARK}=")) and line.endswith(end) for line in lines)

    return set(_processes(ours))


def working_in(folder: Path) -> set[int]:
    """Return the processes whose working folder this is."""
    return set(_processes(lambda process: (process / "cwd").readlink() == folder))


def end(processes: set[int], first: signal.Signals = signal.SIGTERM, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Tell the processes to end, wait a little, and kill what is left."""
    for number, patience in ((first, seconds), (signal.SIGKILL, seconds)):
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, number)
        deadline = time.monotonic() + patience
        while (processes := {process for process in processes if lives(process)}) and time.monotonic() < deadline:
            time.sleep(0.02)


def lives(process: int) -> bool:
    """Return whether a process is there and not just waiting for its parent to notice its end."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def _processes(ours: Callable[[Path], bool]) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        # a process of another user, or one that has just ended, is none of ours
        with suppress(OSError):
            if int(process.name) != os.getpid() and ours(process) and lives(int(process.name)):
                yield int(process.name)
