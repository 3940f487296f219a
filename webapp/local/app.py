"""The web server, the workers and the clock of a folder: wanted from `make run` to its end or `make stop`."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from webapp.local import leftovers
from webapp.local.place import VAR
from webapp.local.programs import APP, procfile
from webapp.local.supervision import is_up, keep_environment, private

NOTE = VAR / "run.wanted"


@dataclass(frozen=True)
class Wanted:
    """What people are told of a run: its address, and the login where there is a known one."""

    url: str
    login: str

    def __str__(self) -> str:
        """Return the line that people read."""
        return f"{self.url}{self.login}"


def wanted() -> Wanted | None:
    """Return what somebody wants to run, None when nobody does."""
    try:
        return Wanted(**json.loads(NOTE.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def want(wish: Wanted, port: int) -> None:
    """Write down that it is to run, and in which environment."""
    scripts = Path(sys.executable).parent
    path = f"{scripts}:{os.environ.get('PATH', os.defpath)}"
    supervisor = private()
    supervisor.place.make()
    ours = {"PORT": str(port), "PATH": path, "PYTHONUNBUFFERED": "1", "VAR_DIR": str(VAR)}
    keep_environment({**os.environ, **ours})
    NOTE.write_text(json.dumps(asdict(wish)))


def want_no_more() -> None:
    """Write down that it is to stop."""
    NOTE.unlink(missing_ok=True)


def running() -> bool:
    """Return whether the supervisor keeps the web server up."""
    return is_up(private().states().get("web"))


def start() -> None:
    """Start what isn't up, and the supervisor where it is gone."""
    supervisor = private()
    supervisor.start()
    supervisor.launch(procfile())


def stop() -> None:
    """Stop all of it, also what has no supervisor any more."""
    private().halt(APP)
    leftovers.end(leftovers.of_folder(VAR))
