"""Undoing: an import is taken back, but for labels that somebody has changed or looked at since; history stays."""

from collections.abc import Callable

from django.db import connection, transaction

from annotation import clock
from annotation.imports.comments import drop_comments
from annotation.imports.suggesting import unsuggest
from annotation.labeling.refits import request_refit
from annotation.labeling.retracting import retract_many
from annotation.labeling.settling import settle
from annotation.models import Annotation, Import, Sample

Report = Callable[[float, str], None]
BATCH = 10_000

_LOCK = "SELECT id FROM annotation_sample WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_STANDING = """
    SELECT a.id, a.sample_id FROM annotation_annotation a
    WHERE a.id = ANY(%s) AND a.current AND a.verdict <> 'retract'
      AND NOT EXISTS (SELECT 1 FROM annotation_review r WHERE r.annotation_id = a.id)
"""
_REOPEN = """
    UPDATE annotation_sample s SET state = 'open', answer_id = NULL
    WHERE s.id = ANY(%s) AND s.state <> 'empty'
"""


def undo(row: Import, report: Report) -> int:
    """Take back the labels of an import that still stand; return how many."""
    made = list(row.items.filter(annotation__isnull=False).order_by("id").values_list("annotation", "sample"))
    undone = unsuggest(row) if row.model_version_id else 0
    for start in range(0, len(made), BATCH):
        with transaction.atomic():
            undone += _take_back(made[start : start + BATCH])
        report((start + BATCH) / max(len(made), 1), f"Taking back {undone:,} labels")
    drop_comments(row)
    Import.objects.filter(pk=row.pk).update(state=Import.State.UNDONE, undone_at=clock.now())
    request_refit(row.project)
    return undone


def _take_back(made: list[tuple[int, int]]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [[sample for _, sample in made]])
        cursor.execute(_STANDING, [[annotation for annotation, _ in made]])
        standing = dict(cursor.fetchall())
        retract_many(list(standing))
        others = Annotation.objects.filter(sample__among=standing.values(), current=True)
        others = others.exclude(verdict__in=[Annotation.Verdict.RETRACT, Annotation.Verdict.SKIP])
        left = set(others.values_list("sample", flat=True))
        cursor.execute(_REOPEN, [list(set(standing.values()) - left)])
    for sample in Sample.objects.filter(pk__in=left).select_related("project", "audit").order_by("pk"):
        settle(sample)
    return len(standing)
