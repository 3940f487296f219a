"""Restoring a backup into an empty installation: whole, or not at all."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from annotation import storage
from annotation.backups import database
from annotation.backups.archive import DUMP, FILES, Manifest, read_manifest, unpack
from annotation.backups.making import Report, release
from annotation.backups.naming import named
from annotation.errors import NotRestorable
from annotation.storage import write_whole

_SPARE = 2**28  # bytes of room that are left
_STAGED = ".restore-"
_MOVED = ".restoring"  # names what a restore that was killed has moved in before the database


def restore(source: Path, report: Report = lambda line: None) -> Manifest:
    """Bring a backup back into the configured database and DATA_DIR, and return what it says of itself.

    The files are unpacked aside and checked, then moved in; the database follows in one transaction and is what
    counts. A restore that is killed before that leaves an empty database, and the next one removes its files.

    Raises:
        BadBackup: it is damaged.
        NotRestorable: the installation is not empty, or of another version.
        NoDatabaseTool: pg_restore is missing or failed.
    """
    manifest, data = read_manifest(source), Path(settings.DATA_DIR)
    _check_version(manifest)
    _check_files(manifest)
    _check_empty(data, held=not manifest.files_in)
    database.tool("pg_restore", least=manifest.tool)
    data.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(data).free < manifest.bytes + _SPARE:
        needed = (manifest.bytes + _SPARE) / 2**20
        raise NotRestorable(f"DATA_DIR has no room for {needed:.0f} MB; free some, or set it to another disk.")
    database.ensure_postgis()
    staged = Path(tempfile.mkdtemp(dir=data, prefix=_STAGED))
    try:
        report(f"Unpacking and checking {manifest.bytes / 2**20:.0f} MB")
        unpack(source, staged)
        report("Restoring the database")
        with (_uploaded if storage.is_shared() else _moved_in)(staged / FILES, data):
            database.load(staged / DUMP, least=manifest.tool)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    _report_missing(manifest, report)
    return manifest


def _check_files(manifest: Manifest) -> None:
    """Refuse a backup whose files nobody would find."""
    if manifest.files_in and not storage.is_shared():
        raise NotRestorable(
            f"The backup holds the database alone: its files are in {manifest.files_in}. Set STORAGE_URL to that "
            "bucket, or to a copy of it."
        )


def _report_missing(manifest: Manifest, report: Report) -> None:
    """Say which files the bucket of a restored database lacks."""
    if manifest.files_in and (missing := [path for path in named() if not storage.has(settings.DATA_DIR / path)]):
        report(f"{len(missing)} files are not in {settings.STORAGE_URL}, such as {missing[0]}: bring them back there.")


def _check_version(manifest: Manifest) -> None:
    """Refuse what other migrations have made."""
    ours = {(app, name) for app, name in MigrationLoader(None).disk_migrations}
    theirs = {(app, name) for app, name in manifest.migrations}
    if ours == theirs:
        return
    newer = sorted(theirs - ours)
    then = "" if newer else " Then install this release again and run `manage.py migrate`."
    differs = newer or sorted(ours - theirs)
    raise NotRestorable(
        f"The backup is of Terrascribe {manifest.version} with another schema than this release ({release()}): "
        f"{'it has' if newer else 'it lacks'} {', '.join('.'.join(each) for each in differs[:3])}. "
        f"Install the release that wrote it and restore it there.{then}"
    )


def _check_empty(data: Path, *, held: bool) -> None:
    """Refuse an installation that holds anything; what a killed restore left does not count."""
    if filled := database.filled():
        raise NotRestorable(
            f"The database is not empty ({', '.join(filled[:3])} hold rows). Restore into a new one: set DATABASE_URL "
            "and DATA_DIR, or VAR_DIR for a private one."
        )
    if storage.is_shared():
        if held and (entry := next(storage.entries(data), None)):
            there = entry.path.relative_to(data)
            raise NotRestorable(f"{settings.STORAGE_URL} is not empty ({there} is there). Choose another prefix.")
        return
    for old in data.glob(f"{_STAGED}*"):
        shutil.rmtree(old, ignore_errors=True)
    for name in _noted(data):
        shutil.rmtree(data / name, ignore_errors=True)
    (data / _MOVED).unlink(missing_ok=True)
    for folder, folders, files in os.walk(data):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if shown := [name for name in files if not name.startswith(".")]:
            there = Path(folder, shown[0]).relative_to(data)
            raise NotRestorable(f"DATA_DIR is not empty ({there} is there). Set DATA_DIR to a new folder.")


def _noted(data: Path) -> list[str]:
    try:
        names: list[str] = json.loads((data / _MOVED).read_text())
    except (OSError, ValueError):
        return []
    return [name for name in names if name == Path(name).name and not name.startswith(".")]


@contextmanager
def _uploaded(files: Path, data: Path) -> Iterator[None]:
    """Bring the files into the bucket, and out again where what follows fails; vectors are computed again there."""
    paths = [path for path in sorted(files.rglob("*")) if path.is_file() and not _is_vector(path.relative_to(files))]
    try:
        for path in paths:
            target = data / path.relative_to(files)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
            storage.keep(target)
        yield
    except BaseException:
        for path in paths:
            storage.remove(data / path.relative_to(files))
        raise


def _is_vector(path: Path) -> bool:
    return path.parts[:1] == ("projects",) and path.parts[2:3] == ("vectors",)


@contextmanager
def _moved_in(files: Path, data: Path) -> Iterator[None]:
    """Move the files in, and out again where what follows fails."""
    names = sorted(path.name for path in files.iterdir()) if files.is_dir() else []
    write_whole(data / _MOVED, json.dumps(names).encode())
    try:
        for name in names:
            shutil.rmtree(data / name, ignore_errors=True)  # empty folders
            os.replace(files / name, data / name)
        yield
    except BaseException:
        for name in names:
            shutil.rmtree(data / name, ignore_errors=True)
        raise
    finally:
        (data / _MOVED).unlink(missing_ok=True)
