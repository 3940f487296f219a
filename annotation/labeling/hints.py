"""Hints: what a person is shown of a sample besides its pixels: what a model says, and what they said themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from annotation.models import Annotation, ModelVersion, Sample, Suggestion
from annotation.prepared import prepared

_SUGGESTED = {"id": "pk", "label": "label__code", "model_version": "model_version__number"}
_SAID = {"annotation": "pk", "label": "label__code"}


@dataclass(frozen=True)
class Hints:
    """What is known of one sample; suggestion and answer with their columns as they are stored."""

    base: int | None = None  # the newest annotation, by whomever
    suggestion: dict[str, Any] | None = None
    mine: dict[str, Any] | None = None


def hints_of(samples: Sequence[Sample], user_id: int | None) -> dict[int, Hints]:
    """Return the hints on samples by their ids, in one query; a waiting audit comes without a model's."""
    told = _told(tuple(sample.pk for sample in samples), user_id or 0) if samples else []
    return {pk: Hints(*columns) for pk, *columns in told}


@prepared
def _told(samples: tuple[int, ...], user: int) -> QuerySet[Sample, tuple[Any, ...]]:
    """Read the newest annotation, the published suggestion and the user's own answer."""
    suggested = Suggestion.objects.visible().filter(
        sample=OuterRef("pk"), model_version__state=ModelVersion.State.PUBLISHED
    )
    said = Annotation.objects.filter(sample=OuterRef("pk"))
    mine = said.filter(author=user, current=True).exclude(verdict=Annotation.Verdict.RETRACT)
    rows = Sample.objects.filter(pk__in=samples).order_by()
    hinted = rows.annotate(
        base=Subquery(said.order_by().values("sample").annotate(newest=Max("pk")).values("newest")),
        suggestion=Subquery(suggested.values(told=_json(_SUGGESTED, "value", "details", "confidence", "mask"))[:1]),
        mine=Subquery(mine.values(told=_json(_SAID, "value", "mask", "verdict"))[:1]),
    )
    return hinted.values_list("pk", "base", "suggestion", "mine")


def _json(renamed: dict[str, str], *columns: str) -> JSONObject:
    return JSONObject(**{name: F(path) for name, path in renamed.items()}, **{name: F(name) for name in columns})
