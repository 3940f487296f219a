"""Grouping: epochs made of dated scenes that were acquired within a few days."""

from django.db import transaction

from annotation.epochs.members import refresh
from annotation.errors import BadSettings
from annotation.ingest.scenes import lock
from annotation.models import Epoch, Project, Scene

LONGEST_TOLERANCE = 366  # days


@transaction.atomic
def group_by_date(project: Project, days: int = 0) -> list[Epoch]:
    """Make epochs of the dated scenes that belong to none, and return those that changed.

    Scenes at most `days` after the first of an epoch are together; they join one that is there if it then spans no
    more. Scenes without a date stay without an epoch.

    Raises:
        BadSettings: no scene has a date, or no possible tolerance.
    """
    if not 0 <= days <= LONGEST_TOLERANCE:
        raise BadSettings(f"The tolerance is 0 to {LONGEST_TOLERANCE} days, not {days}.")
    lock(project)
    dated = project.scenes.exclude(acquired=None)
    if not dated.exists():
        raise BadSettings("No scene has a date yet; state when they were acquired first.")
    epochs = list(project.epochs.exclude(starts=None))
    changed: dict[int, Epoch] = {}
    for scene in dated.filter(epochs=None).order_by("acquired", "id"):
        epoch = next((epoch for epoch in epochs if _takes(epoch, scene, days)), None) or _begin(project, scene, epochs)
        epoch.scenes.add(scene)
        changed[epoch.pk] = epoch
    refresh(project, list(changed.values()))
    return list(changed.values())


def _takes(epoch: Epoch, scene: Scene, days: int) -> bool:
    """Let an epoch's period grow to a scene's day, if it then spans at most so many days; return whether it does."""
    day, starts, ends = scene.day, epoch.starts, epoch.ends
    if day is None or starts is None or ends is None:
        return False
    if starts <= day <= ends:
        return True
    first, last = min(starts, day), max(ends, day)
    if (last - first).days > days:
        return False
    epoch.starts, epoch.ends = first, last
    epoch.save(update_fields=["starts", "ends"])
    return True


def _begin(project: Project, scene: Scene, epochs: list[Epoch]) -> Epoch:
    name, taken = str(scene.day), set(project.epochs.values_list("name", flat=True))
    free = next(text for text in (name, *(f"{name} ({n})" for n in range(2, len(taken) + 3))) if text not in taken)
    epoch = Epoch.objects.create(project=project, name=free, starts=scene.day, ends=scene.day)
    epochs.append(epoch)
    return epoch
