"""Material: what insights are worked out from, read once: labels, vectors, the newest fit, and who may not be told."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import Fit, newest_fit
from annotation.errors import JobFailed
from annotation.explaining.insights import WAITING
from annotation.learning.pixels import fit_head
from annotation.learning.snapshot import Labels, Rows, Snapshot, take_snapshot
from annotation.models import Project, Round
from mlcore.heads import PixelHead

_ROWS_A_CHUNK = 20_000


@dataclass(frozen=True)
class Material:
    """A project at one moment, as insights see it; audits that wait are in none of its parts."""

    project: Project
    snapshot: Snapshot
    round: Round
    fit: Fit | None
    codes: NDArray[np.int64]  # [C] of the classes in use
    rows: Rows  # with a sound vector, waiting audits left out
    broken: int  # rows whose vector is not finite

    @cached_property
    def painted_head(self) -> PixelHead | None:
        """Return a head of all painted masks that are no audits; the newest fit's own is not kept."""
        return fit_head(self.snapshot, self.snapshot.training)

    def chances(self, rows: Rows) -> NDArray[np.float32]:
        """Return what the newest fit says of rows, [n, C]; zeros where it said nothing."""
        found = np.zeros((len(rows), len(self.codes)), np.float32)
        if self.fit is None:
            return found
        known = rows < len(self.fit.probabilities)
        said = self.fit.probabilities[rows[known]].astype(np.float32) @ self._columns()
        found[known] = said / np.maximum(said.sum(1, keepdims=True), 1e-6)
        return found

    def best(self, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the class code and its chance of each row; code 0 where the fit said nothing."""
        codes, levels = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.float32)
        for start in range(0, len(rows) if len(self.codes) else 0, _ROWS_A_CHUNK):
            part = slice(start, start + _ROWS_A_CHUNK)
            chances = self.chances(rows[part])
            levels[part] = chances.max(1)
            codes[part] = np.where(levels[part] > 0, self.codes[chances.argmax(1)], 0)
        return codes, levels

    def sound(self, labels: Labels) -> Labels:
        """Return those labels whose vector is finite."""
        return labels.subset(np.isin(labels.rows, self.rows))

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        """Return the vectors of rows, [n, d]."""
        return self.snapshot.features[rows].astype(np.float32)

    def _columns(self) -> NDArray[np.float32]:
        """Return the table [K, C] that adds the fit's classes up to those in use."""
        in_use, place = self.project.codes_in_use(), {int(code): at for at, code in enumerate(self.codes)}
        classes = self.fit.classes if self.fit else ()
        table = np.zeros((len(classes), len(self.codes)), np.float32)
        for at, code in enumerate(classes):
            if code in in_use:
                table[at, place[in_use[code]]] = 1
        return table


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
    waiting = project.samples.filter(audit__isnull=False, state__in=WAITING).values_list("index", flat=True)
    there = snapshot.present[snapshot.samples[snapshot.present] > 0]
    rows = np.setdiff1d(there, np.fromiter(waiting, np.int64))
    finite = _finite(snapshot.features, rows)
    codes = np.array(sorted(set(project.codes_in_use().values())), np.int64)
    return Material(project, snapshot, fitted, fit, codes, rows[finite], int((~finite).sum()))


def _finite(features: NDArray[np.float16], rows: Rows) -> NDArray[np.bool_]:
    parts = [rows[start : start + _ROWS_A_CHUNK] for start in range(0, len(rows), _ROWS_A_CHUNK)]
    return np.concatenate([np.zeros(0, bool), *(np.isfinite(features[part]).all(axis=1) for part in parts)])
