"""What several people said of the same samples, each unseen by the others."""

from collections import defaultdict
from typing import Any

import numpy as np

from annotation.models import Annotation, Project, Review
from mlcore.metrics import Estimate

BY_PEOPLE = [Annotation.Provenance.HUMAN, Annotation.Provenance.IMPORTED, Annotation.Provenance.SIMULATED]
NOT_MEASURED: dict[str, Any] = {"samples": 0, "value": None, "classes": []}


def first_answers_of_several(project: Project) -> dict[int, dict[int, Annotation]]:
    """Return sample -> author -> first answer where several answered; later ones have seen what others said."""
    first: dict[int, dict[int, Annotation]] = defaultdict(dict)
    labels = Annotation.objects.filter(
        sample__project=project, verdict=Annotation.Verdict.LABEL, provenance__in=BY_PEOPLE
    )
    several = labels.filter(sample__audit__opinions__gt=1) if project.opinions == 1 else labels
    for annotation in several.select_related("author", "label", "sample__audit").order_by("pk"):
        sample = annotation.sample
        wanted = max(project.opinions, sample.audit.opinions if hasattr(sample, "audit") else 1)
        if annotation.author_id not in first[sample.pk] and len(first[sample.pk]) < wanted:
            first[sample.pk][annotation.author_id] = annotation
    return {pk: said for pk, said in first.items() if len(said) > 1}


def settled_by_review(annotations: list[int | None]) -> list[int]:
    """Return which of these annotations a reviewer confirmed or gave."""
    reviews = Review.objects.filter(annotation__isnull=False)
    kept = reviews.filter(verdict=Review.Verdict.ACCEPT, annotation__in=annotations)
    given = reviews.filter(result__in=annotations)
    return [*kept.values_list("annotation", flat=True), *given.values_list("result", flat=True)]


def told(level: Estimate) -> dict[str, float | None]:
    """Return alpha with its interval ready for JSON; None where nobody said anything of it."""
    if not np.isfinite(level.value):
        return {"value": None, "low": None, "high": None}
    return {"value": round(level.value, 3), "low": round(level.low, 3), "high": round(level.high, 3)}
