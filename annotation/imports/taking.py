"""Taking: labels that were looked at become annotations, ten thousand in one go; killed at any point, run again."""

from collections.abc import Callable, Mapping

from django.db import connection, transaction
from django.db.models import F

from annotation import clock
from annotation.bulk import insert_from
from annotation.labeling.answers import by_next_version, newest_schema
from annotation.labeling.refits import request_refit
from annotation.labeling.settling import settle
from annotation.models import Annotation, AuditDraw, Import, ImportItem, Sample

Report = Callable[[float, str], None]
Fate = ImportItem.Fate

BATCH = 10_000

# Keys come as arrays that are joined row by row: what was just written has no statistics yet, and a planner that takes
# the tables for empty may go through all items once for each sample.

# in one order, as everybody locks samples
_LOCK = """
    SELECT s.id FROM annotation_sample s WHERE s.id = ANY(%s) ORDER BY s.id FOR NO KEY UPDATE
"""
# what was answered, drawn as an audit, or emptied since it was looked at is left to people
_CHANGED = """
    UPDATE annotation_importitem i SET fate = 'conflict', message = 'The tile was changed since this was looked at.'
    FROM unnest(%s::bigint[], %s::bigint[]) d (item, sample), annotation_sample s
    WHERE i.id = d.item AND s.id = d.sample
      AND (s.answer_id IS DISTINCT FROM i.base OR s.state = 'empty'
           OR (NOT %s AND s.state IN ('open', 'disputed')
               AND EXISTS (SELECT 1 FROM annotation_auditdraw d WHERE d.sample_id = s.id)))
    RETURNING i.id
"""
_END = "UPDATE annotation_annotation SET current = false WHERE author_id = %s AND current AND sample_id = ANY(%s)"
_LINK = """
    UPDATE annotation_importitem i SET annotation_id = d.annotation
    FROM unnest(%s::bigint[], %s::bigint[]) d (item, annotation) WHERE i.id = d.item
"""
_SETTLE = """
    UPDATE annotation_sample s
    SET state = CASE i.verdict WHEN 'label' THEN 'labelled' ELSE 'unsure' END,
        answer_id = CASE i.verdict WHEN 'label' THEN i.annotation_id END
    FROM unnest(%s::bigint[], %s::bigint[]) d (item, sample) JOIN annotation_importitem i ON i.id = d.item
    WHERE s.id = d.sample
"""
_RELEASE = """
    WITH held AS MATERIALIZED (SELECT id FROM annotation_lease WHERE sample_id = ANY(%s) ORDER BY id FOR UPDATE)
    DELETE FROM annotation_lease l USING held WHERE l.id = held.id
"""


def take(row: Import, report: Report) -> int:
    """Take in what was looked at and is not in yet; return how many labels the import has made."""
    waiting = row.items.filter(fate=Fate.TAKEN, annotation=None, comment="").order_by("id")
    total, done = waiting.count(), 0
    while batch := dict(waiting.values_list("pk", "sample")[:BATCH]):
        with transaction.atomic():
            _take(row, batch)
        done += len(batch)
        report(done / max(total, 1), f"Taking in {done:,} of {total:,} labels")
    Import.objects.filter(pk=row.pk).update(state=Import.State.TAKEN, taken_at=clock.now())
    request_refit(row.project)
    return row.items.filter(annotation__isnull=False).count()


def _take(row: Import, batch: dict[int, int]) -> None:
    """Take in some items, by their keys with their samples'."""
    as_truth = row.trust == Import.Trust.TRUTH
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [list(batch.values())])
        cursor.execute(_CHANGED, [list(batch), list(batch.values()), as_truth])
        for (pk,) in cursor.fetchall():
            del batch[pk]
        items, samples = list(batch), list(batch.values())
        if as_truth:
            _draw(row, items)
        cursor.execute(_END, [row.requested_by_id, samples])
        made = _say(row, batch)
        cursor.execute(_LINK, [items, [made[sample] for sample in samples]])
        if row.project.opinions > 1:
            for sample in Sample.objects.filter(pk__in=samples).select_related("project", "audit").order_by("pk"):
                settle(sample)
            return
        cursor.execute(_SETTLE, [items, samples])
        cursor.execute(_RELEASE, [samples])


def _say(row: Import, batch: Mapping[int, int]) -> dict[int, int]:
    """Write an annotation an item, as the next version of whoever imports it; return these by their samples."""
    said = {
        "sample": F("sample"),
        "author": row.requested_by_id,
        "verdict": F("verdict"),
        "label": F("label"),
        "value": F("value"),
        "mask": F("mask"),
        "schema": newest_schema(row.project).pk,
        "provenance": Annotation.Provenance.IMPORTED,
    }
    made: dict[int, int] = {}
    for version, some in by_next_version(batch, row.requested_by_id).items():
        rows = ImportItem.objects.filter(pk__among=some)
        made |= dict(insert_from(rows, Annotation, said | {"version": version}, returning=("sample", "id")))
    return made


def _draw(row: Import, items: list[int]) -> None:
    """Make audits of samples that are none yet: with the chance that the file tells, or as if all were drawn alike."""
    pool = row.project.samples.exclude(state=Sample.State.EMPTY).count()
    alike = row.items.filter(fate=Fate.TAKEN, comment="").count() / max(pool, 1)
    chances = dict(row.items.filter(pk__among=items, sample__audit=None).values_list("sample", "source"))
    AuditDraw.objects.bulk_create(
        AuditDraw(sample_id=sample, kind=AuditDraw.Kind.IMPORTED, probability=_chance(source, alike), pool=pool)
        for sample, source in chances.items()
    )


def _chance(source: dict[str, object], alike: float) -> float:
    told = source.get("inclusion_probability")
    return float(told) if isinstance(told, int | float) and 0 < told <= 1 else min(alike, 1.0)
