"""Calibration: how far to trust a probability, and the one number (a temperature) that repairs it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from mlcore.errors import BadFeatures


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float32]:
    """Return probabilities float32 [N, K] of logits [N, K] divided by a temperature."""
    shifted = np.asarray(logits, np.float32) / np.float32(temperature)
    shifted = shifted - shifted.max(1, keepdims=True)
    exponents = np.exp(shifted)
    probabilities: NDArray[np.float32] = exponents / exponents.sum(1, keepdims=True)
    return probabilities


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """Return the temperature, 0.2..10, that makes held-out logits likeliest (Guo et al. 2017, arXiv 1706.04599).

    Targets are a little less than certain, 1 - 1/(N + 2) (Platt 1999): a few right answers prove little.

    Args:
        logits: [N, K] of samples that the model wasn't fitted on.
        labels: int [N], positions in 0..K-1.
    """
    _check(logits, labels)
    doubt = 1 / (len(labels) + 2)
    targets = np.full(logits.shape, doubt / max(1, logits.shape[1] - 1))
    targets[np.arange(len(labels)), labels] = 1 - doubt

    def cross_entropy(log_temperature: float) -> float:
        probabilities = softmax(logits, float(np.exp(log_temperature)))
        return float(-(targets * np.log(probabilities.clip(1e-12))).sum(1).mean())

    found = minimize_scalar(cross_entropy, bounds=(np.log(0.2), np.log(10.0)), method="bounded")
    return float(np.exp(found.x))


@dataclass(frozen=True)
class ReliabilityBin:
    """Samples of like confidence: what the model said and what came true."""

    low: float
    high: float
    confidence: float  # mean
    accuracy: float
    count: int


def reliability_curve(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], *, bins: int = 10
) -> list[ReliabilityBin]:
    """Return the filled bins of equal width of the top probability, lowest first.

    Args:
        probabilities: [N, K].
        labels: int [N], positions in 0..K-1.
        bins: how many bins divide 0..1.
    """
    _check(probabilities, labels)
    confidence, correct = probabilities.max(1), probabilities.argmax(1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        ReliabilityBin(
            n / bins,
            (n + 1) / bins,
            float(confidence[place == n].mean()),
            float(correct[place == n].mean()),
            int(count),
        )
        for n, count in enumerate(np.bincount(place, minlength=bins))
        if count
    ]


def expected_calibration_error(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], *, bins: int = 10
) -> float:
    """Return the mean gap between confidence and accuracy, 0..1, weighted by the bins' counts."""
    curve = reliability_curve(probabilities, labels, bins=bins)
    return sum(item.count * abs(item.confidence - item.accuracy) for item in curve) / len(labels)


def _check(scores: NDArray[np.floating], labels: NDArray[np.integer]) -> None:
    if scores.ndim != 2 or scores.shape[0] != len(labels) or not len(labels):
        raise BadFeatures(f"Calibration needs scores [N, K] and N labels, got {scores.shape} and {len(labels)}.")
