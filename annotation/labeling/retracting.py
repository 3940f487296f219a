"""Retracting: answers are taken back, of many samples in one go, or for an earlier one; their history stays."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import F

from annotation.bulk import insert_from
from annotation.models import Annotation, Sample

_END = "UPDATE annotation_annotation a SET current = false FROM unnest(%s::bigint[]) c (id) WHERE a.id = c.id"


def retract_many(annotations: Sequence[int]) -> None:
    """Follow each of these current answers, whose samples are locked, by a version of its author that takes it back."""
    with connection.cursor() as cursor:
        cursor.execute(_END, [list(annotations)])
    same = {name: F(name) for name in ("sample", "author", "schema", "provenance", "model_version", "acceptance")}
    said = {**same, "version": F("version") + 1, "verdict": Annotation.Verdict.RETRACT}
    insert_from(Annotation.objects.filter(pk__among=annotations), Annotation, said)


def say_again(sample: Sample, said: Annotation, instead_of: Annotation) -> Annotation:
    """Follow an author's newest version on a locked sample by one that says what an earlier version of theirs said."""
    Annotation.objects.filter(pk=instead_of.pk).update(current=False)
    what = (
        "author",
        "verdict",
        "label",
        "value",
        "mask",
        "reason",
        "schema",
        "provenance",
        "model_version",
        "acceptance",
    )
    same = {name: F(name) for name in what}
    rows = Annotation.objects.filter(pk=said.pk)
    insert_from(rows, Annotation, {**same, "sample": sample.pk, "version": instead_of.version + 1})
    return sample.annotations.get(author=said.author_id, current=True)
