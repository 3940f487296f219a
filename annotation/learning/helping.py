"""Helping: a worker does parts of an embedding that another job was asked for."""

from annotation.errors import JobPostponed
from annotation.learning.encoders import AnyEncoder, open_encoder
from annotation.learning.omitted import Omitting
from annotation.learning.together import do_part
from annotation.models import Job, Part, Project
from annotation.models.jobs import JobKind
from mlcore.errors import MLCoreError

_OFTEN = 3  # a part that so many workers took and left is for the job that asked, which ends in words


def help_out(job: Job) -> str:
    """Do parts of an embedding until none is free or wanted; other projects' work goes before the next one.

    Raises:
        JobPostponed: something else waits; the job goes to the end of the queue.
    """
    project, digest, tiles = job.project, str(job.params["encoder"]), 0
    try:
        encoder: AnyEncoder = open_encoder(project, str(job.params["key"]))
    except MLCoreError as error:  # no fault of the embedding: others have it, or its own job says so
        return f"This worker can't open the encoder: {error}"[:300]
    if without := str(job.params.get("without", "")):
        encoder = Omitting(encoder, without)
    if encoder.digest != digest:
        return "The encoder is another one by now."
    parts = Part.objects.filter(project=project, encoder=digest, takes__lt=_OFTEN)
    while _is_wanted(project) and (part := parts.take(job)):
        do_part(part, job, encoder, lambda: None)
        tiles += part.tiles
        job.report(0, f"Embedded {tiles} tiles.")
        if _others_wait(project):
            raise JobPostponed("Other work waits.")
    return f"Embedded {tiles} tiles."


def _is_wanted(project: Project) -> bool:
    """Return whether the job that joins the parts is still to come or at work."""
    return project.jobs.filter(kind__in=[JobKind.EMBED, JobKind.SWITCH]).under_way().exists()


def _others_wait(project: Project) -> bool:
    batch = [kind for kind in JobKind if kind.lane == "batch" and kind is not JobKind.PART]
    return Job.objects.due().filter(kind__in=batch).exclude(project=project).exists()
