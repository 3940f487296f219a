"""Members: the samples that speak of an epoch, and what follows when its scenes change."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotation.ingest.samples import make_samples
from annotation.ingest.scenes import forget
from annotation.models import Annotation, Epoch, Job, Project, Sample
from annotation.models.jobs import JobKind


def samples_of(epoch: Epoch) -> QuerySet[Sample]:
    """Return the samples whose label speaks of an epoch, alone or in a pair."""
    return Sample.objects.filter(Q(epoch=epoch) | Q(later_epoch=epoch))


def lock_and_count_labelled(samples: QuerySet[Sample]) -> int:
    """Return about how many somebody said something; until the transaction ends, nobody can say more of any."""
    list(samples.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    said = Annotation.objects.filter(sample=OuterRef("pk")).order_by()
    return samples.filter(Exists(said)).count()


def refresh(project: Project, epochs: Sequence[Epoch]) -> None:
    """Make the samples that epochs lack, and let what the model saw of the others be made again."""
    for epoch in epochs:
        forget(project, list(samples_of(epoch).values_list("index", flat=True)))
    make_samples(project, epochs=epochs)
    Job.request(project, JobKind.EMBED)
