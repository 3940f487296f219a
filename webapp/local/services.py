"""Keep private PostGIS and Redis up while somebody uses them: the first user starts them, the last stops them.

python -m webapp.local.services up          start them and leave them up
python -m webapp.local.services down        stop them when nobody uses them
python -m webapp.local.services with CMD    run a command while they are up
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from webapp.local import postgres, redis
from webapp.local.errors import LocalError
from webapp.local.place import VAR
from webapp.local.supervision import is_up, private


@contextmanager
def running() -> Iterator[None]:
    """Start what isn't running; stop it at the end unless another process still uses it.

    A user holds a shared lock on one file, which the kernel lets go of even if that user is killed.
    """
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "services.users").open("w") as users:
        with _gate():
            fcntl.flock(users, fcntl.LOCK_SH)
            start()
        try:
            yield
        finally:
            with _gate():
                fcntl.flock(users, fcntl.LOCK_UN)
                if not _kept() and _unused(users):
                    stop()


def start(*, anew: bool = False) -> None:
    """Start those services that the environment does not point elsewhere, under a supervisor that keeps them up.

    One that runs without its supervisor is left alone, since somebody may be using it, or with `anew` started again.
    """
    ours = {name: service for name, service in _services().items() if _url(name) not in os.environ}
    supervisor = private()
    states = supervisor.states()
    down = {name: service for name, service in ours.items() if not is_up(states.get(name))}
    down = {name: service for name, service in down.items() if anew or not service.running()}
    for service in down.values():
        service.prepare()
    if down:
        supervisor.start()
        supervisor.launch(down)
    for service in ours.values():
        service.ready()


def stop() -> None:
    """Stop the supervisor with both services, and services that have lost theirs."""
    private().stop()
    for service in _services().values():
        service.stop()


def restore() -> None:
    """Start again what is gone, the supervisor too."""
    with _gate():
        start(anew=True)


def up() -> None:
    """Start the services and leave them up for whoever comes."""
    with running():
        _keep_file().touch()
    print("PostGIS and Redis are up.")


def down() -> None:
    """Stop the services, or leave that to the last who uses them."""
    VAR.mkdir(parents=True, exist_ok=True)
    _keep_file().unlink(missing_ok=True)
    with (VAR / "services.users").open("w") as users, _gate():
        if not _unused(users):
            print("PostGIS and Redis are in use and stop when their last user does.")
            return
        stop()
    print("PostGIS and Redis are down.")


def run(command: Sequence[str]) -> int:
    """Run a command while the services are up and return its exit status."""
    with running():
        return subprocess.run(command, check=False).returncode


def _services() -> dict[str, postgres.Postgres | redis.Redis]:
    return {"postgres": postgres.private(), "redis": redis.private()}


def _url(name: str) -> str:
    return {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}[name]


@contextmanager
def _gate() -> Iterator[None]:
    with (VAR / "services.gate").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _unused(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(users, fcntl.LOCK_UN)
    return True


def _keep_file() -> Path:
    return VAR / "services.keep"


def _kept() -> bool:
    return _keep_file().exists()


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    match arguments:
        case ["up"]:
            up()
        case ["down"]:
            down()
        case ["with", *command] if command:
            return run(command)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LocalError as error:
        sys.exit(str(error))
