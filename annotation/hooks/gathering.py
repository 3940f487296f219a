"""Gathering: what has happened since a webhook was last told becomes messages; labels are told by the hundred.

It is derived from rows, some seconds later: whoever labels writes nothing more for it, and nothing is lost where a
worker is killed, since marks and messages are written together.
"""

from typing import Any

from django.db import transaction

from annotation.hooks.managing import MOST_WAITING
from annotation.hooks.marks import horizon, newest_label
from annotation.hooks.queue import write
from annotation.models import Annotation, ModelVersion, Webhook
from annotation.models.webhooks import EventKind

LABELS_A_MESSAGE = 100
MESSAGES_AT_ONCE = 50


def gather() -> int:
    """Write what each webhook that does not pause has to be told, and return how many messages that makes."""
    hooks = list(Webhook.objects.filter(paused_at=None).values_list("pk", flat=True))
    return sum(_gather_for(pk) for pk in hooks)


@transaction.atomic
def _gather_for(pk: int) -> int:
    """Write what one webhook has to be told; two who do it at once take turns, and one that is behind is left so."""
    row = Webhook.objects.select_for_update(of=("self",)).select_related("project").filter(pk=pk).first()
    if row is None or row.paused_at or row.deliveries.filter(sent_at=None).count() >= MOST_WAITING:
        return 0
    count = _labels(row) + _version(row) + _releases(row)
    row.save(update_fields=["labels_told", "labels_known", "looked_at", "version_told", "release_told"])
    return count


def _labels(row: Webhook) -> int:
    """Tell of annotations up to the newest one of the last look, once nothing older than that look is under way."""
    if horizon() <= row.looked_at:
        return 0
    if EventKind.LABELS not in row.events:
        row.labels_told = row.labels_known
    new = Annotation.objects.filter(sample__project=row.project_id, pk__range=(row.labels_told + 1, row.labels_known))
    most = LABELS_A_MESSAGE * MESSAGES_AT_ONCE
    told = list(new.order_by("pk").values_list("pk", "sample_id")[:most])
    for start in range(0, len(told), LABELS_A_MESSAGE):
        some = told[start : start + LABELS_A_MESSAGE]
        ids, samples = [pk for pk, _ in some], sorted({sample for _, sample in some})
        what = {"count": len(some), "annotations": ids, "samples": samples, "after": row.labels_told}
        write(row, EventKind.LABELS, {**_project(row), **what})
        row.labels_told = ids[-1]
    if len(told) < most:
        row.labels_told = row.labels_known
        row.labels_known, row.looked_at = newest_label()
    return -(-len(told) // LABELS_A_MESSAGE)


def _version(row: Webhook) -> int:
    """Tell which version is published, if it is another one than before."""
    version = row.project.model_versions.filter(state=ModelVersion.State.PUBLISHED).first()
    if version is None or version.number == row.version_told:
        return 0
    row.version_told = version.number
    if EventKind.VERSION not in row.events:
        return 0
    facts = {"number": version.number, "origin": version.origin, "labels": version.labels}
    write(row, EventKind.VERSION, {**_project(row), **facts})
    return 1


def _releases(row: Webhook) -> int:
    """Tell of each release that was made."""
    new = row.project.releases.filter(number__gt=row.release_told).select_related("export").order_by("number")
    told = list(new)
    for release in told:
        row.release_told = release.number
        if EventKind.RELEASE in row.events:
            facts = {"number": release.number, "content": release.content, "licence": release.licence}
            file = {"export": release.export_id, "sha256": release.export.sha256, "changes": release.changes}
            write(row, EventKind.RELEASE, {**_project(row), **facts, **file})
    return len(told) if EventKind.RELEASE in row.events else 0


def _project(row: Webhook) -> dict[str, Any]:
    return {"project": row.project_id, "name": row.project.name}
