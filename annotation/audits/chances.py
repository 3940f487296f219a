"""Chances: with which each open sample is drawn as an audit once plain draws have told the most."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.fits import newest_fit
from annotation.audits.areas import areas_of
from annotation.models import AuditDraw, Project
from mlcore.audits.draws import stratified_chances, uniform_chances, weighted_chances

FEWEST_OF_AREA = 3  # audits that every scene should have

Kind = AuditDraw.Kind
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Chances:
    """With which chance a draw takes each row, and would have taken the audits that it had already."""

    kind: Kind
    of_pool: Values  # [N]
    of_audits: Values  # [m]


def same_for_all(pool: int, audits: int, size: int) -> Chances:
    """Return the chances of a uniform draw."""
    return Chances(Kind.UNIFORM, uniform_chances(pool, size), np.full(audits, size / pool if pool else 0.0))


def telling_most(project: Project, pool: NDArray[np.int64], audits: NDArray[np.int64], size: int) -> Chances:
    """Return more chance for scenes while one of them lacks audits, and else where the model is less sure."""
    areas, _ = areas_of(project, pool)
    audited, _ = areas_of(project, audits)
    distinct = np.unique(areas)
    if len(distinct) > 1 and min(np.count_nonzero(audited == area) for area in distinct) < FEWEST_OF_AREA:
        return _by(
            Kind.STRATIFIED,
            areas.astype(float),
            audited.astype(float),
            lambda keys: stratified_chances(keys.astype(int), size, fewest=1),
        )
    sure = _confidences(project)
    if sure is None:
        return same_for_all(len(pool), len(audits), size)
    return _by(Kind.WEIGHTED, sure(pool), sure(audits), lambda keys: weighted_chances(keys, size, audits=len(audits)))


def _by(kind: Kind, pool: Values, audits: Values, chances: Callable[[Values], Values]) -> Chances:
    """Return chances that follow from a key; an audit has that of the samples whose key is nearest to its own."""
    of_pool, order = chances(pool), np.argsort(pool, kind="stable")
    return Chances(kind, of_pool, np.interp(audits, pool[order], of_pool[order]))


def _confidences(project: Project) -> Callable[[NDArray[np.int64]], Values] | None:
    """Return what tells how sure the newest fit is of rows; what it has not seen is as sure as the mean."""
    fit = newest_fit(project)
    if fit is None:
        return None
    sure = fit.confidences.astype(np.float64).clip(0, 1)
    mean = float(sure[sure > 0].mean()) if sure.any() else 0.5

    def read(rows: NDArray[np.int64]) -> Values:
        levels = np.zeros(len(rows))
        levels[rows < len(sure)] = sure[rows[rows < len(sure)]]
        return np.where(levels > 0, levels, mean)

    return read
