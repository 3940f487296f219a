"""Copied: a mask that began with the label of another date of the same ground says so."""

from typing import Any

from annotation.errors import BadAnswer
from annotation.models import Annotation, Sample
from annotation.tasks.content import Value


def copied(sample: Sample, value: Value) -> dict[str, Any]:
    """Return what is kept of a value's `copied_from`: the id of a label of this tile at another date, or nothing.

    Raises:
        BadAnswer: it names no such label.
    """
    origin = value.get("copied_from")
    if origin is None:
        return {}
    if not isinstance(origin, int) or isinstance(origin, bool) or not 0 < origin < 2**53:
        raise BadAnswer("copied_from is the id of an annotation.")
    of_tile = Annotation.objects.filter(pk=origin, sample__tile=sample.tile_id).exclude(mask="")
    if not of_tile.exclude(sample=sample.pk).exists():
        raise BadAnswer(f"There is no mask {origin} of this tile at another date; send the label without copied_from.")
    return {"copied_from": origin}
