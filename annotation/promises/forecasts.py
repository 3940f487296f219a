"""Forecasts: what a published version says of the audits, beside what people said of them. Shown to nobody."""

from dataclasses import dataclass

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from annotation.audits.answers import first_answers
from annotation.models import Acceptance, AuditDraw, AuditForecast, ModelVersion, Sample, Suggestion
from annotation.tasks import task_of


@dataclass(frozen=True)
class Evidence:
    """A version's predictions for audits that stand for what waits, and how wrong each one is."""

    scores: NDArray[np.float64]  # [m] confidence
    wrong: NDArray[np.float64]  # [m] 0 or 1; of masks the wrong share of the painted pixels
    predicted: NDArray[np.int64]  # [m] class code in use

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.scores)


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


def evidence_for(version: ModelVersion, *, with_checks: bool = False) -> Evidence:
    """Return what audits say of what waits: uniform ones, labelled, and not like what was accepted already.

    `with_checks` adds those that looked at labels which were taken back: they know best what went wrong there.
    """
    project = version.project
    which = Q(uniform_at__isnull=False, acceptance=None)
    if with_checks:
        which |= Q(acceptance__state=Acceptance.State.ROLLED_BACK)
    draws = AuditDraw.objects.filter(which, sample__project=project)
    draws = draws.filter(sample__state=Sample.State.LABELLED).select_related("sample").order_by("sample__index")
    gone: set[int] = set()
    for acceptance in project.acceptances.filter(state=Acceptance.State.IN_FORCE):
        gone |= set(accepted_audits(acceptance).tolist())
    task, said, foreseen, in_use = (
        task_of(project),
        first_answers(project),
        forecasts_of(version),
        project.codes_in_use(),
    )
    found = []
    for drawn in draws:
        row = drawn.sample.index
        if row in gone or row not in said or row not in foreseen:
            continue
        forecast = foreseen[row]
        wrong = task.wrongness(project, said[row].value, forecast.value)
        if wrong is None:
            continue  # a class went out of use: such samples are not accepted either
        code = in_use.get(forecast.label.code, 0) if forecast.label else 0
        found.append((forecast.confidence, wrong, code))
    table = np.array(found, np.float64).reshape(-1, 3)
    return Evidence(table[:, 0], table[:, 1], table[:, 2].astype(np.int64))


def forecasts_of(version: ModelVersion) -> dict[int, AuditForecast | Suggestion]:
    """Return what a version says of each audit by row: foreseen if it was drawn before it, suggested if later."""
    later = Suggestion.objects.filter(model_version=version, sample__audit__isnull=False)
    found: dict[int, AuditForecast | Suggestion] = {
        item.sample.index: item for item in later.select_related("label", "sample")
    }
    for forecast in version.forecasts.select_related("label", "draw__sample"):
        found[forecast.draw.sample.index] = forecast
    return found
