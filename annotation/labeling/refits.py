"""Refits: when enough was said since the newest round for the model to learn again."""

from typing import Any

from django.db.models import QuerySet

from annotation.labeling.standing import MOST_COUNTED, heard
from annotation.models import Annotation, Job, Project
from annotation.models.jobs import JobKind
from annotation.tasks import task_of


def request_refit(project: Project) -> bool:
    """Ask for a refit when enough was said since the newest round; return whether it was."""
    newest = project.rounds.only("number", "classes", "seen_at").first()
    said = heard(Annotation.objects.filter(sample__project=project))
    if newest:
        said = said.filter(created_at__gt=newest.seen_at)
    # newest first: ordered by key, as annotations are, it would pass over all that came before the round
    latest = list(said.order_by("-created_at").values_list("pk", flat=True)[: project.refit_every])
    return request_when_due(project, len(latest), newest.classes if newest else 0, latest=max(latest, default=0))


def request_when_due(project: Project, said: int, classes: int, *, latest: int = 0) -> bool:
    """Ask for a refit if the answers since a round whose fit knows so many classes are enough for one.

    A refit that asks for the next one names the `latest` answer: where clocks disagree, answers look new for ever.
    """
    if said < project.refit_every and (classes or not task_of(project).is_ready(project)):
        return False
    if project.refit_every > MOST_COUNTED and said == MOST_COUNTED:
        return request_refit(project)
    return Job.ask(project, JobKind.REFIT, sees=f"answer {latest}" if latest else "")


def waiting_refits(project: Any) -> QuerySet[Job]:
    """Return the refit of a project, given by its key or an expression, that somebody asked for and nobody began."""
    return Job.objects.filter(project=project, kind=JobKind.REFIT, state=Job.State.QUEUED)
