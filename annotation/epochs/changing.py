"""Changing epochs: made, renamed, given other scenes, deleted; what labels speak of is never changed silently."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction

from annotation.deletions import drop_samples
from annotation.epochs.members import lock_and_count_labelled, refresh, samples_of
from annotation.errors import BadSettings
from annotation.ingest.samples import seen_by
from annotation.ingest.scenes import forget, lock
from annotation.models import Epoch, Project, Scene
from annotation.validation import check
from mlcore.checks import check_day

_NAMED = 3  # scenes in a sentence


@transaction.atomic
def add_epoch(
    project: Project,
    *,
    name: str,
    scenes: Sequence[int] | None = None,
    starts: date | None = None,
    ends: date | None = None,
) -> Epoch:
    """Make an epoch of some scenes, or of those that were acquired in a period, both days included.

    Scenes of that period that come later join by themselves.

    Raises:
        BadSettings: no scene, no possible period, or a name that is taken.
        BadSample: a date in the future.
    """
    lock(project)
    epoch = Epoch(project=project, name=name.strip(), starts=starts, ends=ends)
    _check(epoch)
    members = _chosen(project, scenes) if scenes is not None else _of_period(epoch)
    epoch.save()
    epoch.scenes.set(members)
    refresh(project, [epoch])
    return epoch


@transaction.atomic
def change_epoch(epoch: Epoch, *, scenes: Sequence[int] | None = None, **fields: str | date | None) -> str:
    """Change an epoch's name, period or scenes; return a remark about labels that speak of it, or ''.

    Raises:
        BadSettings: as for a new one, or labels would lose imagery that they were given on.
        BadSample: a date in the future.
    """
    lock(epoch.project)
    for field, value in fields.items():
        setattr(epoch, field, value.strip() if isinstance(value, str) else value)
    _check(epoch)
    before = set(epoch.scenes.all())
    after = before
    if scenes is not None:
        after = set(_chosen(epoch.project, scenes))
    elif {"starts", "ends"} & fields.keys() and epoch.starts:
        after = before | set(_of_period(epoch))
    _check_labels(epoch, before - after)
    epoch.save()
    if before == after:
        return ""
    epoch.scenes.set(after)
    _drop_unseen(epoch)
    refresh(epoch.project, [epoch])
    return _remark(lock_and_count_labelled(samples_of(epoch)), len(after - before))


@transaction.atomic
def delete_epoch(epoch: Epoch) -> None:
    """Delete an epoch with its samples.

    Raises:
        BadSettings: labels speak of it.
    """
    lock(epoch.project)
    samples = samples_of(epoch)
    if count := lock_and_count_labelled(samples):
        raise BadSettings(f"{count} labelled tiles speak of {epoch}, so it stays; it can be renamed.")
    forget(epoch.project, list(samples.values_list("index", flat=True)))
    drop_samples(epoch.project, samples)
    epoch.delete()


def _check(epoch: Epoch) -> None:
    """Refuse a name or a period that cannot be."""
    starts, ends = epoch.starts, epoch.ends
    if (starts is None) != (ends is None):
        raise BadSettings("A period has a first and a last day; give both, or scenes instead.")
    if starts and ends and ends < starts:
        raise BadSettings(f"The period ends on {ends}, before it starts on {starts}; swap them.")
    for day in (starts, ends):
        check_day(f"The epoch {epoch.name}", day)
    if epoch.project.epochs.exclude(pk=epoch.pk).filter(name=epoch.name).exists():
        raise BadSettings(f"There is an epoch {epoch.name} already; choose another name.")
    check(epoch)


def _chosen(project: Project, scenes: Sequence[int]) -> list[Scene]:
    members = list(project.scenes.filter(pk__in=scenes))
    if unknown := set(scenes) - {scene.pk for scene in members}:
        raise BadSettings(f"The project has no scene {', '.join(map(str, sorted(unknown)[:_NAMED]))}.")
    if not members:
        raise BadSettings("An epoch needs at least one scene; choose some, or a period in which some were acquired.")
    return members


def _of_period(epoch: Epoch) -> list[Scene]:
    if epoch.starts is None or epoch.ends is None:
        raise BadSettings("An epoch needs at least one scene; choose some, or a period in which some were acquired.")
    days = (epoch.starts, epoch.ends)
    members = list(epoch.project.scenes.filter(acquired__date__range=days))
    if not members:
        raise BadSettings(
            f"No scene was acquired from {epoch.starts} to {epoch.ends}; choose another period, or state the dates."
        )
    return members


def _check_labels(epoch: Epoch, leaving: Collection[Scene]) -> None:
    if leaving and (count := lock_and_count_labelled(samples_of(epoch))):
        names = ", ".join(sorted(str(scene) for scene in leaving)[:_NAMED])
        raise BadSettings(
            f"{count} labelled tiles speak of {epoch} with {names}, which would leave it; make another epoch instead."
        )


def _drop_unseen(epoch: Epoch) -> None:
    """Delete the samples of an epoch that no scene of it shows any more; none of them is labelled."""
    unseen = samples_of(epoch).exclude(tile__in=seen_by(epoch).keys()).filter(annotations=None)
    forget(epoch.project, list(unseen.values_list("index", flat=True)))
    drop_samples(epoch.project, unseen)


def _remark(labels: int, scenes: int) -> str:
    if not labels or not scenes:
        return ""
    tiles = "1 labelled tile shows" if labels == 1 else f"{labels:,} labelled tiles show"
    return f"{tiles} {scenes} more scene{'s' if scenes > 1 else ''} now; what was said about them stays."
