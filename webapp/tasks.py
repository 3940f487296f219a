"""Celery tasks: messages that wake a worker for a job. What there is to do stands in the jobs' rows."""

import logging
from contextlib import suppress

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from annotation import clock, jobs, storage
from annotation.ingest import sweep_files
from annotation.models import Job, Scene
from annotation.models.jobs import JobKind
from annotation.pruning import request_due
from annotation.soundness import check_files
from webapp.cache import reachable
from webapp.outward import announce

logger = logging.getLogger(__name__)


@shared_task
def run_job(pk: int) -> None:
    """Run one job, then send the jobs that it wrote."""
    with suppress(SystemExit):  # told to stop: the job went back, and leaving in peace spares the worker an alarm
        jobs.run(pk)
        dispatch()


@shared_task
def sweep() -> None:
    """Let the jobs whose worker fell silent try again, send what waits unsent, and tell webhooks what is new."""
    if lost := Job.objects.recover_lost():
        logger.warning("%s jobs lost their worker.", lost)
    dispatch()
    announce()


@shared_task
def prune() -> None:
    """Ask for the pruning of each project that has not had it today."""
    if request_due():
        dispatch()


@shared_task
def tidy() -> None:
    """Remove files that killed processes left behind."""
    if removed := sweep_files():
        logger.warning("Removed %s files that nothing refers to.", removed)
    if marked := check_files(Scene.objects.all()):
        logger.warning("Of %s scenes the mounted files changed, went or came back.", marked)
    if freed := storage.free_room():
        logger.info("Freed %.0f MB of the cache.", freed / 2**20)


@shared_task
def compare_without(sample: int, asked: str) -> None:
    """Work out what the model would say of a sample without a modality or sensor."""
    from annotation.explaining.without import compare  # which loads the model

    compare(sample, asked)


def ask_a_worker(sample: int, asked: str) -> bool:
    """Send a message to that end, to a worker that is free while people label; return whether it went."""
    try:
        if reachable():
            compare_without.apply_async((sample, asked), queue="interactive", retry=False, expires=60)
            return True
    except OperationalError as error:
        logger.error("No message about sample %s, the broker does not answer: %s", sample, error)
    return False


def dispatch(project_id: int | None = None) -> int:
    """Send a message for each unsent job, of one project or of all; return how many."""
    waiting = Job.objects.unsent().order_by("id")
    if project_id is not None:
        waiting = waiting.filter(project_id=project_id)
    # asked first, since the broker's own client tries for seconds what a label must not wait for: the sweep sends it
    return sum(_send(job) for job in waiting) if reachable() else 0


def dispatch_on_commit(project_id: int | None = None) -> None:
    """Send the messages once the rows can be seen by workers; a fault of it undoes no answer, for the sweep sends."""

    def send() -> None:  # has a name, which Django needs to log a fault of a robust one
        dispatch(project_id)

    transaction.on_commit(send, robust=True)


def _send(job: Job) -> bool:
    mine = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED, sent_at=job.sent_at)
    if not mine.update(sent_at=clock.now()):
        return False
    try:
        run_job.apply_async((job.pk,), queue=JobKind(job.kind).lane, retry=False)
    except OperationalError as error:  # the answer to a label must not wait for the broker: the sweep sends it later
        Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(sent_at=None)
        logger.error("No message for job %s, the broker does not answer: %s", job.pk, error)
        return False
    return True
