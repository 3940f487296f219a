"""Orphans: files that a process left behind when it was killed between writing them and storing their rows."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from annotation import clock, storage
from annotation.ingest.assets import ASSETS, drop_unused
from annotation.ingest.staging import UPLOADS
from annotation.ingest.transfers import end_transfer
from annotation.models import Asset, Import, Job, Transfer
from annotation.models.jobs import JobKind

OLD = 24 * 3600  # seconds; nothing that is still being written is older


def sweep_files(*, older_than: float = OLD) -> int:
    """Remove uploads that no job will read any more and rasters that no scene uses; return how many."""
    for asset in Asset.objects.filter(scenes=None, created_at__lt=clock.now() - timedelta(seconds=older_than)):
        drop_unused(asset)
    for transfer in Transfer.objects.expired():
        end_transfer(transfer)
    if storage.is_shared():
        return _of_bucket(older_than)
    awaited = _awaited()
    uploads = [path for path in _old(UPLOADS, "*", older_than) if path.name not in awaited]
    rasters = list(_old(ASSETS, "*/*", older_than))
    names = {str(path.relative_to(settings.DATA_DIR)): path for path in rasters}
    stored = set(Asset.objects.filter(path__in=names).values_list("path", flat=True))
    orphans = uploads + [path for name, path in names.items() if name not in stored]
    orphans += [*_old("masks", "*/.part-*", older_than), *_received(older_than)]
    for path in orphans:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return len(orphans)


def _of_bucket(seconds: float) -> int:
    """Remove uploads and rasters from the bucket that no row names; return how many.

    What a machine has of them is its cache, which is swept by itself.
    """
    limit, awaited = time.time() - seconds, _awaited()
    data = Path(settings.DATA_DIR)
    uploads = [each.path for each in storage.entries(data / UPLOADS) if each.modified <= limit]
    orphans = [path for path in uploads if path.parent.name not in awaited]
    rasters = [each.path for each in storage.entries(data / ASSETS, "*/*") if each.modified <= limit]
    names = {str(path.relative_to(data)): path for path in rasters}
    stored = set(Asset.objects.filter(path__in=names).values_list("path", flat=True))
    orphans += [path for name, path in names.items() if name not in stored]
    for path in orphans:
        storage.remove(path)
    return len(orphans)


def _received(seconds: float) -> Iterator[Path]:
    """Yield what a killed web process had received of uploads, which Django keeps among temporary files."""
    for path in Path(tempfile.gettempdir()).glob("tmp*.upload*"):
        with suppress(FileNotFoundError):
            status = path.lstat()
            if status.st_uid == os.getuid() and status.st_mtime <= time.time() - seconds:
                yield path


def _old(folder: str, pattern: str, seconds: float) -> Iterator[Path]:
    limit = time.time() - seconds
    for path in (Path(settings.DATA_DIR) / folder).glob(pattern):
        with suppress(FileNotFoundError):  # gone in this moment
            if path.lstat().st_mtime <= limit:
                yield path


def _awaited() -> set[str]:
    """Return the folders of uploads that are still to be read: the job waits, runs, or failed and can be restarted."""
    jobs = Job.objects.filter(kind=JobKind.INGEST).exclude(state=Job.State.DONE)
    files = [file for job in jobs for file in job.params.get("files", [])]
    parts = [part for file in files for part in file.get("parts", [])]
    of_labels = Import.objects.exclude(path="").values_list("path", flat=True)  # perhaps taken in later
    coming = {Path(folder).name for folder in Transfer.objects.values_list("folder", flat=True)}
    return coming | {Path(path).parent.name for path in (*of_labels, *(file["path"] for file in (*files, *parts)))}
