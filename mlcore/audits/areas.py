"""Area of each class from a map and audits of it, as good practice asks (Olofsson et al. 2014)."""

import numpy as np
from numpy.typing import NDArray

from mlcore.audits.estimates import interval, leaning, smoothed
from mlcore.errors import BadFeatures
from mlcore.metrics import Estimate


def class_areas(
    truth: NDArray[np.integer],
    mapped: NDArray[np.integer],
    mapped_shares: NDArray[np.floating],
    chances: NDArray[np.floating] | None = None,
    *,
    clusters: NDArray[np.integer] | None = None,
) -> tuple[Estimate, ...]:
    """Return which share of the area is of each class [K] with 95 % intervals, stratified by the mapped class.

    Audits of one mapped class stand for all that is mapped as it: an estimator of area that is unbiased where
    counting pixels of the map is not (Remote Sensing of Environment 148, eq. 1-11). Drawn at random without regard
    to the map, this is post-stratification.

    Args:
        truth: int [n], the class that the audits say, 0..K-1.
        mapped: int [n], the class on the map.
        mapped_shares: [K] share of the area mapped as each class.
        chances: [n] with which each audit was drawn; None: alike within a mapped class.
        clusters: int [n], the tile of each audit, where several lie in one.

    Raises:
        BadFeatures: no audit, or shares that don't sum to 1.
    """
    shares = np.asarray(mapped_shares, np.float64)
    if not len(truth) or len(truth) != len(mapped) or abs(shares.sum() - 1) > 1e-3:
        raise BadFeatures("A report of a map needs audits with truth and mapped class, and shares that sum to 1.")
    design = _Design(np.asarray(mapped), shares, chances, clusters)
    return tuple(design.share(np.asarray(truth) == code) for code in range(len(shares)))


class _Design:
    """Audits weighted so that those of each mapped class stand for its area."""

    def __init__(
        self,
        mapped: NDArray[np.integer],
        shares: NDArray[np.float64],
        chances: NDArray[np.floating] | None,
        clusters: NDArray[np.integer] | None,
    ) -> None:
        raw = np.ones(len(mapped)) if chances is None else 1 / np.asarray(chances, np.float64)
        self.strata, self.clusters = mapped, clusters
        seen = np.bincount(mapped, raw, len(shares))
        known = shares * (seen > 0)  # a mapped class without audits is spoken for by the others
        self.weights = raw * (known / known.sum() / np.where(seen > 0, seen, 1))[mapped]

    def share(self, part: NDArray[np.bool_]) -> Estimate:
        """Return the share of the area that is `part`."""
        total = float(self.weights.sum())
        level = float(self.weights @ part) / total
        variance, units = self._variance(self.weights * (part - level) / total)
        effective = 1 / float(np.square(self.weights / total).sum())
        seen = float(min(self._count(part), self._count(~part)))
        variance = leaning(variance, smoothed(level, effective) / effective, seen=seen)
        return interval(level, variance, min(units, len(part)) - 1, max(1.0, effective))

    def _count(self, audits: NDArray[np.bool_]) -> int:
        """Return how many of these audits there are; those of one tile are one event."""
        return int(np.count_nonzero(audits)) if self.clusters is None else len(np.unique(self.clusters[audits]))

    def _variance(self, pulls: NDArray[np.float64]) -> tuple[float, int]:
        """Return the variance of a sum of pulls, within strata or between clusters, and the number of units."""
        if self.clusters is not None:
            _, member = np.unique(self.clusters, return_inverse=True)
            sums = np.bincount(member, pulls)
            return len(sums) / max(1, len(sums) - 1) * float(np.square(sums).sum()), len(sums)
        counts = np.bincount(self.strata)
        means = np.bincount(self.strata, pulls) / np.maximum(counts, 1)
        spread = np.bincount(self.strata, np.square(pulls - means[self.strata]))
        return float((counts / np.maximum(counts - 1, 1) * spread).sum()), len(pulls)
