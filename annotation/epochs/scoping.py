"""Scope: whether a project's labels speak of the place, of one epoch, or of what changed between two."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from annotation.arrays.ground import forget_ground
from annotation.deletions import drop_samples, hold_project
from annotation.epochs.members import lock_and_count_labelled
from annotation.errors import BadSettings
from annotation.ingest.samples import make_samples
from annotation.ingest.scenes import forget
from annotation.models import Epoch, EpochPair, Job, Project, Sample, Tile
from annotation.models.jobs import JobKind
from annotation.models.projects import Scope

Pairs = Sequence[tuple[int, int]]  # ids of an earlier and a later epoch


@transaction.atomic
def set_scope(project: Project, scope: Scope, pairs: Pairs = ()) -> Project:
    """Choose what labels speak of, and make the samples for it; pairs of epochs can be added at any time.

    Raises:
        BadSettings: the first label fixed another scope, epochs are missing, or labels speak of a pair left out.
    """
    locked = hold_project(project)
    chosen = _chosen(locked, pairs) if scope == Scope.PAIR else []
    if scope == Scope.EPOCH and not locked.epochs.exists():
        raise BadSettings("There is no epoch yet; make one, or group the scenes by date.")
    if scope != locked.scope:
        _start_anew(locked, scope)
    if scope == Scope.PAIR:
        _choose_pairs(locked, chosen)
    make_samples(locked)
    Job.request(locked, JobKind.EMBED)
    project.scope = locked.scope
    return locked


def unpaired(project: Project) -> int:
    """Return how many tiles no pair of epochs shows at both dates, or not far enough to be labelled."""
    asked = Sample.objects.filter(tile=OuterRef("pk")).exclude(state=Sample.State.EMPTY).order_by()
    return Tile.objects.filter(grid__project=project).exclude(Exists(asked)).count()


def _chosen(project: Project, pairs: Pairs) -> list[tuple[Epoch, Epoch]]:
    if not pairs:
        raise BadSettings("Choose at least one pair of an earlier and a later epoch.")
    epochs = {epoch.pk: epoch for epoch in project.epochs.all()}
    for earlier, later in pairs:
        if unknown := {earlier, later} - epochs.keys():
            raise BadSettings(f"The project has no epoch {min(unknown)}.")
        if earlier == later:
            raise BadSettings(f"{epochs[earlier]} cannot be compared with itself; choose two epochs.")
    return [(epochs[earlier], epochs[later]) for earlier, later in dict.fromkeys(pairs)]


def _start_anew(project: Project, scope: Scope) -> None:
    """Delete the samples of another scope, none of which is labelled."""
    samples = Sample.objects.filter(project=project)
    if count := lock_and_count_labelled(samples):
        raise BadSettings(
            f"The scope is fixed with its first label, and {count:,} tiles have one; make another project for it. "
            "The imagery is not stored twice."
        )
    forget(project, list(samples.values_list("index", flat=True)))
    drop_samples(project, samples)
    project.epoch_pairs.all().delete()
    forget_ground(project)
    project.scope = scope
    project.save(update_fields=["scope"])


def _choose_pairs(project: Project, pairs: list[tuple[Epoch, Epoch]]) -> None:
    for gone in project.epoch_pairs.select_related("earlier", "later"):
        if (gone.earlier, gone.later) in pairs:
            continue
        samples = Sample.objects.filter(project=project, epoch=gone.earlier, later_epoch=gone.later)
        if count := lock_and_count_labelled(samples):
            raise BadSettings(f"{count:,} labelled tiles speak of {gone}; leave that pair among the pairs.")
        forget(project, list(samples.values_list("index", flat=True)))
        drop_samples(project, samples)
        gone.delete()
    for earlier, later in pairs:
        EpochPair.objects.get_or_create(project=project, earlier=earlier, later=later)
