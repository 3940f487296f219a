"""TypiClust: ask for the most typical sample of each part of the pool that nothing is known of."""

import numpy as np
from numpy.typing import NDArray

from mlcore.query.blocks import over_blocks
from mlcore.query.clusters import k_means
from mlcore.query.pool import Picks, Pool
from mlcore.query.space import Space, squared_distances

_MOST_CLUSTERS = 500
_ROWS_PER_CLUSTER = 256  # more change the centres little (as faiss has it)
_NEIGHBOURS = 20
_MOST_MEMBERS = 4096


def typiclust(pool: Pool, count: int) -> Picks:
    """Pick the densest sample of the largest clusters that hold fewest covered ones (TypiClust, arXiv 2202.02794).

    As many clusters as samples covered and asked for, at most 500. Density is one over the mean distance to the 20
    nearest of the cluster; the clusters come from 256 random samples each, as the answer's note says.
    """
    rng, space, rows = pool.rng(), Space(pool), np.asarray(pool.candidates, np.int64)
    clusters = min(len(pool.covered) + count, _MOST_CLUSTERS, len(rows))
    some = pool.some(rows, clusters * _ROWS_PER_CLUSTER, rng)
    centres = k_means(space.vectors(some), np.ones(len(some), np.float32), clusters, rng)
    member = _members(space, rows, centres)
    covered = np.bincount(_members(space, np.asarray(pool.covered, np.int64), centres), minlength=clusters)
    chosen: list[int] = []
    queues: dict[int, list[int]] = {}
    left = np.bincount(member, minlength=clusters)
    while len(chosen) < min(count, len(rows)):
        cluster = int(np.lexsort((-left, np.where(left > 0, covered, np.iinfo(np.int64).max)))[0])
        if cluster not in queues:
            queues[cluster] = _most_typical_first(space, rows, np.flatnonzero(member == cluster), rng)
        chosen.append(queues[cluster].pop(0))
        covered[cluster] += 1
        left[cluster] -= 1
    sizes = np.bincount(member, minlength=clusters)[member[chosen]]
    scores = np.linspace(1, 0, len(chosen), endpoint=False, dtype=np.float32)
    parts = [] if len(some) == len(rows) else [f"clusters found from {len(some)} of {len(rows)} samples"]
    if sizes.max() > _MOST_MEMBERS:
        parts.append(f"density judged by {_MOST_MEMBERS} of a cluster")
    return Picks(rows[chosen], scores, tuple(f"typical of a group of {size}" for size in sizes), "; ".join(parts))


def _members(space: Space, rows: NDArray[np.int64], centres: NDArray[np.float32]) -> NDArray[np.int64]:
    members = np.empty(len(rows), np.int64)

    def fill(part: slice) -> None:
        members[part] = squared_distances(space.vectors(rows[part]), centres).argmin(1)

    over_blocks(fill, len(rows))
    return members


def _most_typical_first(
    space: Space, rows: NDArray[np.int64], inside: NDArray[np.int64], rng: np.random.Generator
) -> list[int]:
    """Return positions of a cluster, densest first; of a huge one, some thousand of them judge."""
    vectors = space.vectors(rows[inside])
    judges = vectors
    if len(inside) > _MOST_MEMBERS:
        judges = vectors[np.sort(rng.choice(len(inside), _MOST_MEMBERS, replace=False))]
    near = min(_NEIGHBOURS + 1, len(judges))
    spread = np.empty(len(inside), np.float32)

    def fill(part: slice) -> None:
        distances = np.sqrt(squared_distances(vectors[part], judges))
        spread[part] = np.partition(distances, near - 1, axis=1)[:, :near].mean(1)

    over_blocks(fill, len(inside), rows=256)
    return [int(place) for place in inside[np.argsort(spread, kind="stable")]]
