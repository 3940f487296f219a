"""Making a backup while people label."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings

from annotation import clock, storage
from annotation.backups import database, notes
from annotation.backups.archive import DUMP, FILES, Manifest, Writer, writing
from annotation.backups.listing import Listing
from annotation.backups.naming import named
from annotation.backups.pins import PREFIX, Pins
from annotation.errors import BadBackup, NotReady
from annotation.jobs import hold

Report = Callable[[str], None]
TRIES = 5


def back_up(target: Path, report: Report = lambda line: None, *, with_bucket: bool = False) -> Manifest:
    """Write the database and all files to `target`, a file that is not there yet, and return what it says of itself.

    Files in a bucket stay there, unless `with_bucket` copies them, too.

    Raises:
        BadBackup: the target is there already, or its folder is not.
        NoDatabaseTool: pg_dump is missing or failed.
        NotReady: files were removed faster than they could be copied.
    """
    if target.exists():
        raise BadBackup(f"{target} is there already; name another file, nothing is overwritten.")
    if not target.parent.is_dir():
        raise BadBackup(f"{target.parent} is no folder; make it, or name another.")
    database.tool("pg_dump")
    with hold(0, "backup"), _scratch(target.parent, ".part-") as scratch, _pins(with_bucket) as pins:
        report(f"Listing {settings.STORAGE_URL}" if storage.is_shared() else "Pinning files")
        pins.take()
        manifest = _freeze(pins, scratch / DUMP, report)
        with writing(target, manifest) as archive:
            report(f"Writing {manifest.bytes / 2**20:.0f} MB")
            archive.add(scratch / DUMP, DUMP)
            for path in pins:
                _copy(pins, path, archive)
    notes.keep(notes.Note(manifest.made_at, target.stat().st_size, manifest.version))
    return manifest


def release() -> str:
    """Return the version of Terrascribe that runs."""
    try:
        return version("terrascribe")
    except PackageNotFoundError:
        return "unknown"


def _copy(pins: Pins | Listing, path: Path, archive: Writer) -> None:
    try:
        pins.copy(path, archive, f"{FILES}/{path.as_posix()}")
    except FileNotFoundError as error:
        raise NotReady(f"{path} was removed before it was copied; try again in a minute.") from error


def _freeze(pins: Pins | Listing, target: Path, report: Report) -> Manifest:
    """Dump a snapshot of which every file is pinned, but for those that were lost long before."""
    lost = set[str]()
    for _ in range(TRIES):
        with database.snapshot() as seen:
            made_at = clock.now()
            pins.take()
            missing = {path.as_posix() for path in named() if path not in pins}
            if missing <= lost:
                report("Copying the database")
                database.dump(target, seen)
                return Manifest(
                    version=release(),
                    made_at=made_at.isoformat(),
                    migrations=database.migrations(),
                    postgres=database.server(),
                    tool=database.version_of(database.tool("pg_dump")),
                    bytes=sum(pins.size(path) for path in pins),
                    missing=sorted(missing),
                    files_in="" if isinstance(pins, Pins) or pins.copied else settings.STORAGE_URL,
                )
            lost = missing  # of the next snapshot, too: then they were gone before
    raise NotReady("Files are removed faster than they can be looked up; try again in a minute.")


@contextmanager
def _pins(with_bucket: bool) -> Iterator[Pins | Listing]:
    """Pin into a new folder, and sweep those of backups that were killed: whoever comes here is alone."""
    data = Path(settings.DATA_DIR)
    if storage.is_shared():
        yield Listing(data, copied=with_bucket)
        return
    data.mkdir(parents=True, exist_ok=True)
    for old in data.glob(f"{PREFIX}*"):
        shutil.rmtree(old, ignore_errors=True)
    with _scratch(data, PREFIX) as home:
        yield Pins(data, home)


@contextmanager
def _scratch(parent: Path, prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
