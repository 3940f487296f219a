"""A database of an earlier release, restored beside the tests' own, and its exports as plain files."""

import gzip
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from psycopg.rows import dict_row

from annotation.exports import Options, make
from annotation.models import Project

Rows = dict[int, dict[str, Any]]  # by primary key


@contextmanager
def scratch_database(name: str) -> Iterator[None]:
    """Let Django's connection lead to a new, empty database; drop it afterwards."""
    settings = connection.settings_dict
    usual = settings["NAME"]
    connection.close()
    _administer(sql.SQL("DROP DATABASE IF EXISTS {}"), name)
    _administer(sql.SQL("CREATE DATABASE {}"), name)
    settings["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = usual
        _administer(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)


def restore(folder: Path, data: Path) -> None:
    """Load a release's dump into the empty database, and copy its files to the data folder."""
    shutil.copytree(folder / "data", data, dirs_exist_ok=True)
    with closing(_connect(connection.settings_dict["NAME"])) as server:
        server.execute(gzip.decompress((folder / "database.sql.gz").read_bytes()))


def migrate() -> None:
    """Bring the database up to date."""
    call_command("migrate", verbosity=0, skip_checks=True)


def rows(table: str) -> Rows:
    """Return all that a table of the domain holds."""
    with closing(_connect(connection.settings_dict["NAME"])) as server, server.cursor(row_factory=dict_row) as cursor:
        cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(f"annotation_{table}")))
        return {row["id"]: row for row in cursor}


def export_all(folder: Path) -> None:
    """Export each project in each format that the release had; ready-made chips with their pictures, too."""
    for project in Project.objects.all():
        for name in ("geojson", "coco", "masks"):
            target = folder / f"{project.name.lower()}-{name}.zip"
            make(project, name, target, options=Options(images=project.name == "Pictures"))


def unpacked(path: Path) -> dict[str, bytes]:
    """Return the files of a ZIP."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _administer(statement: sql.SQL, name: str) -> None:
    with closing(_connect("postgres")) as server:
        server.execute(statement.format(sql.Identifier(name)))


def _connect(name: str) -> psycopg.Connection[Any]:
    wanted = {"user", "password", "host", "port", "sslmode"}
    parameters = {key: value for key, value in connection.get_connection_params().items() if key in wanted}
    return psycopg.connect(**parameters, dbname=name, autocommit=True)
