"""Refits: when enough was said since the newest round for the model to learn again."""

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
    count = said.order_by("-created_at")[: project.refit_every].count()
    return request_when_due(project, count, newest.classes if newest else 0)


def request_when_due(project: Project, said: int, classes: int) -> bool:
    """Ask for a refit if the answers since a round whose fit knows so many classes are enough for one."""
    if said < project.refit_every and (classes or not task_of(project).is_ready(project)):
        return False
    if project.refit_every > MOST_COUNTED and said == MOST_COUNTED:
        return request_refit(project)
    Job.ask(project, JobKind.REFIT)
    return True
