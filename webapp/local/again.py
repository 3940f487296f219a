"""Start again, after a while, what the supervisor has given up: by itself it tries but a few times.

The supervisor runs it beside the programs and tells it the time every five seconds (an event listener).
"""

import os
import time
from typing import Any

from supervisor import childutils

WAIT_SECONDS = 20.0
GIVEN_UP = "FATAL"


class Again:
    """What was given up, and since when."""

    def __init__(self, supervisor: Any) -> None:
        self.supervisor = supervisor
        self.since: dict[str, float] = {}

    def look(self, now: float) -> list[str]:
        """Start what was given up long enough ago and return its names."""
        programs = self.supervisor.getAllProcessInfo()
        down = {f"{told['group']}:{told['name']}" for told in programs if told["statename"] == GIVEN_UP}
        self.since = {name: self.since.get(name, now) for name in down}
        due = [name for name, since in self.since.items() if now - since >= WAIT_SECONDS]
        for name in due:
            del self.since[name]
            self.supervisor.startProcess(name, False)
        return due


def main() -> None:
    """Look whenever the supervisor says that time has passed."""
    again = Again(childutils.getRPCInterface(os.environ).supervisor)
    while True:
        childutils.listener.wait()
        again.look(time.monotonic())
        childutils.listener.ok()


if __name__ == "__main__":
    main()
