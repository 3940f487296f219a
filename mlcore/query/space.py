"""Distances between samples: columns of unit spread, outliers clipped, places joined in lightly."""

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.query.blocks import ROWS, over_blocks
from mlcore.query.pool import Pool

_SCALE_ROWS = 4096
_CLIP = np.float32(5.0)
_PLACE_SHARE = 0.1
HALF_UNIT = np.float32(2.0**112)  # the bits of a half, moved into a float, are this much too small
_HALF_INFINITY = 0x7C00


class Space:
    """Coordinates of a pool's rows, made on the fly: nothing of the pool's length is kept."""

    def __init__(self, pool: Pool) -> None:
        """Measure the columns on some thousand candidates."""
        self.pool = pool
        rows = pool.some(pool.candidates, _SCALE_ROWS, np.random.default_rng(pool.seed))
        sample = self._checked(rows)
        mean, spread = sample.mean(0, dtype=np.float64), sample.std(0, dtype=np.float64)
        inverse = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 1e-4)
        self._unit = np.float32(max(1, int(np.count_nonzero(inverse))) ** -0.5)
        self._mean, self._scale = mean.astype(np.float32), (inverse * self._unit).astype(np.float32)
        self._shift = self._mean * self._scale
        self._ones = np.ones(len(mean), np.float32)
        self._centre, self._spread = _of_places(pool, rows)

    def vectors(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the rows' coordinates, float32 [n, d or d + 2]; typical squared distances are about 2.

        Raises:
            BadFeatures: a feature isn't finite.
        """
        width = self.pool.features.shape[1]
        vectors = np.empty((len(rows), width + (0 if self.pool.xy is None else 2)), np.float32)

        def fill(part: slice) -> None:
            self._standardise(rows[part], vectors[part, :width])

        over_blocks(fill, len(rows), rows=ROWS)
        if self.pool.xy is not None:
            places = (np.asarray(self.pool.xy[rows], np.float64) - self._centre) * self._spread
            if not np.isfinite(places).all():
                raise BadFeatures("A sample's place is NaN or infinite; give every sample a place or none of them.")
            vectors[:, width:] = places.clip(-_CLIP, _CLIP) * np.sqrt(_PLACE_SHARE)
        return vectors

    def _standardise(self, rows: NDArray[np.integer], out: NDArray[np.float32]) -> None:
        raw = _gather(self.pool.features, rows)
        if raw.dtype == np.float16:
            bits = moved_bits(raw)
            if bits is None:
                raise _not_finite(rows, raw)
            np.multiply(bits, self._scale * HALF_UNIT, out=out)
            out -= self._shift
        else:
            np.subtract(raw, self._mean, out=out)
            out *= self._scale
            if not np.isfinite(out @ self._ones).all() and not np.isfinite(raw).all():
                raise _not_finite(rows, raw)
        np.clip(out, -_CLIP * self._unit, _CLIP * self._unit, out=out)

    def _checked(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        vectors = np.asarray(self.pool.features[rows], np.float32)
        if not np.isfinite(vectors).all():
            raise _not_finite(rows, vectors)
        return vectors


def _gather(features: NDArray[np.floating], rows: NDArray[np.integer]) -> NDArray[np.floating]:
    """Return the rows; a run of neighbours without a copy."""
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1 and np.all(np.diff(rows) == 1):
        return features[rows[0] : rows[-1] + 1]
    gathered: NDArray[np.floating] = features[rows]
    return gathered


def moved_bits(halves: NDArray[np.floating]) -> NDArray[np.float32] | None:
    """Return halves as floats 2^112 times too small, or None if one isn't finite; five times numpy's own speed."""
    bits = np.ascontiguousarray(halves).view(np.int16)
    if bits.size and (bits & 0x7FFF).max() >= _HALF_INFINITY:
        return None
    wide = bits.astype(np.int32)
    wide <<= 13
    wide &= np.int32(-0x70002000)  # the sign, and the half's 15 other bits: 0x8FFFE000
    moved: NDArray[np.float32] = wide.view(np.float32)
    return moved


def _of_places(pool: Pool, rows: NDArray[np.integer]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return centre and one over spread of the rows' places; both empty without places."""
    if pool.xy is None:
        return np.zeros(0), np.zeros(0)
    places = np.asarray(pool.xy[rows], np.float64)
    spread = places.std(0)
    return places.mean(0), np.divide(1, spread, out=np.zeros(2), where=spread > 1e-4)


def _not_finite(rows: NDArray[np.integer], values: NDArray[np.floating]) -> BadFeatures:
    bad = np.asarray(rows)[~np.isfinite(np.asarray(values, np.float32)).all(1)]
    return BadFeatures(f"The features hold NaN or infinity, first in row {bad[0]}; embed these samples again.")


def squared_distances(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return squared Euclidean distances [n, m]."""
    distances: NDArray[np.float32] = first @ second.T
    distances *= -2
    distances += squared_norms(first)[:, None]
    distances += squared_norms(second)[None]
    return np.maximum(distances, 0, out=distances)


def squared_norms(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return squared lengths [n]."""
    norms: NDArray[np.float32] = np.einsum("ij,ij->i", vectors, vectors)
    return norms
