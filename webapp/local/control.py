"""`make status` and `make stop`: what runs here, and its end.

python -m webapp.local.control status    tell what runs
python -m webapp.local.control stop      stop all of it
"""

import fcntl
import sys
import time
from collections.abc import Sequence
from typing import Any

from webapp.local import app, services
from webapp.local.errors import LocalError, ServiceFailed
from webapp.local.place import VAR
from webapp.local.programs import SERVICES, procfile
from webapp.local.supervision import private

PATIENCE_SECONDS = 90.0
WORDS = {
    "STOPPED": "stopped",
    "STARTING": "starting",
    "RUNNING": "up",
    "BACKOFF": "ends at once and is tried again; see {log}",
    "STOPPING": "stopping",
    "EXITED": "ended; see {log}",
    "FATAL": "ended several times and is tried again within half a minute; see {log}",
}


def status() -> bool:
    """Print what runs, and return whether all of it does."""
    wish, states = app.wanted(), private().states()
    print(f"Terrascribe is at {wish}" if wish and states else "Terrascribe is not running.")
    if wish and not states:
        print("Its supervisor is gone: make run brings everything back, make stop ends what is left.")
    for name in (*SERVICES, *procfile()):
        if name in states:
            print(f"  {name:12}{line(states[name])}")
    wanted = [told["statename"] for name, told in states.items() if name in procfile()]
    return bool(wish) and bool(wanted) and set(wanted) == {"RUNNING"}


def line(told: dict[str, Any]) -> str:
    """Return what is to be said of one program."""
    words = WORDS.get(told["statename"], told["statename"].lower()).format(log=VAR / "log" / f"{told['name']}.log")
    return f"{words} ({told['description']})" if told["statename"] == "RUNNING" else words


def stop() -> None:
    """Stop what `make run` and `make services` started, whether or not they are still there."""
    app.want_no_more()
    VAR.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + PATIENCE_SECONDS
    with (VAR / "run.lock").open("a+") as lock:
        while not _free(lock):  # a `make run` looks after it and stops it
            if time.monotonic() > deadline:
                raise ServiceFailed(f"`make run` has not stopped in {PATIENCE_SECONDS:.0f} s; see {VAR / 'log'}")
            time.sleep(0.1)
        app.stop()
    services.down()


def _free(lock: Any) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    match arguments:
        case ["status"]:
            return 0 if status() else 1
        case ["stop"]:
            stop()
            return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LocalError as error:
        sys.exit(str(error))
