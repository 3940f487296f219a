"""Scope: of which scenes the audits behind a promise speak, and of which they cannot."""

from math import ceil

from django.db.models import Exists, F, OuterRef, Q

from annotation.models import AuditDraw, Epoch, Project, Sample, Scene
from mlcore.audits.promises import least_audits

_FEWEST = 10  # labelled audits that lie in a scene which came late


def unheard_scenes(project: Project) -> list[tuple[Scene, int]]:
    """Return the scenes that came after most audits behind a promise were drawn, and how many audits each still lacks.

    An audit speaks of what it was drawn from. A scene that was there when half of them were drawn had its fair chance,
    however small it is. A later one counts when audits lie in it as densely as in the rest, so that they speak for it
    as loudly as it is large: ten at the least, and no more than a promise on that scene alone would need.
    """
    draws = AuditDraw.objects.filter(sample__project=project, uniform_at__isnull=False, acceptance=None)
    behind = draws.filter(sample__state=Sample.State.LABELLED)
    times = sorted(time for time in behind.values_list("uniform_at", flat=True) if time)
    if not times:
        return []
    late = project.scenes.filter(created_at__gt=times[len(times) // 2]).order_by("id")
    everything = project.samples.count() if late else 0
    lacking = [(scene, _lacking(scene, len(times), everything)) for scene in late]
    return [(scene, count) for scene, count in lacking if count > 0]


def within(scenes: list[Scene], *, sample: str = "sample") -> Q:
    """Return the condition that a sample, at path `sample`, shows one of these scenes."""
    column, row = f"{sample}__tile__column", f"{sample}__tile__row"
    touching = Scene.objects.filter(
        pk__in=[scene.pk for scene in scenes],
        grid=OuterRef(f"{sample}__tile__grid"),
        first_column__lte=OuterRef(column),
        first_column__gt=OuterRef(column) - F("columns"),
        first_row__lte=OuterRef(row),
        first_row__gt=OuterRef(row) - F("rows"),
    )
    epochs = list(Epoch.objects.filter(scenes__in=[scene.pk for scene in scenes]).values_list("pk", flat=True))
    about = Q(**{f"{sample}__epoch": None})
    for field in ("epoch", "later_epoch"):
        about |= Q(**{f"{sample}__{field}__in": epochs})
    return Q(Exists(touching)) & about


def _lacking(scene: Scene, audits: int, everything: int) -> int:
    """Return how many audits a late scene lacks to be heard, of so many audits and samples in all."""
    project, inside = scene.project, Sample.objects.touched_by(scene).filter(project=scene.project_id)
    own = inside.filter(state=Sample.State.LABELLED, audit__uniform_at__isnull=False, audit__acceptance=None).count()
    here = inside.count()
    fair = ceil((audits - own) / max(1, everything - here) * here)
    most = least_audits(project.promise_kind, project.promise_bound) if project.promise_kind else _FEWEST
    return min(max(fair, _FEWEST), max(most, _FEWEST), here) - own
