"""Pool: the warm children of this process, each lent to one file at a time, and ended when it goes too far."""

import atexit
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlcore import errors
from mlcore.errors import Busy, MLCoreError
from mlcore.quarantine.process import Child, Lost, Starved
from mlcore.remote import policy

CHILDREN = 2  # of one process at once
Progress = Callable[[float], None]


class Overwhelmed(MLCoreError):
    """A file takes more time or memory than one may, or a library broke down over it."""


@dataclass(frozen=True)
class Allowance:
    """What the reading of one file may take.

    A file is judged by what it takes of a processor. How long that takes is the machine's doing: with other work on it,
    or a slow disk, that is many times as long, so that the clock ends only what hangs, and blames no file.
    """

    seconds: float  # of a processor, without an answer or any progress
    wait: float  # seconds for a free child
    elapsed: float  # seconds by the clock, without an answer or any progress
    memory: int = 2 * 2**30  # bytes beyond those of an idle child
    advice: str = ""  # to whoever waits, where the machine is busy; jobs say themselves what comes next


@dataclass
class _Pool:
    """The children of a process."""

    pid: int = field(default_factory=os.getpid)
    idle: list[Child] = field(default_factory=list)
    free: threading.Semaphore = field(default_factory=lambda: threading.BoundedSemaphore(CHILDREN))
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def lent(self, wait: float) -> Iterator[Child]:
        """Lend a child; one that failed in the body is ended, any other stays warm.

        Raises:
            Starved: none was free in time.
        """
        if not self.free.acquire(timeout=wait):
            raise Starved("many files are being read in this moment")
        try:
            child = self._take()
            try:
                yield child
            except BaseException:
                if child.is_starting:  # nothing was asked of it, and the next one need not begin anew
                    self._put_back(child)
                else:
                    child.end()
                raise
            self._put_back(child)
        finally:
            self.free.release()

    def _take(self) -> Child:
        with self.lock:
            while self.idle:
                child = self.idle.pop()
                if child.is_fresh():
                    return child
                child.end()
        return Child()

    def _put_back(self, child: Child) -> None:
        if child.is_swollen:
            child.end()
            return
        with self.lock:
            self.idle.append(child)


_pool = _Pool()


def _here() -> _Pool:
    """Return the pool of this very process: children of the one that it was forked from are not its own."""
    global _pool
    if _pool.pid != os.getpid():
        _pool = _Pool()
    return _pool


def close() -> None:
    """End the children that wait; the next file gets a new one."""
    pool = _here()
    with pool.lock:
        children, pool.idle = pool.idle, []
    for child in children:
        child.end()


atexit.register(close)


def ask(task: str, allowance: Allowance, *, progress: Progress | None = None, **arguments: Any) -> dict[str, Any]:
    """Let a child do a task, and return what it answers.

    Raises:
        MLCoreError: what the task raised.
        OSError: the disk was full, or broken.
        Overwhelmed: it took too much of a processor or of memory, or a library broke down over it.
        Busy: this machine did not get to it in time.
    """
    try:
        with _here().lent(allowance.wait) as child:
            answer = _answer(child, task, allowance, progress, arguments)
    except Starved as error:
        name = name_of(arguments)
        told = f"This machine is busy: {error}. That is no fault of {name}, which is kept."
        raise Busy(f"{told} {allowance.advice}".strip()) from error
    except Lost as error:
        raise Overwhelmed(f"{name_of(arguments)} cannot be read here: {error}") from error
    if "failed" in answer:
        raise _error(answer)
    return dict(answer["done"])


def _answer(
    child: Child, task: str, allowance: Allowance, progress: Progress | None, arguments: dict[str, Any]
) -> dict[str, Any]:
    child.wait_until_ready(time.monotonic() + allowance.elapsed)
    limits = {"seconds": allowance.seconds, "memory": allowance.memory}
    child.tell({"task": task, "arguments": arguments, "remote": policy().to_dict(), **limits})
    until = time.monotonic() + allowance.elapsed
    while "progress" in (answer := child.hear(until)):
        until = time.monotonic() + allowance.elapsed
        if progress:
            progress(answer["progress"])
    return answer


def name_of(arguments: dict[str, Any]) -> str:
    """Return what a person calls the file that a task is about."""
    told = arguments.get("bundle") or arguments
    return str(told.get("name") or Path(str(arguments.get("file") or arguments.get("source"))).name)


def _error(answer: dict[str, Any]) -> Exception:
    """Return an error that a child met, as this process would have met it."""
    name, message = str(answer["failed"]), str(answer["message"])
    if name == "OSError":
        return OSError(answer.get("errno"), message)
    if name == "MemoryError":
        return Overwhelmed(message)
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, MLCoreError)):
        kind = errors.UnreadableFile
    error = kind.__new__(kind)  # some are made from more than a message
    Exception.__init__(error, message)
    return error
