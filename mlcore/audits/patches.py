"""Patches: connected pieces of paint that a model which hasn't seen their tile contradicts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_opening, label

from mlcore.errors import BadFeatures

SMALLEST = 4  # cells
STRONG = 0.3  # mean lead of the other class
_THICK = np.ones((2, 2), bool)  # what holds no such square is the fringe of a border, not a mistake
_USUAL = 0.25  # quantile
_SURE = 0.9


@dataclass(frozen=True)
class Patch:
    """Cells painted as one class that look like another one; classes are positions."""

    given: int
    suggested: int
    cells: NDArray[np.bool_]  # [h, w]
    lead: float  # mean of the other class over the painted one, 0..1

    @property
    def weight(self) -> float:
        """Return how many cells are likely to be wrong, about."""
        return float(self.cells.sum()) * self.lead


def usual_confidences(
    given: Sequence[NDArray[np.integer]], chances: Sequence[NDArray[np.floating]], *, classes: int
) -> NDArray[np.float64]:
    """Return how sure the model is of each class in three quarters of the tiles painted so, [K]; infinite without any.

    No more than 0.9 is asked for: a model of easy imagery is surer than that of nearly all, and it proves nothing.
    The thresholds of confident learning (arXiv 1911.00068) for cells in tiles: pieces, not cells, are held against
    them, and every tile has one voice.

    Args:
        given: of each tile, classes [h, w] as painted, 0..K-1, -1 where nothing is.
        chances: of each tile, [K, h, w] of a model that hasn't seen it.
        classes: K.
    """
    levels: list[list[float]] = [[] for _ in range(classes)]
    for paint, said in zip(given, chances, strict=True):
        for code in np.unique(paint[paint >= 0]).tolist():
            levels[code].append(float(said[code][paint == code].mean()))
    return np.array([min(_SURE, np.quantile(level, _USUAL)) if level else np.inf for level in levels])


def find_patches(given: NDArray[np.integer], chances: NDArray[np.floating], least: NDArray[np.floating]) -> list[Patch]:
    """Return the pieces in which one class clearly leads over another that was painted, likeliest mistake first.

    Args:
        given: classes [h, w] as painted, 0..K-1, -1 where nothing is.
        chances: [K, h, w].
        least: [K] mean chance from which on a piece may be called so, see `usual_confidences`.

    Raises:
        BadFeatures: shapes differ.
    """
    if chances.ndim != 3 or given.shape != chances.shape[1:] or len(least) != len(chances):
        raise BadFeatures(f"Patches need paint [h, w] and chances [K, h, w], got {given.shape} and {chances.shape}.")
    painted = given >= 0
    place = np.where(painted, given, 0)[None]
    own = np.take_along_axis(chances, place, 0)[0]
    others = chances.astype(np.float64)
    np.put_along_axis(others, place, -1.0, 0)
    suggested, leads = others.argmax(0), others.max(0) - own
    against = painted & (leads > 0)
    patches = []
    for code, other in np.unique(np.stack([given[against], suggested[against]], 1), axis=0).tolist():
        thick = binary_opening(against & (given == code) & (suggested == other), _THICK)
        pieces, count = label(thick)
        for number in range(1, count + 1):
            cells = pieces == number
            lead = float(leads[cells].mean())
            if cells.sum() >= SMALLEST and lead >= STRONG and chances[other][cells].mean() >= least[other]:
                patches.append(Patch(code, other, cells, lead))
    return sorted(patches, key=lambda patch: -patch.weight)


def worst_of(patches: Sequence[Patch]) -> Patch | None:
    """Return the patches of the pair of classes that most speaks against, as one; None without any."""
    pairs: dict[tuple[int, int], list[Patch]] = {}
    for patch in patches:
        pairs.setdefault((patch.given, patch.suggested), []).append(patch)
    if not pairs:
        return None
    (given, suggested), members = max(pairs.items(), key=lambda item: sum(patch.weight for patch in item[1]))
    cells = np.logical_or.reduce([patch.cells for patch in members])
    return Patch(given, suggested, cells, sum(patch.weight for patch in members) / float(cells.sum()))
