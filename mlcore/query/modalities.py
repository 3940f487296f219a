"""Modalities that disagree: where the answer is another one without a modality or sensor."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.query.diversity import spread_out
from mlcore.query.doubt import candidate_certainties
from mlcore.query.pool import Picks, Pool

_ROWS = 32_768
_WORDS = {
    "optical": "the optical scenes",
    "sar": "the radar",
    "elevation": "the heights",
    "points": "the point clouds",
    "text": "the posts",
}
_LEAST = np.float32(1e-6)  # where nothing changes an answer, all count the same


def divergence(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the Jensen-Shannon divergence of chances [M, K] in bits, [M]: 0 where they are the same, 1 at the most.

    NaN where either is (Lin 1991).
    """
    apart = np.empty(len(one), np.float32)
    for start in range(0, len(one), _ROWS):
        part = slice(start, start + _ROWS)
        first, second = np.asarray(one[part], np.float32), np.asarray(other[part], np.float32)
        middle = (first + second) * np.float32(0.5)
        apart[part] = _entropy(middle) - (_entropy(first) + _entropy(second)) / 2
    return np.clip(apart, np.float32(0), np.float32(1))


def furthest(
    full: NDArray[np.floating], left_out: Mapping[str, NDArray[np.floating]]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return how far the answers [M, K] are from those without what changes them most, and which that is by order.

    NaN where nothing can be left out of a sample.
    """
    levels = np.stack([divergence(full, said) for said in left_out.values()])
    blamed = np.where(np.isnan(levels), -1, levels).argmax(0)
    return levels[blamed, np.arange(levels.shape[1])], blamed


def modality_disagreement(pool: Pool, count: int) -> Picks:
    """Pick where the answer changes most without a modality or sensor, of samples that differ from each other."""
    if not pool.left_out:
        raise BadFeatures("This strategy needs predictions with each sensor left out; a pool of one sensor has none.")
    full, rows = candidate_certainties(pool), np.asarray(pool.candidates, np.int64)
    left_out = {name: said[rows] for name, said in pool.left_out.items()}
    levels, blamed = furthest(full, left_out)
    levels = np.nan_to_num(levels)
    order, gains = spread_out(pool, count, levels + _LEAST)
    names, said = [_WORDS.get(name, name) for name in left_out], list(left_out.values())
    reasons = tuple(
        _reason(pool, full[at], said[blamed[at]][at], names[blamed[at]], float(levels[at])) for at in order.tolist()
    )
    return Picks(rows[order], gains[order].astype(np.float32), reasons)


def _reason(pool: Pool, full: NDArray[np.floating], less: NDArray[np.floating], name: str, level: float) -> str:
    if not level:
        return "no sensor changes the answer"
    one, other = int(full.argmax()), int(less.argmax())
    called = [pool.names[at] if at < len(pool.names) else f"class {at + 1}" for at in (one, other)]
    if one != other:
        return f"{called[0]}, but without {name} {called[1]}"
    return f"{called[0]} {100 * full[one]:.0f} %, without {name} {100 * less[one]:.0f} %"


def _entropy(chances: NDArray[np.floating]) -> NDArray[np.float32]:
    bits: NDArray[np.float32] = -(chances * np.log2(chances.clip(1e-9))).sum(1)
    return bits
