"""A Gaussian process with one length scale for each block of features ('ARD-light')."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.optimize import minimize

from mlcore.heads.regression.space import Space

_ANCHORS = 2000  # rows that a prediction looks at
_DOUBT_ANCHORS = 300
_TUNING_ROWS = 300
_ROUGH = 0.3  # inverse length of the rough part, in units of the smooth one
_PRIOR_SPREAD = 1.0  # of the logarithms
_STEPS = 40

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Kernel:
    """Variances of the smooth, rough and linear part and of the noise; targets have variance one."""

    smooth: float
    rough: float
    linear: float
    noise: float

    def __call__(self, first: Floats, second: Floats) -> Floats:
        """Return covariances [N, M] of places [N, p] and [M, p]."""
        distance = squared_distance(first, second)
        shared: Floats = self.linear * (first @ second.T)
        shared += self.rough * np.exp(-_ROUGH * np.sqrt(distance))
        shared += self.smooth * np.exp(distance / -2)
        return shared

    def variance(self, places: Floats) -> Floats:
        """Return prior variances [N]."""
        variances: Floats = self.smooth + self.rough + self.linear * np.square(places).sum(1)
        return variances


@dataclass(frozen=True)
class GaussianProcess:
    """A fitted process, with the weights of each cross-validation fold beside those of all rows."""

    space: Space
    kernel: Kernel
    anchors: Floats  # [n, p]
    weights: Floats  # [n, 1 + folds]: of all rows, then without each fold
    precision: Floats  # [m, m], of the first m anchors: what doubt is told from

    @classmethod
    def fit(
        cls,
        features: NDArray[np.float32],
        targets: Floats,
        folds: NDArray[np.int64],
        *,
        seed: int,
        space: Space,
    ) -> Self:
        """Fit on features [N, d], standardised targets [N] and fold numbers [N] (Rasmussen & Williams 2006, ch. 2, 5).

        Weights without a fold come in closed form from the inverse covariance, so a fold costs next to nothing.
        """
        some = np.random.default_rng(seed).permutation(len(targets))[:_ANCHORS]
        tuning = some[:_TUNING_ROWS]
        kernel, scales = _tuned(space.split(space(features[tuning])), targets[tuning])
        space = space.scaled(scales)
        anchors = space(features[some])
        covariance = kernel(anchors, anchors) + kernel.noise * np.eye(len(some))
        inverse = _inverse(covariance)
        few = _inverse(covariance[:_DOUBT_ANCHORS, :_DOUBT_ANCHORS])
        return cls(space, kernel, anchors, _fold_weights(inverse, targets[some], folds[some]), few)

    @property
    def noise(self) -> float:
        """Return the variance of a target around the process, of targets of variance one."""
        return self.kernel.noise

    def covariance(self, first: NDArray[np.floating], second: NDArray[np.floating]) -> Floats:
        """Return how alike the targets of features [N, d] and [M, d] are before any is known, [N, M]."""
        return self.kernel(self.space(first), self.space(second))

    def predict(self, features: NDArray[np.floating]) -> tuple[Floats, Floats]:
        """Return means [N, 1 + folds] and standard deviations [N] (without noise) of features [N, d]."""
        places = self.space(features)
        shared = self.kernel(places, self.anchors)
        near = shared[:, : len(self.precision)]
        known = np.einsum("nm,nm->n", near @ self.precision, near)
        return shared @ self.weights, np.sqrt((self.kernel.variance(places) - known).clip(1e-9))


def squared_distance(first: Floats, second: Floats) -> Floats:
    """Return squared distances [N, M] of places [N, p] and [M, p]."""
    distances: Floats = np.square(first).sum(1)[:, None] + np.square(second).sum(1) - 2 * first @ second.T
    return distances.clip(0)


def _inverse(covariance: Floats) -> Floats:
    return np.asarray(np.linalg.inv(covariance), np.float64)


def _fold_weights(inverse: Floats, targets: Floats, folds: NDArray[np.int64]) -> Floats:
    whole = inverse @ targets
    columns = [whole]
    for fold in range(folds.max() + 1):
        out = np.flatnonzero(folds == fold)
        without = (
            whole - inverse[:, out] @ np.linalg.solve(inverse[np.ix_(out, out)], whole[out]) if len(out) else whole
        )
        without[out] = 0
        columns.append(without)
    return np.stack(columns, 1)


def _tuned(blocks: Sequence[Floats], targets: Floats) -> tuple[Kernel, Floats]:
    """Return the kernel and the blocks' weights that make the targets likeliest, under a broad prior."""
    distances = np.stack([squared_distance(block, block) for block in blocks])
    products = np.stack([block @ block.T for block in blocks])
    start = np.concatenate([np.full(len(blocks), -0.5), np.log([1.0, 0.3, 0.1, 0.3])])
    limits = [(-7.0, 4.0)] * len(blocks) + [(-6.0, 3.0)] * 3 + [(-4.0, 1.5)]

    def loss(logs: Floats) -> tuple[float, Floats]:
        return _negative_likelihood(logs, distances, products, targets, start)

    optimum = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": _STEPS})
    values = np.exp(optimum.x)
    return Kernel(*(float(value) for value in values[len(blocks) :])), values[: len(blocks)]


def _negative_likelihood(
    logs: Floats, distances: Floats, products: Floats, targets: Floats, prior: Floats
) -> tuple[float, Floats]:
    """Return the negative log posterior of log parameters and its gradient (Rasmussen & Williams, eq. 5.8, 5.9)."""
    count = len(distances)
    values = np.exp(logs)
    scales, (smooth, rough, linear, noise) = values[:count], values[count:]
    distance = np.tensordot(scales, distances, 1)
    root = np.sqrt(distance + 1e-9)
    soft, hard = smooth * np.exp(-distance / 2), rough * np.exp(-_ROUGH * root)
    straight = linear * np.tensordot(scales, products, 1)
    try:
        factor = cho_factor(soft + hard + straight + noise * np.eye(len(targets)), lower=True)
    except LinAlgError:
        return 1e9, np.zeros_like(logs)
    inverse = cho_solve(factor, np.eye(len(targets)))
    solved = inverse @ targets
    pull = inverse - np.outer(solved, solved)  # d loss / d covariance, doubled
    by_distance = pull * (-soft / 2 - hard * _ROUGH / (2 * root))
    gradient = [
        np.vdot(by_distance, d) * s + np.vdot(pull, p) * linear * s
        for d, p, s in zip(distances, products, scales, strict=True)
    ]
    gradient += [np.vdot(pull, part) for part in (soft, hard, straight)] + [noise * np.trace(pull)]
    away = (logs - prior) / _PRIOR_SPREAD
    value = 0.5 * targets @ solved + np.log(np.diag(factor[0])).sum() + 0.5 * away @ away
    return float(value), np.array(gradient) / 2 + away / _PRIOR_SPREAD
