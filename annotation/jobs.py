"""Running of jobs: take one, keep its heart beating, run what its kind names, and write down how it ended."""

import logging
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from annotation.errors import DISK_FULL, AnnotationError, JobCancelled, JobPostponed, StorageAway, is_disk_full
from annotation.models import Job
from annotation.models.chains import within
from annotation.models.job_kinds import unknown_to_this_release
from annotation.models.jobs import COALESCED, JobKind
from mlcore.errors import Busy, MLCoreError, NotAnswering

logger = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
LOOK_FOR_ROOM = timedelta(minutes=1)  # on a full disk
WITHOUT_STORAGE = timedelta(seconds=30)  # until a job looks again whether files can be had

# By name and imported when run: web processes import this module and must not load torch.
RUNNERS = {
    JobKind.INGEST: "annotation.ingest.run",
    JobKind.EMBED: "annotation.learning.embed",
    JobKind.PART: "annotation.learning.helping.help_out",
    JobKind.REFIT: "annotation.learning.refit",
    JobKind.PUBLISH: "annotation.learning.publish",
    JobKind.EXPORT: "annotation.exports.run",
    JobKind.IMPORT: "annotation.imports.run",
    JobKind.FINETUNE: "annotation.improving.tuning.tune",
    JobKind.PRETRAIN: "annotation.improving.pretraining.pretrain_further",
    JobKind.SELECT: "annotation.improving.selecting.select",
    JobKind.SWITCH: "annotation.improving.switching.switch",
    JobKind.INSIGHT: "annotation.explaining.explain.explain",
    JobKind.PRUNE: "annotation.pruning.run",
}


def advance(job: Job) -> None:
    """Note that something is done that the next try finds done: a worker killed from now on is the first in a row."""
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, started_at=job.started_at)
    if job.attempts > 1 and mine.update(attempts=1):
        job.attempts = 1


def run(job_id: int) -> None:
    """Run a job to its end; one that another worker took, that is gone, or of a newer release, is left alone."""
    job = Job.objects.select_related("project").filter(pk=job_id).first()
    if job is None or _is_of_a_newer_release(job) or not job.start():
        return
    with _heartbeat(job):
        try:
            with _alone(job), within(job.params):
                message = import_string(RUNNERS[JobKind(job.kind)])(job)
        except JobCancelled:
            job.stop()
        except (JobPostponed, StorageAway, NotAnswering) as error:
            _put_off(job, error)
        except (AnnotationError, MLCoreError) as error:
            job.fail(str(error))
        except MemoryError:
            logger.exception("%s of project %s", job.kind, job.project_id)
            job.fail("It needs more memory than this machine has. Free some, or use smaller tiles, and start it again.")
        except Exception as error:
            if is_disk_full(error):
                logger.error("%s of project %s: %s", job.kind, job.project_id, error)
                return _without_room(job)
            logger.exception("%s of project %s", job.kind, job.project_id)
            # without the places of files on the server, which are no member's business
            job.fail(f"{type(error).__name__}: {error}".replace(str(settings.DATA_DIR), ""))
        except (SystemExit, KeyboardInterrupt):  # the worker is being shut down
            connection.close()  # perhaps in the middle of a query
            job.hand_back()
            raise
        else:
            job.finish(message or "")


def _is_of_a_newer_release(job: Job) -> bool:
    """Tell whether a job asks for what this release doesn't know; it stays in the queue, and says what it waits for."""
    unknown = unknown_to_this_release(job.kind, job.params)
    if unknown:
        told = f"Waits for a worker of a newer release: the one that looked at it knows {unknown}."
        Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(message=told[:300])
        logger.warning("Job %s waits for a worker of a newer release: this one knows %s.", job.pk, unknown)
    return bool(unknown)


def _without_room(job: Job) -> None:
    """Let what each label asks for wait until the disk has room, for while it waits no label asks anew; fail others."""
    if job.kind == JobKind.REFIT:
        job.hand_back(DISK_FULL, wait=LOOK_FOR_ROOM)
    else:
        job.fail(DISK_FULL)


def _put_off(job: Job, error: JobPostponed | StorageAway | NotAnswering) -> None:
    """Let a job wait for its turn, for a machine with more time, or for the files that it cannot do without."""
    if isinstance(error, Busy):
        job.try_later(str(error))
    elif isinstance(error, StorageAway | NotAnswering):
        job.hand_back(str(error), wait=WITHOUT_STORAGE)
    else:
        job.hand_back()


@contextmanager
def _alone(job: Job) -> Iterator[None]:
    """Run one job of a coalesced kind at a time in a project, on whatever machines: the later one sees more."""
    if job.kind not in COALESCED:
        yield
        return
    with hold(job.project_id, job.kind):
        job.project.refresh_from_db()  # the one before may have changed its encoder
        yield


@contextmanager
def hold(project_id: int, what: str) -> Iterator[None]:
    """Hold something of a project alone, among all machines; whoever comes second waits."""
    key = [zlib.crc32(f"terrascribe {what}".encode()) - 2**31, project_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", key)
        try:
            yield
        except (SystemExit, KeyboardInterrupt):
            connection.close()  # which lets go, too: in the middle of a query nothing more can be asked
            raise
        except BaseException:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
            raise
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, stop), name=f"heartbeat of job {job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(job: Job, stop: threading.Event) -> None:
    while not stop.wait(BEAT_SECONDS):
        try:
            job.beat()
        except DatabaseError as error:  # a database that restarts is back before the job counts as lost
            logger.warning("Heartbeat of job %s: %s", job.pk, error)
            connection.close()
    connection.close()
