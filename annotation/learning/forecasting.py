"""Forecasting: write down, where nobody sees it, what a version says of the audits that were drawn before it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef

from annotation.arrays.vectors import Vectors
from annotation.deletions import hold_project
from annotation.models import AuditDraw, AuditForecast, ModelVersion, Suggestion
from annotation.tasks.learner import Learner, content_of


def forecast_audits(version: ModelVersion, learner: Learner[Any], vectors: Vectors) -> int:
    """Write a forecast for each audit that the version has not spoken of; return how many.

    They are held out of every fit, so they tell how right the version is on what it will be asked to accept.
    """
    spoken = Suggestion.objects.filter(model_version=version, sample=OuterRef("sample"))
    draws = AuditDraw.objects.filter(~Exists(spoken), sample__project=version.project)
    present = vectors.present
    rows = draws.exclude(forecasts__model_version=version).values_list(
        "sample__index", "pk", "sample__tile__grid__tile_px"
    )
    by_row = {row: (pk, tile_px) for row, pk, tile_px in rows if row < len(present) and present[row]}
    if not by_row:
        return 0
    prediction = learner.predict(vectors, np.array(sorted(by_row), np.int64))
    labels, in_use = {label.code: label for label in version.project.classes.all()}, version.project.codes_in_use()
    made = []
    for at, row in enumerate(prediction.rows.tolist()):
        draw, tile_px = by_row[row]
        content = content_of(prediction, at, tile_px=tile_px, in_use=in_use, labels=labels)
        if content is not None:
            said = {**content.columns(), "confidence": float(prediction.confidences[at])}
            made.append(AuditForecast(draw_id=draw, model_version=version, **said))
    return _write(version, made)


@transaction.atomic
def _write(version: ModelVersion, made: Sequence[AuditForecast]) -> int:
    """Store forecasts of those audits that are still there."""
    hold_project(version.project)  # as whoever deletes: so the two never wait for each other in a ring
    there = set(AuditDraw.objects.filter(sample__project=version.project).values_list("pk", flat=True))
    kept = [forecast for forecast in made if forecast.draw_id in there]
    return len(AuditForecast.objects.bulk_create(kept, ignore_conflicts=True))
