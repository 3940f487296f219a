"""Blocks of features that mean one kind of thing each, and how much each is worth for some labels.

With five labels a class, cross-validation can't tell which of a dozen blocks to trust. The evidence can: how likely a
linear Gaussian process, with one variance for each block, makes the labels (automatic relevance determination; MacKay
1992, "Bayesian interpolation"; Rasmussen & Williams 2006, ch. 5). Only the weights are taken from it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

_MOST_ROWS = 150  # as good as 400, and a tenth of a second
_VAGUE = 3.0  # the same of signal and noise as a whole
_STEPS = 40
_LIMIT = 5.0

Floats = NDArray[np.float64]


class Beforehand(NamedTuple):
    """What is thought of blocks before any label."""

    doubt: float = 0.7  # deviation of a block's logarithmic weight
    evenness: float = 0.0  # 0: a block counts by how many columns it has; 1: each block counts the same


BY_COLUMNS = Beforehand()
EVENLY = Beforehand(1.3, 0.5)  # a wide block that says nothing costs less


def columns_of(count: int, blocks: Sequence[slice] | None) -> list[NDArray[np.int64]]:
    """Return the columns of each block; those of `count` that are in no block make one more."""
    named = [np.arange(count)[block] for block in blocks or []]
    rest = np.setdiff1d(np.arange(count), np.concatenate(named) if named else np.zeros(0, int))
    return [columns for columns in [*named, rest] if len(columns)]


def block_scales(
    inputs: Floats,
    targets: NDArray[np.int64],
    blocks: Sequence[slice],
    *,
    seed: int = 0,
    units: NDArray[np.integer] | None = None,
    beforehand: Beforehand = BY_COLUMNS,
) -> Floats:
    """Return what to multiply each column by, [d], so that blocks that tell the classes apart count more.

    The mean of the squares is 1, as is every scale where nothing is known.

    Args:
        inputs: standardised features [N, d]; a column that says nothing is 0.
        targets: int [N], positions 0..K-1.
        blocks: slices of columns of one meaning; columns in none are one more.
        seed: of which rows are looked at, if there are many.
        units: int [N]; rows of one unit, such as the cells under one stroke, count once, as their mean.
        beforehand: what is thought of blocks before any label.
    """
    if units is not None:
        inputs, targets = _means(inputs, targets, units)
    says, scales = (inputs != 0).any(axis=0), np.ones(inputs.shape[1])
    parts = [told for columns in columns_of(len(says), blocks) if len(told := columns[says[columns]])]
    if len(parts) < 2:
        return scales
    some = np.random.default_rng(seed).permutation(len(targets))[:_MOST_ROWS]
    rows, truth = inputs[some], np.eye(targets.max() + 1)[targets[some]]
    truth -= truth.mean(0)
    sizes = np.array([len(columns) for columns in parts])
    even = (sizes.mean() / sizes) ** beforehand.evenness
    products = np.stack([rows[:, columns] @ rows[:, columns].T for columns in parts]) / says.sum()
    products *= even[:, None, None]
    weights = np.exp(_likeliest(products, truth / max(float(truth.std()), 1e-9), beforehand.doubt)) * even
    weights *= sizes.sum() / (weights @ sizes)
    for columns, weight in zip(parts, weights, strict=True):
        scales[columns] = np.sqrt(weight)
    return scales


def _means(inputs: Floats, targets: NDArray[np.int64], units: NDArray[np.integer]) -> tuple[Floats, NDArray[np.int64]]:
    """Return the mean row of each unit, and its target."""
    _, first, unit, counts = np.unique(units, return_index=True, return_inverse=True, return_counts=True)
    sums = np.zeros((len(first), inputs.shape[1]))
    np.add.at(sums, unit, inputs)
    return sums / counts[:, None], targets[first]


def _likeliest(products: Floats, truth: Floats, uncertain: float) -> Floats:
    """Return the logarithmic weights [B] under which the labels are likeliest, under a prior about 0."""
    prior = np.array([0.0] * len(products) + [0.0, -1.0])  # of the blocks, the signal, the noise
    doubt = np.array([uncertain] * len(products) + [_VAGUE, _VAGUE])

    def loss(logs: Floats) -> tuple[float, Floats]:
        value, slope = _surprise(logs, products, truth)
        away = (logs - prior) / doubt
        return value + float(away @ away) / 2, slope + away / doubt

    limits = [(start - _LIMIT, start + _LIMIT) for start in prior]
    optimum = minimize(loss, prior, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": _STEPS})
    return np.asarray(optimum.x[: len(products)], np.float64)


def _surprise(logs: Floats, products: Floats, truth: Floats) -> tuple[float, Floats]:
    """Return the negative logarithm of the evidence and its slope (Rasmussen & Williams, eq. 5.8 and 5.9)."""
    weights, noise = np.exp(logs[:-2] + logs[-2]), np.exp(logs[-1])
    covariance = np.tensordot(weights, products, 1)
    covariance[np.diag_indices_from(covariance)] += noise
    inverse = np.linalg.inv(covariance)
    solved = inverse @ truth
    value = (float((truth * solved).sum()) + truth.shape[1] * float(np.linalg.slogdet(covariance)[1])) / 2
    outward = (truth.shape[1] * inverse - solved @ solved.T) / 2  # the slope by each entry of the covariance
    each = weights * np.tensordot(products, outward, 2)
    return value, np.array([*each, each.sum(), noise * np.trace(outward)])
