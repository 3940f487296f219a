"""Calibration: how far to trust a probability, and the one number (a temperature) that repairs it."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit

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

    optimum = minimize_scalar(cross_entropy, bounds=(np.log(0.2), np.log(10.0)), method="bounded")
    return float(np.exp(optimum.x))


def sigmoid(logits: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return probabilities float32 of logits of any shape."""
    probabilities: NDArray[np.float32] = np.asarray(expit(np.asarray(logits, np.float64)), np.float32)
    return probabilities


def fit_platt(
    logits: NDArray[np.floating], truth: NDArray[np.bool_], *, weights: NDArray[np.floating] | None = None
) -> tuple[float, float]:
    """Return the slope (0.05..10) and offset that make held-out logits likeliest (Platt 1999).

    Targets are a little less than certain: (n+ + 1) / (n+ + 2) and 1 / (n- + 2).

    Args:
        logits: [N] of samples that the model wasn't fitted on.
        truth: bool [N], of both kinds.
        weights: [N], how many samples each stands for.
    """
    positives = int(truth.sum())
    if np.shape(logits) != np.shape(truth) or not 0 < positives < len(truth):
        raise BadFeatures("Calibration needs as many logits as truths, with both yes and no among them.")
    said = np.asarray(logits, np.float64)
    share = np.full(len(said), 1 / len(said)) if weights is None else np.asarray(weights, np.float64) / np.sum(weights)
    targets = np.where(truth, (positives + 1) / (positives + 2), 1 / (len(truth) - positives + 2))

    def cross_entropy(line: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        mapped = np.exp(line[0]) * said + line[1]
        loss = np.logaddexp(0, mapped) - targets * mapped
        wrong = expit(mapped) - targets
        return float(share @ loss), np.array([share @ (wrong * said) * np.exp(line[0]), share @ wrong])

    fitted = minimize(cross_entropy, np.zeros(2), jac=True, bounds=[(np.log(0.05), np.log(10)), (-20, 20)]).x
    return float(np.exp(fitted[0])), float(fitted[1])


def f1_threshold(
    probabilities: NDArray[np.floating],
    truth: NDArray[np.bool_],
    *,
    weights: NDArray[np.floating] | None = None,
) -> float:
    """Return the probability from which on yes is the better answer for F1: half of the best F1.

    That holds for calibrated probabilities (Lipton et al. 2014, arXiv 1402.1892, theorem 1), and moves less with
    a few rows than the best cut itself.

    Args:
        probabilities: [N] of samples that the model wasn't fitted on.
        truth: bool [N].
        weights: [N], how many samples each stands for.
    """
    order = np.argsort(-np.asarray(probabilities), kind="stable")
    share = np.ones(len(order)) if weights is None else np.asarray(weights, np.float64)
    there = np.where(truth, share, 0.0)
    named = np.cumsum(share[order]) + max(float(there.sum()), 1e-12)
    best = (2 * np.cumsum(there[order]) / named).max(initial=0)
    return float(np.clip(best / 2, 0.02, 0.5))


def _check(scores: NDArray[np.floating], labels: NDArray[np.integer]) -> None:
    if scores.ndim != 2 or scores.shape[0] != len(labels) or not len(labels):
        raise BadFeatures(f"Calibration needs scores [N, K] and N labels, got {scores.shape} and {len(labels)}.")
