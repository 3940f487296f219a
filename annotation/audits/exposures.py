"""Exposures: how likely the draws so far were to take each sample, so that probabilities stay right over all of them.

A sample drawn early would have been in the later draws too, had it not been taken: its chance of being an audit by
now counts those draws as well, or early audits would weigh too much.
"""

import numpy as np
from numpy.typing import NDArray

from annotation.models import AuditDraw, Exposure, Project


def count_draw(project: Project, rows: NDArray[np.int64], chances: NDArray[np.float64]) -> None:
    """Add a draw that took each of the rows with its chance, and bring the audits' probabilities up to date."""
    kept = Exposure.objects.filter(project=project).first() or Exposure(project=project, values=b"")
    draws = list(AuditDraw.objects.filter(sample__project=project).select_related("sample"))
    values = _reaching(
        np.frombuffer(bytes(kept.values), np.float32), [*rows.tolist(), *(d.sample.index for d in draws)]
    )
    with np.errstate(divide="ignore"):  # what is taken for sure has an infinite exposure
        values[rows] -= np.log1p(-np.minimum(chances, 1.0)).astype(np.float32)
    kept.values = values.tobytes()
    kept.save()
    for drawn in draws:
        drawn.probability = float(-np.expm1(-values[drawn.sample.index])) or drawn.probability
    AuditDraw.objects.bulk_update(draws, ["probability"], batch_size=1000)


def _reaching(values: NDArray[np.float32], rows: list[int]) -> NDArray[np.float32]:
    """Return a copy that is long enough for the rows."""
    longer = np.zeros(max([len(values) - 1, *rows]) + 1, np.float32)
    longer[: len(values)] = values
    return longer
