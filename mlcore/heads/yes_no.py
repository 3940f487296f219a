"""Yes or no from features: a logistic regression with its own calibration and its own threshold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from mlcore.calibration import f1_threshold, fit_platt
from mlcore.heads.descent import softmax_regression
from mlcore.heads.logistic import DEFAULT_STRENGTH, STRENGTHS, held_out_folds, held_out_logits

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class YesNo:
    """A calibrated logit `inputs @ weights + bias`, and the probability from which on the answer is yes."""

    weights: Floats  # [d], of standardised inputs
    bias: float
    threshold: float
    strength: float
    held_out: Floats | None = None  # [N], probabilities of rows that a fold hadn't seen


def fit_yes_no(
    inputs: Floats,
    truth: NDArray[np.bool_],
    *,
    seed: int,
    groups: NDArray[np.generic] | None = None,
    strengths: Sequence[float] = STRENGTHS,
    weights: Floats | None = None,
) -> YesNo:
    """Fit on standardised inputs [N, d] and truths bool [N], however few are yes.

    Args:
        inputs: [N, d].
        truth: [N]; if all are alike, the answer is their share, (yes + 1) / (N + 2), whatever the input.
        seed: of the folds.
        groups: [N]; rows of one group stay in one fold.
        strengths: inverse regularisations to choose from by held-out likelihood.
        weights: [N], how many samples a row stands for where yes and no were drawn unevenly.
    """
    yes, count = int(truth.sum()), len(truth)
    prior = float(np.log((yes + 1) / (count - yes + 1)))
    if not 0 < yes < count:
        return YesNo(np.zeros(inputs.shape[1]), prior, 0.5, DEFAULT_STRENGTH)
    targets = truth.astype(np.int64)
    folds = held_out_folds(targets, seed, groups)
    if not folds:  # too few to calibrate: fitted as if balanced, then moved to the share seen
        return _line(inputs, targets, DEFAULT_STRENGTH, (1.0, prior), threshold=0.5)
    share = np.ones(count) if weights is None else weights
    tried = []
    for strength in strengths:
        logits = held_out_logits(inputs, targets, folds, strength)
        said = logits[:, 1] - logits[:, 0]
        line = fit_platt(said, truth, weights=share)
        calibrated = line[0] * said + line[1]
        loss = float(share @ (np.logaddexp(0, calibrated) - targets * calibrated))
        tried.append((loss, strength, line, expit(calibrated)))
    _, strength, line, held_out = min(tried, key=lambda attempt: attempt[0])
    threshold = f1_threshold(held_out, truth, weights=share)
    return _line(inputs, targets, strength, line, threshold=threshold, held_out=held_out)


def _line(
    inputs: Floats,
    targets: NDArray[np.int64],
    strength: float,
    calibration: tuple[float, float],
    *,
    threshold: float,
    held_out: Floats | None = None,
) -> YesNo:
    weights, bias = softmax_regression(inputs, targets, strength)
    slope, offset = calibration
    line, level = weights[:, 1] - weights[:, 0], float(bias[1] - bias[0])
    return YesNo(slope * line, slope * level + offset, threshold, strength, held_out)
