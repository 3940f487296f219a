"""The database: a snapshot that others can see too, its dump, and the way back, by PostgreSQL's own programs."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from annotation.errors import NoDatabaseTool

PACKAGES = Path("/usr/lib/postgresql")
FIXED = {"django_migrations", "django_content_type", "auth_permission"}  # that `migrate` fills by itself
# what belongs to the extension, or to whoever made the database
_NOT_OURS = re.compile(r"^\d+; \d+ \d+ (EXTENSION|COMMENT - EXTENSION|SCHEMA|COMMENT - SCHEMA|ACL) ")


@contextmanager
def snapshot() -> Iterator[str]:
    """Hold a snapshot: queries inside see one moment, and so does a dump that is told its name."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def dump(target: Path, seen: str) -> None:
    """Write what a snapshot sees."""
    options = ["--format=custom", "--no-owner", "--no-acl", "--exclude-table-data=*.spatial_ref_sys"]
    _run([tool("pg_dump"), *options, f"--snapshot={seen}", f"--file={target}"])


def load(source: Path, *, least: int) -> None:
    """Bring a dump back, in one transaction, in the place of tables that are empty or not there.

    `least` is the version of the program that wrote it.
    """
    program = tool("pg_restore", least=least)
    listed = _run([program, "--list", str(source)], with_login=False).splitlines()
    contents = source.with_suffix(".list")
    contents.write_text("".join(f"{line}\n" for line in listed if not _NOT_OURS.match(line)))
    options = ["--clean", "--if-exists", "--no-owner", "--no-acl", "--single-transaction", "--exit-on-error"]
    connection.close()
    _run([program, *options, f"--use-list={contents}", str(source)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def server() -> int:
    """Return the major version of the server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def migrations() -> list[list[str]]:
    """Return app and name of every migration that the database has had."""
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def filled() -> list[str]:
    """Return tables that hold something, besides what each new database has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT IN "
            "(SELECT relname FROM pg_class JOIN pg_depend ON pg_class.oid = objid AND deptype = 'e')"
        )
        tables = [name for (name,) in cursor.fetchall() if name not in FIXED]
        return [name for name in sorted(tables) if _has_rows(cursor, name)]


def ensure_postgis() -> None:
    """Add PostGIS where the database has none, if we may."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")


def tool(name: str, *, least: int = 0) -> str:
    """Return the path of a program of PostgreSQL: of the server's version, or else of the next newer one.

    Raises:
        NoDatabaseTool: there is none on this machine.
    """
    wanted = max(server(), least)
    for version in sorted({int(path.name) for path in PACKAGES.glob("[0-9]*") if path.name.isdigit()}):
        path = PACKAGES / str(version) / "bin" / name
        if version >= wanted and path.exists():
            return str(path)
    if (path_of := shutil.which(name)) and version_of(path_of) >= wanted:
        return path_of
    raise NoDatabaseTool(
        f"{name} of PostgreSQL {wanted} or newer isn't installed here: install the package postgresql-client-{wanted}."
    )


def version_of(program: str) -> int:
    """Return the major version of a program."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"(\d+)(\.|\s|$)", told)
    return int(number[1]) if number else 0


def _has_rows(cursor: object, table: str) -> bool:
    cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # type: ignore[attr-defined]  # noqa: S608 (quoted above)
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]


def _run(command: Sequence[str], *, with_login: bool = True) -> str:
    """Run a program with our login, whose password is in no argument: others may read those."""
    # a clean environment: PROJ_DATA of a wheel would break PostGIS
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": os.environ.get("HOME", "/")}
    program, *options = command
    if with_login:
        known = {option.keyword.decode() for option in Conninfo.get_defaults()}
        login = {name: str(value) for name, value in connection.get_connection_params().items() if name in known}
        environment["PGPASSWORD"] = login.pop("password", "")
        options = [f"--dbname={make_conninfo(**login)}", *options]
    done = subprocess.run([program, *options], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoDatabaseTool(f"{Path(program).name} failed: {done.stderr.strip()[-2000:]}")
    return done.stdout
