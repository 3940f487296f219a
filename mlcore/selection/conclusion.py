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


def conclude(tried: Sequence[Row], refused: Sequence[Row], losses: Losses, *, grouping: str, seed: int) -> Comparison:
    """Return the comparison of candidates by their losses.

    Args:
        tried: one row for each column of the losses, from the simplest candidate to the most demanding.
        refused: rows of what couldn't be tried.
        found: the losses.
        grouping: how labels were held out, in plain words.
        seed: of the draws behind what to expect.
    """
    means = losses.means
    spread = errors(losses)
    chosen, leader = choose(means, spread, amounts=losses.amounts), int(means.argmin())
    rows = [
        replace(
            row,
            mean=float(_score(means[at], losses)),
            std=float(losses.folds[:, at].std()),
            folds=tuple(_score(losses.folds[:, at], losses).tolist()),
            behind=None if at == chosen else difference(losses, at, chosen),
        )
        for at, row in enumerate(tried)
    ]
    comparison = Comparison(
        rows=(*rows, *refused),
        best=rows[chosen],
        leader=rows[leader],
        expected=_interval(loss_of_choosing(losses, spread, seed), standard_error(losses, chosen), losses),
        chance=losses.chance,
        labels=len(losses.rows),
        amounts=losses.amounts,
        grouping=grouping,
    )
    return replace(comparison, reason=words.reason(comparison))


def _score(loss: NDArray[np.float64] | np.float64, losses: Losses) -> NDArray[np.float64]:
    return np.asarray(loss) if losses.amounts else 1 - np.asarray(loss)


def _interval(loss: float, error: float, losses: Losses) -> Estimate:
    """Return the 95 % interval of a score: of shares, Wilson's with the sample size that the error amounts to."""
    if losses.amounts:
        ends = (max(0.0, loss + side * _Z95 * error) for side in (0, -1, 1))
        return Estimate(*(float(np.sqrt(end)) for end in ends))
    share, count = 1 - loss, len(np.unique(losses.groups))
    size = share * loss / error**2 if error > 0 and 0 < share < 1 else count
    return wilson_interval(share * size, size)
