"""Retracting: answers of many samples are taken back in one go; their history stays."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import F

from annotation.bulk import insert_from
from annotation.models import Annotation

_END = "UPDATE annotation_annotation a SET current = false FROM unnest(%s::bigint[]) c (id) WHERE a.id = c.id"


def retract_many(annotations: Sequence[int]) -> None:
    """Follow each of these current answers, whose samples are locked, by a version of its author that takes it back."""
    with connection.cursor() as cursor:
        cursor.execute(_END, [list(annotations)])
    same = {name: F(name) for name in ("sample", "author", "schema", "provenance", "model_version", "acceptance")}
    said = {**same, "version": F("version") + 1, "verdict": Annotation.Verdict.RETRACT}
    insert_from(Annotation.objects.filter(pk__in=annotations), Annotation, said)
