"""Regularised logistic regression with its standardisation folded in: what the linear and the pixel head share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, StratifiedKFold
from threadpoolctl import threadpool_limits

from mlcore.calibration import fit_temperature, softmax
from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.heads.columns import Space, space_of
from mlcore.heads.descent import softmax_regression
from mlcore.query.blocks import over_blocks
from mlcore.query.space import HALF_UNIT, moved_bits

STRENGTHS = (0.03, 0.3, 3.0)
DEFAULT_STRENGTH = 1.0
_TUNING_ROWS = 1500
FOLDS = 4
_RAISED = np.float32(2.0**64)
_REST = HALF_UNIT / _RAISED


@dataclass(frozen=True)
class Logistic:
    """A fitted logistic regression on raw features."""

    classes: NDArray[np.int64]  # [K], label codes in rising order
    weights: NDArray[np.float32]  # [d, K]
    bias: NDArray[np.float32]  # [K]
    temperature: float = 1.0

    def predict_proba(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [N, K] of features [N, d]; reads float16 memory maps in chunks.

        Raises:
            BadFeatures: the features have another length than those fitted on.
        """
        probabilities = np.empty((len(features), len(self.classes)), np.float32)

        def keep(part: slice, logits: NDArray[np.float32]) -> None:
            probabilities[part] = softmax(logits, self.temperature)

        by_block(features, self.weights, self.bias, keep)
        return probabilities


def by_block(
    features: NDArray[np.floating],
    weights: NDArray[np.float32],
    bias: NDArray[np.float32],
    keep: Callable[[slice, NDArray[np.float32]], None],
) -> None:
    """Give slices of rows with their logits [n, K] to `keep`; float16 memory maps of any length are read in blocks.

    Raises:
        BadFeatures: the features have another length than those fitted on.
    """
    if features.ndim != 2 or features.shape[1] != len(weights):
        raise BadFeatures(f"The head was fitted on {len(weights)} features, got an array {features.shape}.")
    raised = weights * _RAISED  # not by the whole unit: large weights would overflow

    def fill(part: slice) -> None:
        # Halves are read several times faster as bits, in blocks that fit the cache.
        bits = moved_bits(features[part]) if features.dtype == np.float16 else None
        products = np.asarray(features[part], np.float32) @ weights if bits is None else bits @ raised * _REST
        keep(part, products + bias)

    over_blocks(fill, len(features))


def fit_logistic(  # noqa: PLR0913 (each a fact about the rows)
    features: NDArray[np.floating],
    labels: NDArray[np.integer],
    *,
    seed: int = 0,
    groups: NDArray[np.generic] | None = None,
    pool: NDArray[np.floating] | None = None,
    blocks: Sequence[slice] = (),
    units: NDArray[np.integer] | None = None,
) -> tuple[Logistic, NDArray[np.float32] | None]:
    """Fit a head and calibrate it on predictions for rows that it hadn't seen.

    Args:
        features: [N, d].
        labels: label codes, int [N].
        seed: of the folds.
        groups: int [N]; rows of one group stay in one fold.
        pool: unlabelled rows [M, d] to standardise by; better than the few labelled ones.
        blocks: columns of one meaning (`Encoder.blocks`): what tells the classes apart counts more (`block_scales`).
        units: int [N]; rows of one unit are too alike to count as many where blocks are weighed.

    Returns:
        The head, and for each row its chances [N, K] while it was held out (None where labels were too few or many).

    Raises:
        BadFeatures: shapes don't agree or a feature isn't finite.
        NotEnoughLabels: fewer than two classes.
    """
    rows, classes, targets = checked(features, labels)
    # These matrices are small: threads that wait for each other made a refit twenty times slower on a busy machine.
    with threadpool_limits(1):
        space = space_of(rows, targets, seed=seed, pool=pool, blocks=blocks, units=units)
        return fit_within(rows, (classes, targets), space, seed=seed, groups=groups)


def checked(
    features: NDArray[np.floating], labels: NDArray[np.integer]
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Return rows [N, d], the codes [K] that their labels name, and each row's position among these [N].

    Raises:
        BadFeatures: shapes don't agree or a feature isn't finite.
        NotEnoughLabels: fewer than two classes.
    """
    rows = np.asarray(features, np.float32)
    codes = np.asarray(labels, np.int64)
    check_rows(rows, codes)
    if codes.ndim != 1:
        raise BadFeatures(f"One label a sample is needed, got an array {codes.shape}.")
    if len(np.unique(codes)) < 2:
        raise NotEnoughLabels("Label samples of at least two classes before a head can be fitted.")
    classes, targets = np.unique(codes, return_inverse=True)
    return rows, classes, targets


def fit_within(
    rows: NDArray[np.float32],
    labels: tuple[NDArray[np.int64], NDArray[np.int64]],
    space: Space,
    *,
    seed: int,
    groups: NDArray[np.generic] | None,
) -> tuple[Logistic, NDArray[np.float32] | None]:
    """Fit a head on rows [N, d] of classes and positions within a space; see `fit_logistic`."""
    classes, targets = labels
    mean, scale, _ = space
    used = scale > 0
    inputs = (rows[:, used] - mean[used]) / scale[used]
    span = row_span(inputs)
    few = inputs @ span.T
    strength, temperature, held_out = _tuned(few, targets, seed, groups)
    weights, bias = softmax_regression(few, targets, strength)
    folded = np.zeros((rows.shape[1], len(classes)))
    folded[used] = span.T @ weights / scale[used, None]
    head = Logistic(classes, folded.astype(np.float32), (bias - mean @ folded).astype(np.float32), temperature)
    return head, held_out


def check_rows(rows: NDArray[np.float32], labels: NDArray[np.generic]) -> None:
    """Refuse features [N, d] and labels [N, ...] that a head can't be fitted on.

    Raises:
        BadFeatures: shapes don't agree or a feature isn't finite.
    """
    if rows.ndim != 2 or len(labels) != len(rows):
        raise BadFeatures(f"A head needs features [N, d] and N labels, got {rows.shape} and {labels.shape}.")
    if not np.isfinite(rows).all():
        raise BadFeatures("The features hold NaN or infinity; embed these samples again.")


def _tuned(
    inputs: NDArray[np.float64], targets: NDArray[np.int64], seed: int, groups: NDArray[np.generic] | None
) -> tuple[float, float, NDArray[np.float32] | None]:
    """Return strength, temperature and held-out chances by cross-validation, or defaults if there is too little."""
    some = _subset(len(targets), seed)
    folds = held_out_folds(targets[some], seed, None if groups is None else groups[some])
    if not folds:
        return DEFAULT_STRENGTH, 1.0, None
    tried = [held_out_logits(inputs[some], targets[some], folds, strength) for strength in STRENGTHS]
    seen = targets[some]
    losses = [
        -np.log(softmax(logits, fit_temperature(logits, seen))[np.arange(len(seen)), seen] + 1e-9).mean()
        for logits in tried
    ]
    best = int(np.argmin(losses))
    temperature = fit_temperature(tried[best], seen)
    return STRENGTHS[best], temperature, softmax(tried[best], temperature) if len(some) == len(targets) else None


def _subset(count: int, seed: int) -> NDArray[np.int64]:
    if count <= _TUNING_ROWS:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, _TUNING_ROWS, replace=False))


Folds = list[tuple[NDArray[np.int64], NDArray[np.int64]]]  # rows fitted on, rows held out


def held_out_folds(targets: NDArray[np.int64], seed: int, groups: NDArray[np.generic] | None) -> Folds:
    """Return folds in which every class is fitted on, or none if the labels are too few for that."""
    counts = np.bincount(targets)
    if groups is not None and len(np.unique(groups)) >= FOLDS:
        splits = list(GroupKFold(FOLDS, shuffle=True, random_state=seed).split(targets, groups=groups))
    elif np.median(counts[counts > 0]) >= 3 and counts[counts > 0].min() >= 2:
        folds = int(min(FOLDS, counts[counts > 0].min()))
        splits = list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(targets, targets))
    else:
        return []
    present = np.unique(targets).size
    return splits if all(np.unique(targets[fit]).size == present for fit, _ in splits) else []


def held_out_logits(
    inputs: NDArray[np.float64], targets: NDArray[np.int64], folds: Folds, strength: float
) -> NDArray[np.float64]:
    """Return logits [N, K] of rows by models that hadn't seen them."""
    logits = np.empty((len(targets), targets.max() + 1))
    for fit, held_out in folds:
        weights, bias = softmax_regression(inputs[fit], targets[fit], strength)
        logits[held_out] = inputs[held_out] @ weights + bias
    return logits


def row_span(inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return orthonormal rows [r, d] that span the inputs: every fold is solved there, exactly and much faster."""
    if len(inputs) >= inputs.shape[1]:
        return np.eye(inputs.shape[1])
    span: NDArray[np.float64] = np.linalg.svd(inputs, full_matrices=False)[2]
    return span
