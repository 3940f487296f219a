"""Suggesting: labels out of a file that count only when a reviewer accepts them, under a version of their own."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Max

from annotation import clock
from annotation.deletions import hold_project
from annotation.models import Import, ImportItem, ModelVersion, Suggestion

Report = Callable[[float, str], None]

BATCH = 5_000
_UNTOLD = 0.5  # confidence of what tells none: neither ticked beforehand nor last


def suggest(row: Import, report: Report) -> int:
    """Write what was looked at as suggestions; killed at any point, run again. Return how many there are."""
    version = _version(row)
    items = row.items.filter(fate=ImportItem.Fate.TAKEN, comment="").order_by("id")
    total, done, last = items.count(), 0, 0
    while batch := list(items.filter(pk__gt=last)[:BATCH]):
        said = [_suggestion(version, item, item.sample_id) for item in batch if item.sample_id]
        Suggestion.objects.bulk_create(said, ignore_conflicts=True)
        done, last = done + len(batch), batch[-1].pk
        report(done / max(total, 1), f"Suggesting {done:,} of {total:,} labels")
    Import.objects.filter(pk=row.pk).update(state=Import.State.TAKEN, taken_at=clock.now())
    return Suggestion.objects.filter(model_version=version).count()


def unsuggest(row: Import) -> int:
    """Take back the suggestions of an import that nobody has decided on; return how many."""
    waiting = Suggestion.objects.filter(model_version=row.model_version, state=Suggestion.State.OPEN)
    return waiting.update(state=Suggestion.State.SUPERSEDED)


@transaction.atomic
def _version(row: Import) -> ModelVersion:
    """Return the version under whose name the suggestions of an import go."""
    project = hold_project(row.project)
    row = Import.objects.select_related("model_version").get(pk=row.pk)
    if row.model_version is None:
        newest = project.model_versions.aggregate(newest=Max("number"))["newest"] or 0
        row.model_version = ModelVersion.objects.create(
            project=project,
            number=newest + 1,
            state=ModelVersion.State.IMPORTED,
            origin=ModelVersion.Origin.IMPORTED,
            reason=f"Labels out of the file {row.name}, for reviewers to decide on.",
            labels=0,
        )
        row.save(update_fields=["model_version"])
    return row.model_version


def _suggestion(version: ModelVersion, item: ImportItem, sample: int) -> Suggestion:
    return Suggestion(
        model_version=version,
        sample_id=sample,
        value=item.value,
        label_id=item.label_id,
        mask=item.mask,
        confidence=_confidence(item.source.get("confidence")),
    )


def _confidence(told: Any) -> float:
    return float(told) if isinstance(told, int | float) and 0 <= told <= 1 else _UNTOLD
