"""How far audits reach: where the model is used on something that none of them looked at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures

_SHARE = 0.05
_SOME = 2000
_WARN_SHARE = 0.1
_UNTIL = "accuracy and promises do not speak of them until audits there are labelled."


@dataclass(frozen=True)
class Reach:
    """What estimates and promises from audits don't speak of."""

    unlike: float  # share of the pool that is farther from every audit than audits are from each other's surroundings
    areas: tuple[int, ...]  # areas of the pool without an audit
    warning: str  # one sentence for people; '' where there is nothing to warn of


def reach_of(
    pool: NDArray[np.floating],
    audits: NDArray[np.floating],
    *,
    areas: NDArray[np.integer] | None = None,
    audited_areas: NDArray[np.integer] | None = None,
    seed: int = 0,
) -> Reach:
    """Return which part of a pool lies beyond what was audited, by vectors and by area.

    A sample is unlike if its nearest audit is farther than for 95 % of what a uniform draw of as many audits from
    the same pool would leave.

    Args:
        pool: [N, d] vectors; some thousand random ones are looked at.
        audits: [m, d].
        areas: int [N], the scene or region of each.
        audited_areas: int [m].
        seed: of the samples.

    Raises:
        BadFeatures: dimensions differ or a vector isn't finite.
    """
    if pool.ndim != 2 or audits.ndim != 2 or pool.shape[1] != audits.shape[1]:
        raise BadFeatures(f"The reach needs vectors of one length, got {pool.shape} and {audits.shape}.")
    missing = () if areas is None else tuple(sorted(set(_codes(areas)) - set(_codes(audited_areas))))
    unlike = _unlike(np.asarray(pool), np.asarray(audits), np.random.default_rng(seed))
    return Reach(unlike, missing, _warning(unlike, missing))


def _unlike(pool: NDArray[np.floating], audits: NDArray[np.floating], rng: np.random.Generator) -> float:
    if not len(audits):
        return 1.0
    if not len(pool):
        return 0.0
    some = pool[np.sort(rng.choice(len(pool), min(_SOME, len(pool)), replace=False))].astype(np.float32)
    drawn = pool[np.sort(rng.choice(len(pool), min(len(audits), len(pool)), replace=False))].astype(np.float32)
    mean, spread = some.mean(0), some.std(0) + np.float32(1e-6)
    some, drawn = (some - mean) / spread, (drawn - mean) / spread
    if not np.isfinite(some).all():
        raise BadFeatures("The vectors hold NaN or infinity; embed these samples again.")
    usual = _nearest(some, drawn, but_itself=True)
    limit = np.quantile(usual[np.isfinite(usual)], 1 - _SHARE) if np.isfinite(usual).any() else 0.0
    own = (audits.astype(np.float32) - mean) / spread
    return max(0.0, float(np.mean(_nearest(some, own) > limit * 1.001)) - _SHARE)


def _nearest(
    points: NDArray[np.float32], others: NDArray[np.float32], *, but_itself: bool = False
) -> NDArray[np.float64]:
    squared = np.maximum(
        np.square(points).sum(1)[:, None] + np.square(others).sum(1) - 2 * points @ others.T, 0, dtype=np.float64
    )
    if but_itself:
        squared[squared < 1e-6] = np.inf
    nearest: NDArray[np.float64] = np.sqrt(squared.min(1))
    return nearest


def _codes(areas: NDArray[np.integer] | None) -> list[int]:
    return [] if areas is None else [int(code) for code in np.unique(areas)]


def _warning(unlike: float, missing: tuple[int, ...]) -> str:
    parts = []
    if unlike > _WARN_SHARE:
        parts.append(f"{100 * unlike:.0f} % of the samples look unlike any audit")
    if missing:
        parts.append(f"{len(missing)} area{'s have' if len(missing) > 1 else ' has'} no audit")
    return f"{' and '.join(parts)}: {_UNTIL}" if parts else ""
