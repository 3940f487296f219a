"""Change first: what is rare and looked for comes before what is common, and its border once some is found."""

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.query.doubt import certainties
from mlcore.query.pool import Changes, Picks, Pool
from mlcore.query.rare import parting

_FOUND = 10  # labels of change from which its border is worth more than finding more of it


def change(pool: Pool, count: int) -> Picks:
    """Pick likely change first, and its border once some is found.

    Change is rare, so what saves labels is finding it (arXiv 2008.11201 reports 99 % fewer). What change is, the pool
    tells by `changes`; without, column 1 of two is change.
    """
    told = pool.changes or _second_of_two(pool)
    rows = np.asarray(pool.candidates, np.int64)
    chances = _finite(np.asarray(told.chances, np.float32)[rows])
    leads = 2 * chances - 1
    few = int(told.changed.sum()) < _FOUND
    worth = leads if few else 1 - np.abs(leads - _border(told))
    gains = (worth + 1) / pool.prices(rows)
    order = np.argsort(-gains, kind="stable")[:count]
    words = "likely change {:.2f}" if few else "at the border of change, chance {:.2f}"
    return Picks(rows[order], gains[order].astype(np.float32), tuple(words.format(chances[at]) for at in order))


def _second_of_two(pool: Pool) -> Changes:
    probabilities = certainties(pool)
    if probabilities.shape[1] != 2:
        raise BadFeatures(f"Change needs probabilities of two columns, got {probabilities.shape[1]}.")
    labels = np.full(len(pool.covered), -1) if pool.labels is None else np.asarray(pool.labels)
    known = labels >= 0
    return Changes(probabilities[:, 1], np.asarray(pool.covered)[known], labels[known] == 1)


def _border(told: Changes) -> float:
    if told.changed.all():
        return 0.0
    leads = 2 * np.asarray(told.chances, np.float32)[told.rows] - 1
    return parting(leads, told.changed)


def _finite(chances: NDArray[np.float32]) -> NDArray[np.float32]:
    if not np.isfinite(chances).all():
        raise BadFeatures("Chances of change must be finite; fit again.")
    return chances
