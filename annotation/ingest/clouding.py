"""Clouding: samples that are cloudy at every date wait, and are asked about when a clear one comes."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from annotation.ingest.scenes import forget
from annotation.models import Coverage, Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.models.projects import Scope


@transaction.atomic
def settle_clouds(project: Project) -> int:
    """Let open samples wait of which every date is too cloudy, open those that are no more; return how many wait."""
    samples = project.samples.order_by()
    waiting = samples.filter(state=Sample.State.CLOUDY)
    if project.cloudy_above >= 1 or not Coverage.objects.filter(scene__project=project, cloud__gt=0).exists():
        waiting.update(state=Sample.State.OPEN)
        return 0
    hidden = _hidden(project)
    waiting.exclude(hidden).update(state=Sample.State.OPEN)
    samples.filter(hidden, state=Sample.State.OPEN).update(state=Sample.State.CLOUDY)
    return waiting.count()


def allow_clouds(project: Project, before: float) -> None:
    """Let another share of cloud be too much than `before`: which samples wait changes, and which chips models see."""
    low, high = sorted((project.cloudy_above, before))
    settle_clouds(project)
    between = Coverage.objects.filter(scene__project=project, cloud__gt=low, cloud__lte=high)
    rows = project.samples.filter(tile__in=between.values("tile")).values_list("index", flat=True)
    if indices := list(rows):
        forget(project, indices)
    if indices or project.scenes.filter(covered=False).exists():
        Job.request(project, JobKind.EMBED)


def _hidden(project: Project) -> Q:
    """Return the condition that nothing clear is seen of a sample, or of one of the two epochs that it compares."""
    if project.scope == Scope.PLACE:
        return _cloudy(project)
    return _cloudy(project, "epoch") | Q(_cloudy(project, "later_epoch"), later_epoch__isnull=False)


def _cloudy(project: Project, epoch: str = "") -> Q:
    seen = Coverage.objects.filter(tile=OuterRef("tile"))
    if epoch:
        seen = seen.filter(scene__epochs=OuterRef(epoch))
    return Q(Exists(seen), ~Exists(seen.clear(project.cloudy_above)))
