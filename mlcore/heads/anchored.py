"""Logits that are linear but for bumps: what a committee with trees teaches, at a linear head's cost."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mlcore.calibration import softmax
from mlcore.errors import BadCheckpoint
from mlcore.heads.columns import Space
from mlcore.heads.files import Arrays, expect
from mlcore.heads.logistic import by_block

_ANCHORS = 32
_PULL = 20.0  # ridge: as if so many rows of unit spread said that every weight is 0
_RISE = 8.0  # of the nearest anchor's column: a root of the anchors' number would be unit spread
_SHARP = 1 / 8  # temperature of the sharp view
_LEAST_SPREAD = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Anchored:
    """Logits `x @ weights + bias + nearness(x) @ bumps`, where nearness is a softmax of distances to anchors.

    The squared length of x is the same for each anchor and falls out of the softmax, so that all of it is one product.
    """

    classes: NDArray[np.int64]  # [K], label codes in rising order
    weights: NDArray[np.float32]  # [d, K + A], of classes, then of anchors
    bias: NDArray[np.float32]  # [K + A]
    bumps: NDArray[np.float32]  # [2 A, K]
    temperature: float = 1.0

    def predict_proba(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [N, K] of features [N, d]; reads float16 memory maps in chunks.

        Raises:
            BadFeatures: the features have another length than those fitted on.
        """
        count = len(self.classes)
        probabilities = np.empty((len(features), count), np.float32)

        def keep(part: slice, products: NDArray[np.float32]) -> None:
            logits = products[:, :count]
            if len(self.bumps):
                logits = logits + _near(products[:, count:]) @ self.bumps
            probabilities[part] = softmax(logits, self.temperature)

        by_block(features, self.weights, self.bias, keep)
        return probabilities

    @classmethod
    def learn(
        cls,
        classes: NDArray[np.int64],
        rows: NDArray[np.float32],
        taught: NDArray[np.floating],
        space: Space,
        seed: int,
    ) -> Self:
        """Learn logarithms of chances [M, K] at rows [M, d] by least squares, and be as sure on average as they are."""
        mean, scale, _ = space
        used = scale > 0
        inverse = np.divide(1, scale, out=np.zeros_like(scale), where=used)
        places = ((rows - mean) * inverse).astype(np.float32)[:, used]
        anchors = _anchors(places, seed)
        lines, levels = _nearness(anchors)
        near = _near(places @ lines + levels) * np.float32(_RISE)
        columns = np.concatenate([places, near], 1)
        centre, target = columns.mean(0, dtype=np.float64), taught - taught.mean(1, keepdims=True)
        columns -= centre.astype(np.float32)
        square = (columns.T @ columns).astype(np.float64)
        square[np.diag_indices_from(square)] += _PULL
        solved = np.linalg.solve(square, columns.T.astype(np.float64) @ (target - target.mean(0)))
        inner, bumps = solved[: places.shape[1]], solved[places.shape[1] :] * _RISE
        folded = np.zeros((rows.shape[1], len(classes) + len(anchors)))
        folded[used] = np.concatenate([inner, lines], 1) * inverse[used, None]
        bias = np.concatenate([target.mean(0) - centre @ solved, levels]) - mean @ folded
        arrays = (folded.astype(np.float32), bias.astype(np.float32), bumps.astype(np.float32))
        said = columns @ solved.astype(np.float32) + target.mean(0).astype(np.float32)
        return cls(classes, *arrays, _as_sure(said, np.exp(taught)))

    def arrays(self) -> Arrays:
        """Return everything as arrays."""
        temperature = np.array([self.temperature], np.float32)
        return {
            "classes": self.classes,
            "weights": self.weights,
            "bias": self.bias,
            "bumps": self.bumps,
            "temperature": temperature,
        }

    @classmethod
    def read(cls, arrays: Arrays, path: Path) -> Self:
        """Rebuild it from its arrays; those of a plain logistic regression have no bumps.

        Raises:
            BadCheckpoint: some are missing or don't fit each other.
        """
        try:
            classes, weights, bias = (arrays[name] for name in ("classes", "weights", "bias"))
            temperature = float(arrays["temperature"][0])
        except (KeyError, IndexError) as error:
            raise BadCheckpoint(f"{path} doesn't hold a whole head: {error}.") from error
        bumps = arrays.get("bumps", np.zeros((0, len(classes)), np.float32))
        expect(bumps.ndim == 2 and bumps.shape[1] == len(classes), path)
        expect(weights.ndim == 2 and weights.shape[1] == len(bias), path)
        expect(len(bumps) == 2 * (len(bias) - len(classes)), path)
        return cls(classes, weights, bias, bumps, temperature)


def _near(products: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how near each anchor is, [N, 2 A]: a wide view, which is nearly linear, and a sharp one of the same."""
    return np.concatenate([softmax(products), softmax(products, _SHARP)], 1)


def _anchors(places: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Return some rows [A, d] as anchors: fewer where there are few rows."""
    count = min(_ANCHORS, len(places) // 4)
    return places[np.sort(np.random.default_rng(seed).choice(len(places), count, replace=False))]


def _nearness(anchors: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return lines [d, A] and levels [A], whose sum is minus the squared distance to each anchor but for |x|^2.

    The unit is the typical squared distance between two anchors.
    """
    squares = np.square(anchors).sum(1)
    if len(anchors) < 2:
        return anchors[:0].T, squares[:0]
    between = squares[:, None] + squares - 2 * anchors @ anchors.T
    unit = max(float(np.median(between[np.triu_indices(len(anchors), 1)])), _LEAST_SPREAD)
    return 2 * anchors.T / unit, -squares / unit


def _as_sure(logits: NDArray[np.float32], chances: NDArray[np.floating]) -> float:
    """Return the temperature at which the likeliest class is as likely, on average, as in what was taught."""
    wanted = float(chances.max(1).mean())
    low, high = 0.05, 20.0
    for _ in range(20):
        middle = float(np.sqrt(low * high))
        sure = float(softmax(logits, middle).max(1).mean())
        low, high = (middle, high) if sure > wanted else (low, middle)
    return float(np.sqrt(low * high))
