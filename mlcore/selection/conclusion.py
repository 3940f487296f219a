"""From losses to a conclusion: the row chosen, what to expect of it, and why."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mlcore.metrics import Estimate, wilson_interval
from mlcore.selection import words
from mlcore.selection.comparison import Comparison, Row
from mlcore.selection.evidence import Losses, choose, difference, errors, loss_of_choosing, standard_error

_Z95 = 1.96


def conclude(tried: Sequence[Row], refused: Sequence[Row], found: Losses, *, grouping: str, seed: int) -> Comparison:
    """Return the comparison of candidates by their losses.

    Args:
        tried: one row for each column of the losses, from the simplest candidate to the most demanding.
        refused: rows of what couldn't be tried.
        found: the losses.
        grouping: how labels were held out, in plain words.
        seed: of the draws behind what to expect.
    """
    means = found.means
    spread = errors(found)
    chosen, leader = choose(means, spread, amounts=found.amounts), int(means.argmin())
    rows = [
        replace(
            row,
            mean=float(_score(means[at], found)),
            std=float(found.folds[:, at].std()),
            folds=tuple(_score(found.folds[:, at], found).tolist()),
            behind=None if at == chosen else difference(found, at, chosen),
        )
        for at, row in enumerate(tried)
    ]
    comparison = Comparison(
        rows=(*rows, *refused),
        best=rows[chosen],
        leader=rows[leader],
        expected=_interval(loss_of_choosing(found, spread, seed), standard_error(found, chosen), found),
        chance=found.chance,
        labels=len(found.rows),
        amounts=found.amounts,
        grouping=grouping,
    )
    return replace(comparison, reason=words.reason(comparison))


def _score(loss: NDArray[np.float64] | np.float64, found: Losses) -> NDArray[np.float64]:
    return np.asarray(loss) if found.amounts else 1 - np.asarray(loss)


def _interval(loss: float, error: float, found: Losses) -> Estimate:
    """Return the 95 % interval of a score: of shares, Wilson's with the sample size that the error amounts to."""
    if found.amounts:
        ends = (max(0.0, loss + side * _Z95 * error) for side in (0, -1, 1))
        return Estimate(*(float(np.sqrt(end)) for end in ends))
    share, count = 1 - loss, len(np.unique(found.groups))
    size = share * loss / error**2 if error > 0 and 0 < share < 1 else count
    return wilson_interval(share * size, size)
