"""Components: the three mixtures of all bands that tell most, by variance (PCA) or by signal over noise (MNF).

MNF is that of Green et al. 1988: noise is told from the differences of neighbours, and made even first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import EmptyRaster
from mlcore.looks.channels import Channel
from mlcore.looks.expression import Plane
from mlcore.looks.stretch import Range
from mlcore.raster.window import Mask, Pixels

_SHOWN = 3
_FLOOR = 1e-6  # of the variance, that noise has at least
_TITLES = {"pca": "Component", "mnf": "MNF component"}


@dataclass(frozen=True)
class Mixture:
    """A sum of weighted bands."""

    title: str
    bands: tuple[int, ...]
    weights: tuple[float, ...]  # one for each band
    centre: float  # of the sum
    unit: str = ""
    reach: int = 0
    natural: Range | None = None
    plain: int | None = None

    def values(self, planes: Mapping[int, Plane], step_m: float) -> Plane:
        """Return it for each pixel."""
        total = np.full_like(planes[self.bands[0]], -self.centre)
        for at, weight in zip(self.bands, self.weights, strict=True):
            total += np.float32(weight) * planes[at]
        return total


def fit_mixture(kind: str, parts: Sequence[tuple[Pixels, Mask]]) -> list[list[float]]:
    """Return the weights of three mixtures, each followed by its centre, fitted to stored pixels [bands, H, W].

    Raises:
        EmptyRaster: no pixel is valid.
    """
    pixels = np.concatenate([values[:, mask] for values, mask in parts], axis=1).astype(np.float64)
    if pixels.shape[1] < _SHOWN:
        raise EmptyRaster("There are too few valid pixels to mix bands by.")
    mean, spread = pixels.mean(axis=1), pixels.std(axis=1)
    live = spread > 0
    scale = np.where(live, 1 / np.where(live, spread, 1), 0)  # a dead band says nothing
    covariance = np.cov((pixels - mean[:, None]) * scale[:, None])
    directions = _by_variance(covariance) if kind == "pca" else _by_noise(covariance, _noise(parts, scale))
    directions *= np.where(directions.sum(axis=0) < 0, -1, 1)  # else its sign would be anybody's guess
    weights = directions.T * scale
    return [[*row, centre] for row, centre in zip(weights.tolist(), (weights @ mean).tolist(), strict=True)]


def _by_variance(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the directions [bands, 3] of most variance, the first the most."""
    return np.asarray(np.linalg.eigh(covariance)[1][:, : -_SHOWN - 1 : -1])


def _by_noise(covariance: NDArray[np.float64], noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the directions [bands, 3] in which most is signal."""
    values, vectors = np.linalg.eigh(noise)
    whiten = vectors / np.sqrt(np.maximum(values, _FLOOR))
    return np.asarray(whiten @ _by_variance(whiten.T @ covariance @ whiten))


def _noise(parts: Sequence[tuple[Pixels, Mask]], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the covariance of noise: half that of the differences between neighbours."""
    steps = []
    for pixels, mask in parts:
        both = mask[:, 1:] & mask[:, :-1]
        steps.append((pixels[:, :, 1:] - pixels[:, :, :-1])[:, both])
    return np.asarray(np.cov(np.concatenate(steps, axis=1) * scale[:, None]) / 2)


def mixture(kind: str, told: Sequence[Sequence[Any]]) -> tuple[Channel, ...]:
    """Return the channels that `fit_mixture` told of."""
    return tuple(
        Mixture(f"{_TITLES[kind]} {number}", tuple(range(len(row) - 1)), tuple(map(float, row[:-1])), float(row[-1]))
        for number, row in enumerate(told, start=1)
    )
