"""Scope: of which scenes the audits behind a promise speak, and of which they cannot."""

from django.db.models import Exists, F, OuterRef, Q

from annotation.models import AuditDraw, Epoch, Project, Sample, Scene

_OF_ITS_OWN = 3  # labelled audits that lie in a scene


def unheard_scenes(project: Project) -> list[Scene]:
    """Return the scenes that came after most of the audits behind a promise were drawn, and hold hardly one of them.

    An audit speaks of what it was drawn from. A scene that was there when half of them were drawn had its fair chance,
    however small it is; a later one counts when three of them lie in it.
    """
    draws = AuditDraw.objects.filter(sample__project=project, uniform_at__isnull=False, acceptance=None)
    behind = draws.filter(sample__state=Sample.State.LABELLED)
    times = sorted(time for time in behind.values_list("uniform_at", flat=True) if time)
    if not times:
        return []
    late = project.scenes.filter(created_at__gt=times[len(times) // 2]).order_by("id")
    return [scene for scene in late if _audits_in(scene) < _OF_ITS_OWN]


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


def _audits_in(scene: Scene) -> int:
    inside = Sample.objects.touched_by(scene).filter(project=scene.project_id, state=Sample.State.LABELLED)
    return inside.filter(audit__uniform_at__isnull=False, audit__acceptance=None).count()
