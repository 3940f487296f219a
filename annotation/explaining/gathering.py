"""Gathering: read once what insights are worked out from."""

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import newest_fit
from annotation.arrays.labels import Rows
from annotation.arrays.material import Material
from annotation.errors import JobFailed
from annotation.learning.snapshot import take_snapshot
from annotation.models import Project
from annotation.models.blindness import blind

_ROWS_A_CHUNK = 20_000


def gather(project: Project) -> Material:
    """Read where the project stands; the vectors are those that the newest round ranked by.

    Raises:
        JobFailed: nothing was ranked yet.
    """
    newest = project.rounds.first()
    if newest is None:
        raise JobFailed("There is nothing to tell yet: the tiles are not embedded and ranked.")
    fit = newest_fit(project)
    fitted = project.rounds.filter(number=fit.number).first() if fit else None
    if fitted is None or fitted.encoder != newest.encoder:  # the fit is of another encoder, or of a cold start
        fit, fitted = None, newest
    snapshot = take_snapshot(project, fitted.encoder)
    waiting = project.samples.filter(blind()).values_list("index", flat=True)
    there = snapshot.present[snapshot.samples[snapshot.present] > 0]
    rows = np.setdiff1d(there, np.fromiter(waiting, np.int64))
    finite = _finite(snapshot.features, rows)
    codes = np.array(sorted(set(project.codes_in_use().values())), np.int64)
    return Material(project, snapshot, fitted, fit, codes, rows[finite], int((~finite).sum()))


def _finite(features: NDArray[np.float16], rows: Rows) -> NDArray[np.bool_]:
    parts = [rows[start : start + _ROWS_A_CHUNK] for start in range(0, len(rows), _ROWS_A_CHUNK)]
    return np.concatenate([np.zeros(0, bool), *(np.isfinite(features[part]).all(axis=1) for part in parts)])
