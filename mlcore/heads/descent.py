"""Class-balanced softmax regression by L-BFGS: what scikit-learn minimises, without its checks.

A head of few labels is fitted a dozen times for each refit, and checks took two thirds of that.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

_MOST_STEPS, _SLOPE = 300, 1e-3
_EPSILON = float(np.finfo(float).eps)

Matrix = NDArray[np.float64]


def softmax_regression(inputs: Matrix, targets: NDArray[np.int64], strength: float) -> tuple[Matrix, Matrix]:
    """Return weights [d, K] and bias [K] that minimise the mean class-balanced cross-entropy and the squared weights.

    Args:
        inputs: [N, d], columns of unit spread.
        targets: int [N], positions 0..K-1, each of them present.
        strength: one over the penalty of the squared weights, summed over rows.
    """
    counts = np.bincount(targets)
    pull = (1 / counts / len(counts))[targets]  # sums to 1
    truth = np.zeros((len(targets), len(counts)))
    truth[np.arange(len(targets)), targets] = 1
    penalty = (2 if len(counts) == 2 else 1) / (strength * len(targets))  # two classes: of one logit, halved
    shape = (inputs.shape[1] + 1, len(counts))

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        table = flat.reshape(shape)
        logits = inputs @ table[:-1]
        logits += table[-1]
        logits -= logits.max(1, keepdims=True)
        own = logits[np.arange(len(targets)), targets]
        np.exp(logits, out=logits)
        sums = logits.sum(1)
        value = float(pull @ (np.log(sums) - own)) + penalty / 2 * float(np.square(table[:-1]).sum())
        logits /= sums[:, None]
        logits -= truth
        logits *= pull[:, None]
        slope = np.vstack([inputs.T @ logits + penalty * table[:-1], logits.sum(0)])
        return value, slope.ravel()

    start = np.zeros(shape[0] * shape[1])
    optimum = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _MOST_STEPS, "gtol": _SLOPE, "ftol": 64 * _EPSILON, "maxls": 50},
    )
    table = optimum.x.reshape(shape)
    return table[:-1], table[-1]
