"""What people said of audits first, before anything of the model was shown to them."""

from collections import defaultdict

from django.db.models import F

from annotation.models import Annotation, Project
from annotation.tasks import task_of


def first_answers(project: Project) -> dict[int, Annotation]:
    """Return for the row of each audit what was said of it first, of several opinions the majority.

    Once an audit has its label, what the model thinks of it is shown: a later word on it is no longer blind. Nor is a
    word from before the draw, taken back since; what was accepted by promise is no person's word. Where people
    disagreed, those count who were asked until most said the same; where a reviewer settled it, the reviewer's word.
    """
    said: dict[int, list[Annotation]] = defaultdict(list)
    labels = Annotation.objects.filter(sample__project=project, sample__audit__isnull=False).by_people()
    labels = labels.filter(verdict=Annotation.Verdict.LABEL, created_at__gte=F("sample__audit__drawn_at"))
    task = task_of(project)
    for annotation in labels.select_related("label", "sample__answer__label").order_by("pk"):
        earlier = said[annotation.sample.index]
        if annotation.author_id in {one.author_id for one in earlier}:
            continue
        disputed = project.opinions > 1 and len(earlier) >= project.opinions and task.settle(project, earlier) is None
        if len(earlier) < project.opinions or disputed:
            earlier.append(annotation)
    return {
        row: task.settle(project, opinions) or opinions[-1].sample.answer or opinions[-1]
        for row, opinions in said.items()
    }
