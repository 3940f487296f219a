"""Child: reads files one after another, as it is told, and ends with its parent (`python -m` runs it)."""

import json
import math
import os
import queue
import resource
import signal
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

from mlcore.errors import MLCoreError
from mlcore.quarantine.pool import name_of
from mlcore.quarantine.work import GO_ON, TASKS
from mlcore.remote import Policy, tell

_PATIENCE = 600  # seconds without a task, after which it ends
_SWOLLEN = 400 * 2**20  # bytes in memory between tasks; libraries keep what a strange file made them take
_NO_MEMORY = ("alloc", "ut of memory")  # in the words of GDAL and its libraries
_PAGE = os.sysconf("SC_PAGE_SIZE")


def main(answers: int) -> None:
    """Do tasks until the parent closes the pipe, dies, or has none for long."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tasks: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    with os.fdopen(answers, "w", buffering=1, encoding="utf-8") as out:
        _say(out, {"ready": True})
        while True:
            try:
                task = tasks.get(timeout=_PATIENCE)
            except queue.Empty:
                return
            answer = _do(task, lambda share: _say(out, {"progress": share}))
            signal.setitimer(signal.ITIMER_PROF, 0)
            _say(out, answer | {"swollen": _pages(1) * _PAGE > _SWOLLEN})


def _listen(tasks: "queue.Queue[dict[str, Any]]") -> None:
    """Take in tasks; at the end of them nobody waits for an answer, so that the work ends wherever it is."""
    for line in sys.stdin:
        tasks.put(json.loads(line))
    os._exit(0)


def _say(out: Any, message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


def _do(task: dict[str, Any], progress: Any) -> dict[str, Any]:
    _limit(task["seconds"], task["memory"])
    rules = Policy.from_dict(task["remote"])
    tell(lambda: rules)
    arguments = dict(task["arguments"])
    if task["task"] in GO_ON:
        arguments["progress"] = partial(_go_on, task, progress)
    name = name_of(arguments)
    try:
        return {"done": TASKS[task["task"]](**arguments)}
    except (MLCoreError, MemoryError) as error:
        if isinstance(error, MemoryError) or any(word in str(error) for word in _NO_MEMORY):
            said = f"{name} needs more memory than one file may; cut it into parts."
            return {"failed": "MemoryError", "message": said}
        return {"failed": type(error).__name__, "message": str(error)}
    except OSError as error:
        return {"failed": "OSError", "errno": error.errno, "message": error.strerror or str(error)}
    except Exception as error:  # of a library, over a file that nobody thought of
        said = f"{name} cannot be read ({type(error).__name__}: {error}); write it again with other software."
        return {"failed": "UnreadableFile", "message": said}


def _go_on(task: dict[str, Any], progress: Any, share: float) -> None:
    """Give a task that gets on as much time again."""
    _limit(task["seconds"], task["memory"])
    progress(share)


def _limit(seconds: float, memory: int) -> None:
    """Bound what the task may take from here on: time of a processor, in which waiting for one doesn't count."""
    signal.setitimer(signal.ITIMER_PROF, seconds)  # its signal ends the process, whatever a library is at
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1  # should somebody have taken the timer
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
    global _idle
    _idle = _idle or _pages(0) * _PAGE
    resource.setrlimit(resource.RLIMIT_AS, (_idle + memory, resource.RLIM_INFINITY))


def _pages(column: int) -> int:
    """Return how many pages of addresses (0) or of memory (1) this process has."""
    return int(Path("/proc/self/statm").read_text().split()[column])


_idle = 0  # bytes of addresses before the first task

if __name__ == "__main__":
    main(int(sys.argv[1]))
