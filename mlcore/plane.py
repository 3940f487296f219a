"""The plane: vectors of many dimensions laid flat, so that people see what lies near what."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures

_PASSES = 3
_SPARE = 8
_EDGE = 0.005  # share of rows on each side that the scale ignores: a few outliers must not squeeze the rest


@dataclass(frozen=True)
class Plane:
    """Rows in two dimensions."""

    places: NDArray[np.float32]  # [n, 2], 0..1 each
    explained: float  # share of the variance that the two dimensions keep, 0..1


def lay_flat(vectors: NDArray[np.floating], *, seed: int = 0) -> Plane:
    """Return the first two principal components by a randomised decomposition, the same ones each time.

    Finding Structure with Randomness (Halko, Martinsson and Tropp 2011, algorithm 4.4). The sign of a component is
    such that its largest weight is positive.

    Args:
        vectors: [n, d].
        seed: of the random directions.

    Raises:
        BadFeatures: not a table, or a value isn't finite.
    """
    rows = np.asarray(vectors, np.float32)
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise BadFeatures(f"A plane needs finite vectors [n, d], got {rows.shape}; embed these samples again.")
    if not rows.size:
        return Plane(np.zeros((len(rows), 2), np.float32), 0.0)
    centred = rows - rows.mean(0)
    total = float(np.square(centred, dtype=np.float64).sum())
    if total < 1e-9 * rows.size:
        return Plane(np.full((len(rows), 2), 0.5, np.float32), 1.0)  # all alike
    axes = _axes(centred, seed)
    places = centred @ axes.T
    explained = float(np.square(places, dtype=np.float64).sum()) / total
    return Plane(_scaled(places), min(1.0, explained))


def _axes(centred: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Return the leading two directions [2, d]; zeros where there is only one."""
    width = min(centred.shape[1], 2 + _SPARE)
    start = np.random.default_rng(seed).standard_normal((centred.shape[1], width)).astype(np.float32)
    basis = np.linalg.qr(centred @ start)[0]
    for _ in range(_PASSES):
        basis = np.linalg.qr(centred @ np.linalg.qr(centred.T @ basis)[0])[0]
    directions = np.linalg.svd(basis.T @ centred, full_matrices=False)[2][:2]
    signs = np.sign(directions[np.arange(len(directions)), np.abs(directions).argmax(1)])
    axes = np.zeros((2, centred.shape[1]), np.float32)
    axes[: len(directions)] = directions * signs[:, None]
    return axes


def _scaled(places: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = np.quantile(places, _EDGE, axis=0), np.quantile(places, 1 - _EDGE, axis=0)
    reach = np.maximum(high - low, 1e-9)
    flat = reach < 1e-6 * reach.max()
    scaled: NDArray[np.float32] = np.where(flat, 0.5, np.clip((places - low) / reach, 0, 1)).astype(np.float32)
    return scaled
