"""Which audits stand for labels that were accepted by promise, and no longer for what is left."""

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from annotation.models import Acceptance, AuditDraw, Project


def accepted_audits(acceptance: Acceptance) -> NDArray[np.int64]:
    """Return the rows of audits that were accepted before they were drawn, or would have been, had they not been."""
    version, least = acceptance.model_version_id, acceptance.threshold
    draws = AuditDraw.objects.filter(sample__project=acceptance.project_id)
    forecast = draws.filter(forecasts__model_version=version, forecasts__confidence__gte=least)
    suggested = draws.filter(sample__suggestions__model_version=version, sample__suggestions__confidence__gte=least)
    before = Q(drawn_at__lt=acceptance.created_at)
    rows = {*forecast.filter(before).values_list("sample__index", flat=True)}
    rows |= {*suggested.filter(before).values_list("sample__index", flat=True)}
    rows |= {*acceptance.draws.values_list("sample__index", flat=True)}
    return np.array(sorted(rows), np.int64)


def accepted_in_force(project: Project) -> set[int]:
    """Return the rows of audits that would be accepted by promise, had nobody drawn them."""
    in_force = project.acceptances.filter(state=Acceptance.State.IN_FORCE)
    return {row for acceptance in in_force for row in accepted_audits(acceptance).tolist()}
