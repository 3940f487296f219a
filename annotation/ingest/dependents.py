"""Dependents: what hangs on a scene, counted before anybody deletes it."""

from dataclasses import asdict, dataclass

from django.db.models import Q

from annotation.ingest.changes import covered_by_nothing_else
from annotation.ingest.samples import seen_by
from annotation.models import Annotation, AuditDraw, Epoch, Export, Rank, Sample, Scene, Suggestion


@dataclass(frozen=True)
class Dependents:
    """How much goes with a scene, how much changes, and what keeps it from going."""

    labels: int  # labelled samples that this scene alone shows: while there are any, it stays
    tiles: int  # that go
    tiles_changed: int  # that stay, seen by one scene less: embedded again
    samples: int  # that go
    suggestions: int  # of those
    ranks: int  # of those, in rounds
    audits: int  # drawn of those
    epochs: list[str]  # that the scene is of
    epochs_going: list[str]  # that hold nothing else
    exports: int  # that were made, and stay as they are

    @property
    def removable(self) -> bool:
        """Return whether nobody's labels would lose their imagery."""
        return self.labels == 0

    def to_dict(self) -> dict[str, object]:
        """Return it JSON-ready."""
        return asdict(self) | {"removable": self.removable}


def dependents_of(scene: Scene) -> Dependents:
    """Count what hangs on a scene, as `remove_scene` would meet it in this moment; nothing is changed."""
    alone = covered_by_nothing_else(scene)
    epochs = list(scene.epochs.order_by("id"))
    going = Sample.objects.filter(project=scene.project).filter(Q(tile__in=alone) | Q(pk__in=_of_epochs(scene, epochs)))
    ids = list(going.values_list("pk", flat=True))
    touched = 0 if scene.asset.is_record else _tiles_touched(scene)
    return Dependents(
        labels=Annotation.objects.filter(sample__in=ids).values("sample").distinct().count(),
        tiles=len(alone),
        tiles_changed=max(0, touched - len(alone)),
        samples=len(ids),
        suggestions=Suggestion.objects.filter(sample__in=ids).count(),
        ranks=Rank.objects.filter(sample__in=ids).count(),
        audits=AuditDraw.objects.filter(sample__in=ids).count(),
        epochs=[epoch.name for epoch in epochs],
        epochs_going=[epoch.name for epoch in epochs if not epoch.scenes.exclude(pk=scene.pk).exists()],
        exports=Export.objects.filter(project=scene.project).exclude(sha256="").count(),
    )


def _tiles_touched(scene: Scene) -> int:
    columns = scene.first_column, scene.first_column + scene.columns - 1
    rows = scene.first_row, scene.first_row + scene.rows - 1
    return scene.grid.tiles.filter(column__range=columns, row__range=rows).count()


def _of_epochs(scene: Scene, epochs: list[Epoch]) -> list[int]:
    """Return the samples of the scene's epochs whose tiles no other scene of that epoch shows."""
    ids: list[int] = []
    for epoch in epochs:
        others = seen_by(epoch, without=scene).keys()
        about = Sample.objects.filter(Q(epoch=epoch) | Q(later_epoch=epoch))
        ids += about.exclude(tile__in=others).values_list("pk", flat=True)
    return ids
