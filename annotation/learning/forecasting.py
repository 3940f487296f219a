"""Forecasting: write down, where nobody sees it, what a version says of the audits that were drawn before it."""

import numpy as np
from django.db.models import Exists, OuterRef

from annotation.arrays.fits import enlarge
from annotation.arrays.masks import store_mask
from annotation.arrays.vectors import Vectors
from annotation.learning.learners import Learner
from annotation.models import AuditDraw, AuditForecast, ModelVersion, Suggestion


def forecast_audits(version: ModelVersion, learner: Learner, vectors: Vectors) -> int:
    """Write a forecast for each audit that the version has not spoken of; return how many.

    They are held out of every fit, so they tell how right the version is on what it will be asked to accept.
    """
    spoken = Suggestion.objects.filter(model_version=version, sample=OuterRef("sample"))
    draws = AuditDraw.objects.filter(~Exists(spoken), sample__project=version.project)
    present = vectors.present
    rows = draws.exclude(forecasts__model_version=version).values_list(
        "sample__index", "pk", "sample__tile__grid__tile_px"
    )
    found = {row: (pk, tile_px) for row, pk, tile_px in rows if row < len(present) and present[row]}
    if not found:
        return 0
    prediction = learner.predict(vectors, np.array(sorted(found), np.int64))
    classes = {known.code: known.pk for known in version.project.classes.all()}
    made = [
        AuditForecast(
            draw_id=found[row][0],
            model_version=version,
            label_id=classes[int(prediction.codes[at])],
            confidence=float(prediction.confidences[at]),
            mask=store_mask(enlarge(prediction.maps[at], found[row][1])) if prediction.maps else "",
        )
        for at, row in enumerate(prediction.rows.tolist())
        if int(prediction.codes[at]) in classes
    ]
    return len(AuditForecast.objects.bulk_create(made, ignore_conflicts=True))
