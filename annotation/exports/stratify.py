"""Stratify: whole blocks are given to splits so that each split has its share of every class.

The rarest class first, as Sechidis et al., "On the stratification of multi-label data" (2011), do it for samples; here
a block is what goes to one split.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_ANY = -1  # every sample counts as one of these, whatever it says


def stratify(
    blocks: NDArray[np.int64], strata: Sequence[tuple[int, ...]], shares: Sequence[float], seed: int
) -> NDArray[np.int64]:
    """Return the number of the split of each sample; `shares` are how much of everything each split is to have."""
    contents: dict[int, Counter[int]] = defaultdict(Counter)
    for block, classes in zip(blocks.tolist(), strata, strict=True):
        contents[block].update((*classes, _ANY))
    totals: Counter[int] = Counter()
    for held in contents.values():
        totals.update(held)
    portions = np.array(shares, float) / sum(shares)
    wanted = {stratum: portions * count for stratum, count in totals.items()}
    rng = np.random.default_rng(seed)
    order = list(map(int, rng.permutation(sorted(contents))))
    order.sort(key=lambda block: -contents[block][_ANY])  # large ones first: small ones can still even out
    given: dict[int, int] = {}
    for stratum in sorted(totals, key=lambda each: (totals[each], each)):
        for block in order:
            if block not in given and contents[block][stratum]:
                given[block] = _neediest(wanted, stratum)
                for named, count in contents[block].items():
                    wanted[named][given[block]] -= count
    return np.array([given[block] for block in blocks.tolist()], np.int64)


def _neediest(wanted: dict[int, NDArray[np.float64]], stratum: int) -> int:
    """Return the split that lacks most of a class; of equals the one that lacks most samples."""
    lacks = np.round(wanted[stratum], 9)
    return int(np.lexsort((wanted[_ANY], lacks))[-1])
