"""What people said of audits first, before anything of the model was shown to them."""

from collections import defaultdict

from django.db.models import F

from annotation.models import Annotation, Project
from annotation.tasks import task_of


def first_answers(project: Project) -> dict[int, Annotation]:
    """Return for the row of each audit what was said of it first, of several opinions the majority.

    Once an audit has its label, what the model thinks of it is shown: a later word on it is no longer blind. Nor is a
    word from before the draw, which was taken back since; what was accepted by promise is no person's word.
    """
    said: dict[int, list[Annotation]] = defaultdict(list)
    labels = Annotation.objects.filter(sample__project=project, sample__audit__isnull=False).by_people()
    labels = labels.filter(verdict=Annotation.Verdict.LABEL, created_at__gte=F("sample__audit__drawn_at"))
    labels = labels.select_related("label", "sample").order_by("pk")
    for annotation in labels:
        earlier = said[annotation.sample.index]
        if len(earlier) < project.opinions and annotation.author_id not in {one.author_id for one in earlier}:
            earlier.append(annotation)
    task = task_of(project)
    return {row: task.settle(project, opinions) or opinions[-1] for row, opinions in said.items()}
