"""Become one program of the supervisor: `postgres`, `redis`, or a name of the Procfile.

What an earlier one of that name left behind is ended first. So whatever is killed in whatever way, even the supervisor
itself, there is never a second one beside it.
"""

import os
import sys

from webapp.local import leftovers
from webapp.local.place import ROOT, VAR
from webapp.local.programs import procfile
from webapp.local.supervision import environment_of_programs


def main(name: str) -> None:
    """Replace this process by the program."""
    if name == "postgres":
        from webapp.local import postgres

        postgres.private().become()
    if name == "redis":
        from webapp.local import redis  # only here: it imports the client, which the others need not wait for

        redis.private().become()
    mark = f"{name} {VAR}"
    leftovers.end(leftovers.marked(mark))
    os.chdir(ROOT)
    os.execvpe("sh", ["sh", "-c", procfile()[name]], {**environment_of_programs(), leftovers.MARK: mark})  # noqa: S606 (our own line)


if __name__ == "__main__":
    main(sys.argv[1])
