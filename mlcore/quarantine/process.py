"""Process: a child on the other side of two pipes, spoken to in lines of JSON."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import mlcore

IDLE_SECONDS = 300.0  # after which a child isn't used any more; by itself it ends at twice that
LONGEST = 256 * 2**20  # bytes of one answer; the table of contents of a large archive takes tens of megabytes
_BLOCK = 2**16
_ENDING_SECONDS = 60.0  # for a child that closed its pipe to be gone, with the memory that it had
OUT_OF_TIME = (-signal.SIGPROF, -signal.SIGXCPU)  # how a child ends that took more of a processor than it may
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "GDAL_DATA", "PROJ_DATA", "PROJ_LIB")  # no secrets
_PLAIN = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "GDAL_CACHEMAX": "128", "MALLOC_ARENA_MAX": "2"}


class Lost(Exception):
    """The child died over a file; says how, and what to do with the file."""


class Starved(Lost):
    """No answer came, for a reason that lies with this machine and not with the file; says which."""


class Child:
    """A running child."""

    def __init__(self) -> None:
        """Start it; what it has to say comes over a pipe of its own, since libraries print what they like."""
        self._answers, theirs = os.pipe()
        self._rest = b""
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mlcore.quarantine.child", str(theirs)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs],
                env=_environment(),
                start_new_session=True,  # a key press that stops the server is told to the server alone
            )
        finally:
            os.close(theirs)
        self.is_swollen = False  # it holds more memory than an idle child should
        self._told_at = time.monotonic()
        self._is_ready = False

    def is_fresh(self) -> bool:
        """Return whether it can be spoken to."""
        return self._process.poll() is None and time.monotonic() - self._told_at < IDLE_SECONDS

    @property
    def is_starting(self) -> bool:
        """Return whether it lives and has not said its first word yet."""
        return not self._is_ready and self._process.poll() is None

    def wait_until_ready(self, until: float) -> None:
        """Wait for its first word, so that no file pays for its start.

        Raises:
            Starved: it did not come before `until` of the monotonic clock, or never will.
        """
        if self._is_ready:
            return
        try:
            self.hear(until)
        except Starved:
            raise
        except Lost as error:
            raise Starved("the process that reads files does not start") from error
        self._is_ready = True

    def tell(self, message: dict[str, Any]) -> None:
        """Send a line."""
        pipe, self._told_at = self._process.stdin, time.monotonic()
        try:
            if pipe is not None:
                pipe.write(json.dumps(message).encode() + b"\n")
                pipe.flush()
        except OSError as error:
            raise Starved("the process that reads files was ended") from error

    def hear(self, until: float) -> dict[str, Any]:
        """Return its next line.

        Raises:
            Starved: it did not come before `until` of the monotonic clock.
            Lost: it never will.
        """
        parts = [self._rest]
        size = len(self._rest)
        while b"\n" not in parts[-1]:
            block = self._block(until)
            size += len(block)
            if size > LONGEST:
                raise Lost("there is too much to tell of it. Cut it into parts.")
            parts.append(block)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        self.is_swollen = bool(answer.get("swollen"))
        return answer

    def _block(self, until: float) -> bytes:
        ready, _, _ = select.select([self._answers], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise Starved("it did not get on with it in time")
        block = os.read(self._answers, _BLOCK)
        if not block:
            raise self._ending()
        return block

    def _ending(self) -> Lost:
        """Return how it died."""
        try:
            code = self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            return Starved("the process that reads files hangs")
        if code in OUT_OF_TIME:
            return Lost("it takes too long. Cut it into parts, or write it again with other software.")
        if code == -signal.SIGKILL:  # by the system; what one file may take ends in an error of its own
            return Starved("its memory ran out, or somebody ended the process that reads files")
        return Lost("the library that reads it broke down. Write it again with other software.")

    def end(self) -> None:
        """End it at once, and let go of it."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with suppress(OSError):  # what was not sent any more
                self._process.stdin.close()
        if self._answers >= 0:
            os.close(self._answers)
            self._answers = -1


def _environment() -> dict[str, str]:
    """Return what a child needs to know of this process's environment: where libraries are, and no password."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    root = str(Path(mlcore.__file__).parents[1])
    paths = [root, *(path for path in sys.path if path and path != root)]
    return kept | _PLAIN | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
