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


@dataclass(frozen=True)
class Patch:
    """Cells painted as one class that look like another one."""

    given: int  # class code
    suggested: int  # class code
    cells: NDArray[np.bool_]  # [h, w]
    lead: float  # mean of the other class over the painted one, 0..1

    @property
    def weight(self) -> float:
        """Return how many cells are likely to be wrong, about."""
        return float(self.cells.sum()) * self.lead


def find_patches(
    given: NDArray[np.integer], suggested: NDArray[np.integer], leads: NDArray[np.floating]
) -> list[Patch]:
    """Return the pieces in which one class leads over another that was painted, likeliest mistake first.

    Args:
        given: class codes [h, w] as painted, 0 where nothing is.
        suggested: class codes [h, w] of the other class.
        leads: [h, w] by how much it is likelier; not above 0 where nothing speaks against the paint.

    Raises:
        BadFeatures: shapes differ.
    """
    if given.ndim != 2 or not given.shape == suggested.shape == leads.shape:
        raise BadFeatures(f"Patches need three maps of one shape, got {given.shape} and {leads.shape}.")
    against = (given > 0) & (leads > 0)
    found = []
    for own, other in np.unique(np.stack([given[against], suggested[against]], 1), axis=0).tolist():
        thick = binary_opening(against & (given == own) & (suggested == other), _THICK)
        pieces, count = label(thick)
        for number in range(1, count + 1):
            cells = pieces == number
            lead = float(leads[cells].mean())
            if cells.sum() >= SMALLEST and lead >= STRONG:
                found.append(Patch(own, other, cells, lead))
    return sorted(found, key=lambda patch: -patch.weight)


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
