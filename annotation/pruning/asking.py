"""Asking: each project that is worked on is pruned once a day, by a job."""

from dataclasses import asdict
from datetime import timedelta
from itertools import chain

from django.db.models import Exists, OuterRef

from annotation import clock
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from annotation.pruning.cuts import Freed
from annotation.pruning.policy import prune, prune_shared

_OFTEN = timedelta(days=1)
_WORKED_ON = timedelta(days=9)  # longer than anything but replays is kept


def request_due() -> int:
    """Ask for the pruning of each project that has not had it today and was worked on lately; return of how many."""
    now = clock.now()
    jobs = Job.objects.filter(project=OuterRef("pk")).order_by()
    worked = jobs.filter(created_at__range=(now - _WORKED_ON, now - _OFTEN)).exclude(kind=JobKind.PRUNE)
    pruned = jobs.filter(kind=JobKind.PRUNE, created_at__gt=now - _OFTEN)
    due = list(Project.objects.filter(Exists(worked), ~Exists(pruned)))
    for project in due:
        Job.request(project, JobKind.PRUNE)
    return len(due)


def run(job: Job) -> str:
    """Prune a job's project; once a day what projects share, too."""
    freed, figures = Freed(), dict[str, dict[str, int]]()
    shared = _is_first_today()
    for what, part in chain(prune(job.project), prune_shared() if shared else ()):
        freed += part
        job.report(0.5, f"Pruned {what}.")
        if part != Freed():
            figures[what] = asdict(part)
    job.show(freed=figures, shared=shared)
    return f"Freed {freed}." if figures else "There was nothing to prune."


def _is_first_today() -> bool:
    """Return whether no job pruned what projects share today."""
    today = Job.objects.filter(kind=JobKind.PRUNE, state=Job.State.DONE, finished_at__gt=clock.now() - _OFTEN)
    return not today.filter(result__shared=True).exists()
