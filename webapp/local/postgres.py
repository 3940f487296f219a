"""A private PostGIS: its own cluster in a folder, reached by a unix socket, never by the network.

The kernel says who is at the other end of the socket (peer authentication), so there is no password to keep: only
the user who made the cluster, root and the server's own user come in.
"""

import getpass
import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from webapp.local import leftovers
from webapp.local.errors import MissingPackage, ServiceFailed
from webapp.local.place import VAR, Place, become_user

ROLE = "terrascribe"
DATABASE = "terrascribe"
PACKAGES = Path("/usr/lib/postgresql")
EXTENSIONS = Path("/usr/share/postgresql")

ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
SETTINGS = """\
# Written by webapp/local/postgres.py at each start.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off  # compiling costs more than it saves on short spatial queries
timezone = 'UTC'
log_timezone = 'UTC'
"""


@dataclass(frozen=True)
class Postgres:
    """One private cluster."""

    place: Place

    def url(self) -> str:
        """Return the DATABASE_URL of the cluster's database."""
        return f"postgis://{ROLE}@/{DATABASE}?host={quote(str(self.place.sockets), safe='')}"

    def prepare(self) -> None:
        """Make the cluster on the first call, and write its settings."""
        self._binary("postgres")
        self.place.make()
        if not self._exists():
            self._create()
        self._configure()

    def become(self) -> NoReturn:
        """Turn this process into the server, in the place of one that was left over."""
        # said from the root of the file system: the folders above may be closed to the server's user
        cluster = replace(self, place=replace(self.place, home=self.place.home.resolve()))
        program = cluster._binary("postgres")
        os.chdir("/")
        become_user(self.place.user)
        cluster._end_former()
        os.execve(program, [program, "-D", str(cluster.place.data)], ENVIRONMENT)  # noqa: S606 (the server itself)

    def ready(self, seconds: float = 60) -> None:
        """Wait until the cluster answers, and make the database on the first call."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if self.running():
                    return self._ensure_database()
            except ServiceFailed:  # it was killed between the two
                if time.monotonic() > deadline:
                    raise
            if time.monotonic() > deadline:
                raise ServiceFailed(f"PostgreSQL does not answer after {seconds:.0f} s; see {VAR / 'log'}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the cluster; whoever is still connected is cut off, and nothing committed is lost."""
        if self.running():
            self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=fast")

    def running(self) -> bool:
        """Return True if the cluster answers."""
        if not self._exists():
            return False
        login = [f"--host={self.place.sockets}", f"--username={ROLE}", "--dbname=postgres"]
        command = [self._binary("pg_isready"), "--quiet", *login]
        return subprocess.run(command, check=False).returncode == 0

    def _end_former(self) -> None:
        """End a server that no supervisor keeps any more, and what a killed one left: they would be in the way."""
        if self.running():
            self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=fast")
        leftovers.end(leftovers.working_in(self.place.data), signal.SIGQUIT)
        note = self.place.data / "postmaster.pid"
        with suppress(OSError, ValueError):  # after a restart of the machine its number may be that of another program
            if Path(f"/proc/{int(note.read_text().split()[0])}/comm").read_text().strip() != "postgres":
                note.unlink()

    def _exists(self) -> bool:
        return (self.place.data / "PG_VERSION").exists()

    def _create(self) -> None:
        options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=peer", f"--username={ROLE}", "--no-instructions"]
        self._run("initdb", *options)

    def _configure(self) -> None:
        """Write the settings anew, since the folder may have moved and defaults may have changed."""
        data = self.place.data
        settings = SETTINGS.format(sockets=self.place.sockets)
        (data / "terrascribe.conf").write_text(settings)
        main = data / "postgresql.conf"
        include = "include 'terrascribe.conf'\n"
        if include not in main.read_text():
            with main.open("a") as file:
                file.write(include)
        people = sorted({"root", getpass.getuser(), self.place.user or getpass.getuser()})
        (data / "pg_ident.conf").write_text("".join(f'owner "{person}" {ROLE}\n' for person in people))
        (data / "pg_hba.conf").write_text(f"local all {ROLE} peer map=owner\n")

    def _ensure_database(self) -> None:
        if self._sql("postgres", f"SELECT count(*) FROM pg_database WHERE datname = '{DATABASE}'") == "0":  # noqa: S608
            self._sql("postgres", f"CREATE DATABASE {DATABASE}")
            self._sql(DATABASE, "CREATE EXTENSION postgis")

    def _sql(self, database: str, statement: str) -> str:
        options = ["--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", f"--username={ROLE}"]
        command = [self._binary("psql"), *options, f"--host={self.place.sockets}", "--command", statement, database]
        return self._call(command)

    def _run(self, name: str, *options: str) -> str:
        return self._call([self._binary(name), f"--pgdata={self.place.data}", *options])

    def _call(self, command: Sequence[str]) -> str:
        """Run a command as the server's user, in a clean environment: PROJ_DATA of a wheel would break PostGIS."""
        user = self.place.user if os.geteuid() == 0 else None
        done = subprocess.run(
            command,
            env=ENVIRONMENT,
            cwd="/",
            user=user,
            group=user,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServiceFailed(
                f"PostgreSQL: {Path(command[0]).name} failed: {done.stdout.strip()}; see {self.place.log}"
            )
        return done.stdout.strip()

    def _binary(self, name: str) -> str:
        version = (self.place.data / "PG_VERSION").read_text().strip() if self._exists() else newest_version()
        path = PACKAGES / version / "bin" / name
        if not path.exists():
            raise MissingPackage(
                f"The cluster in {self.place.home} was made by PostgreSQL {version}, which isn't installed: "
                f"install postgresql-{version}-postgis-3, or set DATABASE_URL to another PostGIS."
            )
        return str(path)


def newest_version() -> str:
    """Return the newest installed major version of PostgreSQL that has PostGIS."""
    with_postgis = EXTENSIONS.glob("*/extension/postgis.control")
    versions = [path.parts[-3] for path in with_postgis if re.fullmatch(r"\d+", path.parts[-3])]
    versions = [version for version in versions if (PACKAGES / version / "bin" / "initdb").exists()]
    if not versions:
        raise MissingPackage(
            "No PostgreSQL with PostGIS is installed: install the packages postgresql and postgis of your "
            "distribution (Debian 12: postgresql-15-postgis-3), or set DATABASE_URL to another PostGIS."
        )
    return max(versions, key=int)


def private() -> Postgres:
    """Return this installation's cluster; as root it runs as the system user postgres, for it refuses root."""
    return Postgres(Place(VAR / "postgres", user="postgres" if os.geteuid() == 0 else None))
