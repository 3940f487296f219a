"""Embeddings in parts of ten tiles, watched and stopped."""

from collections import Counter
from collections.abc import Callable

from annotation import jobs
from annotation.arrays.vectors import Vectors
from annotation.errors import JobPostponed
from annotation.learning.encoders import open_encoder
from annotation.models import Job, Project
from annotation.models.jobs import JobKind


class Made(Counter[int]):
    """How often each row was embedded, and what happens before a batch is."""

    before: Callable[[], None] = staticmethod(lambda: None)


def stored(project: Project) -> Vectors:
    return Vectors(project, open_encoder(project).digest)


def embed(project: Project) -> Job:
    job = Job.objects.get(project=project, kind=JobKind.EMBED)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def once(project: Project) -> dict[int, int]:
    return dict.fromkeys(project.samples.values_list("index", flat=True), 1)


def stop_after(made: Made, batches: int) -> None:
    """Let the job go back to the queue as it begins a later batch, as when its worker is told to stop."""
    left = iter(range(batches))

    def stop() -> None:
        if next(left, None) is None:
            raise JobPostponed  # SystemExit would close the connection, on which the test's transaction is

    made.before = stop


def begun(project: Project, made: Made, batches: int = 3) -> Job:
    """Return a job that went back to the queue after so many batches."""
    stop_after(made, batches)
    job = embed(project)
    assert job.state == Job.State.QUEUED
    made.before = lambda: None
    return job
