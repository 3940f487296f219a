"""Restore: into an empty installation, whole or not at all, and only what is whole."""

import os
import shutil
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from annotation.backups import database, restore
from annotation.errors import BadBackup, NoDatabaseTool, NotRestorable
from annotation.models import Project
from tests.annotation.backups.conftest import Elsewhere, execute

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_installation_that_holds_something_is_left_alone(
    archive: Path, alice: AbstractBaseUser, elsewhere: Elsewhere
) -> None:
    with pytest.raises(NotRestorable, match="database is not empty"):
        restore(archive)
    with elsewhere() as data:
        (data / "masks").mkdir()
        (data / "masks" / "somebody's.png").write_bytes(b"x")
        with pytest.raises(NotRestorable, match="DATA_DIR is not empty"):
            restore(archive)
        assert database.filled() == []


def test_a_migrated_and_empty_database_takes_it(archive: Path, elsewhere: Elsewhere) -> None:
    with elsewhere() as data:
        restore(archive)
        execute(f"TRUNCATE {', '.join(database.filled())} CASCADE")  # as `migrate` leaves it
        for folder in data.iterdir():
            shutil.rmtree(folder)
        restore(archive)
        assert Project.objects.count() == 2
        call_command("migrate", check_unapplied=True, verbosity=0)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda known: known[:-1], "it has"),
        (lambda known: [*known, ("annotation", "9999_later")], "Install the release that wrote it"),
    ],
)
def test_another_schema_is_refused_with_what_to_do(
    archive: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, change: object, told: str
) -> None:
    known = list(MigrationLoader(None).disk_migrations)

    class Other:
        def __init__(self, _: None) -> None:
            self.disk_migrations = change(known)  # type: ignore[operator]

    monkeypatch.setattr("annotation.backups.restoring.MigrationLoader", Other)
    with elsewhere() as data:
        with pytest.raises(NotRestorable, match=told):
            restore(archive)
        assert list(data.iterdir()) == []


def cut(archive: Path, where: float) -> None:
    os.truncate(archive, int(archive.stat().st_size * where))


def flip(archive: Path, where: float) -> None:
    with archive.open("r+b") as file:
        at = int(archive.stat().st_size * where)
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 255]))


def test_a_damaged_archive_is_refused_whole(archive: Path, elsewhere: Elsewhere) -> None:
    whole = archive.read_bytes()
    with elsewhere() as data:
        for damage in (cut, flip):
            for where in (0.0001, 0.05, 0.3, 0.5, 0.7, 0.9):
                archive.write_bytes(whole)
                damage(archive, where)
                with pytest.raises(BadBackup, match=r"damaged|cut off|no backup"):
                    restore(archive)
                assert list(data.iterdir()) == []
        assert database.filled() == []
        archive.write_bytes(b"")
        with pytest.raises(BadBackup):
            restore(archive)


def test_a_database_that_fails_takes_the_files_back(
    archive: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise NoDatabaseTool("pg_restore failed")

    with elsewhere() as data:
        with monkeypatch.context() as patched:
            patched.setattr(database, "load", fail)
            with pytest.raises(NoDatabaseTool):
                restore(archive)
        assert list(data.iterdir()) == []
        restore(archive)
        assert Project.objects.count() == 2


def test_what_a_killed_restore_left_is_cleared_by_the_next(archive: Path, elsewhere: Elsewhere) -> None:
    with elsewhere() as data:
        (data / "masks" / "00").mkdir(parents=True)
        (data / "masks" / "00" / "half.png").write_bytes(b"x")
        (data / ".restore-abc").mkdir()
        (data / ".restoring").write_text('["masks"]')
        restore(archive)
        assert not (data / "masks" / "00" / "half.png").exists()
        assert not list(data.glob(".re*"))
