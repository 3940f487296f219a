"""Standing: where a project stands, read by the very statement that takes a claim's or an answer's lock.

A key press costs few statements because what is known beforehand travels with the lock. It may be as old as the wait
for the lock: good enough for a count, or to tell whether a refit is due. Answers and leases are read after it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from annotation.models import Annotation, Round, Sample
from annotation.progress import counting, keep_counts, kept_counts

MOST_COUNTED = 100  # answers since the newest round; a project that refits less often counts by itself
_NONE = {str(state): 0 for state in [*Sample.State, "total"]}
_BEFORE_ALL = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Newest:
    """What matters of a project's newest round; its inputs and report are megabytes and stay where they are."""

    pk: int
    number: int
    classes: int  # that its fit knows
    candidates: int
    created_at: datetime
    seen_at: datetime

    @classmethod
    def of(cls, said: dict[str, Any] | None) -> "Newest | None":
        """Return it as `newest` reads it."""
        if said is None:
            return None
        times = {name: datetime.fromisoformat(said[name]) for name in ("created_at", "seen_at")}
        return cls(**{**said, **times})


def newest(project: str) -> Subquery:
    """Return the expression that reads the newest round of the project at this path."""
    columns = {name: F(name) for name in ("pk", "number", "classes", "candidates", "created_at", "seen_at")}
    return Subquery(_rounds(OuterRef(project)).values(said=JSONObject(**columns))[:1])


def said_since(project: str) -> ArraySubquery:
    """Return the expression that lists answers of people since the project's newest round, MOST_COUNTED at the most."""
    seen_at = Subquery(_rounds(OuterRef(OuterRef(project))).values("seen_at")[:1])
    said = heard(Annotation.objects.filter(sample__project=OuterRef(project)))
    since = said.filter(created_at__gt=Coalesce(seen_at, Value(_BEFORE_ALL)))
    return ArraySubquery(since.order_by("-created_at").values("pk")[:MOST_COUNTED])


def heard(said: QuerySet[Annotation]) -> QuerySet[Annotation]:
    """Return what a fit learns from: what people said, without what they skipped."""
    return said.exclude(provenance=Annotation.Provenance.PROMISED).exclude(verdict=Annotation.Verdict.SKIP)


class Counts:
    """The counts of a project by state, read with a row where nobody counted lately."""

    def __init__(self, project_id: int) -> None:
        """Look at what was counted lately."""
        self._project_id, self._kept = project_id, kept_counts(project_id)

    @property
    def are_kept(self) -> bool:
        """Return whether somebody counted lately."""
        return bool(self._kept)

    @staticmethod
    def beside(project: str, *, counted: bool) -> dict[str, Any]:
        """Return what else to annotate rows with, whose project lies at this path, unless somebody `counted` lately."""
        return {} if counted else {"counts": counting(project)}

    def of(self, row: Any) -> dict[str, int]:
        """Return the counts: those that came with the row, or those of some seconds ago."""
        if self._kept:
            return {**_NONE, **self._kept}
        return keep_counts(self._project_id, {**_NONE, **(row.counts or {})})


def _rounds(project: Any) -> QuerySet[Round]:
    return Round.objects.filter(project=project).order_by("-number")
