"""What losses on the same held-out rows say: which candidate to take, by how much, and how much of it was luck."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mlcore.selection.folds import Rows, Split

Floats = NDArray[np.float64]
_DRAWS = 1000
_LEVEL = 0.95
A_LITTLE = 0.02  # what simplicity is worth: points of accuracy, or a share of the error of amounts


@dataclass(frozen=True)
class Losses:
    """The losses of C candidates on held-out rows."""

    rows: Floats  # [n, C], mean over repeats, of the n rows that were scored
    weights: Floats  # [n], mean 1: of classes, each counts the same
    groups: Rows  # [n]; rows of one group are wrong together
    folds: Floats  # [J, C], weighted mean loss of each split, as shown
    share: float  # held-out rows over training rows, mean over splits
    chance: float  # the score of knowing nothing: one class's share of all, or the amounts' standard deviation
    amounts: bool  # squared errors, which are shown and compared as their root

    @property
    def means(self) -> Floats:
        """Return the mean loss of each candidate over all rows, as shown, [C]; folds of few rows don't count more."""
        return self.shown(np.average(self.rows, axis=0, weights=self.weights))

    def shown(self, loss: Floats) -> Floats:
        """Return mean losses in the unit that is compared: a share of wrong ones, or the root of a mean square."""
        return np.sqrt(loss) if self.amounts else loss


@dataclass(frozen=True)
class Difference:
    """How much larger one candidate's loss is than another's, over the same splits."""

    mean: float
    error: float  # standard error
    low: float  # 95 % interval
    high: float
    wins: int  # splits in which the other had the smaller loss
    losses: int  # and in which it had the larger one; they may have tied in more
    splits: int


def gather(losses: Floats, splits: list[Split], targets: NDArray[np.generic], groups: Rows | None) -> Losses:
    """Gather losses [R, N, C] of R repeats; NaN where a row wasn't scored. Of classes, each weighs the same."""
    scored = np.flatnonzero(np.isfinite(losses[..., 0]).any(0))
    amounts = targets.dtype.kind == "f"
    weights = np.ones(len(targets))
    if not amounts:
        codes = np.unique(targets, return_inverse=True)[1].ravel()
        weights = 1 / np.maximum(np.bincount(codes[scored], minlength=codes.max() + 1), 1)[codes]
    folds = np.array([np.average(losses[s.repeat, s.test], axis=0, weights=weights[s.test]) for s in splits])
    return Losses(
        rows=np.nanmean(losses[:, scored], 0),
        weights=weights[scored] / weights[scored].mean(),
        groups=scored if groups is None else groups[scored],
        folds=np.sqrt(folds) if amounts else folds,
        share=float(np.mean([len(s.test) / len(s.train) for s in splits])),
        chance=float(targets[scored].std()) if amounts else 1 / len(np.unique(targets[scored])),
        amounts=amounts,
    )


def difference(losses: Losses, one: int, other: int) -> Difference:
    """Return how much larger the loss of `one` is than that of `other`, by the corrected resampled t-test.

    Splits share training rows, so the plain variance is too small; it is enlarged by the share of held-out rows
    (Nadeau and Bengio 2003, "Inference for the generalization error", Machine Learning 52, equation 12).
    """
    gaps = losses.folds[:, one] - losses.folds[:, other]
    count = len(gaps)
    spread = gaps.std(ddof=1) if count > 1 else np.inf
    error = float(spread * np.sqrt(1 / count + losses.share))
    reach = float(stats.t.ppf((1 + _LEVEL) / 2, max(1, count - 1))) * error
    mean = float(losses.means[one] - losses.means[other])
    return Difference(mean, error, mean - reach, mean + reach, int((gaps > 0).sum()), int((gaps < 0).sum()), count)


def choose(means: Floats, errors: Floats, *, amounts: bool = False) -> int:
    """Return the first candidate that is at most one standard error, and a little, worse than the best.

    One standard error is Breiman's rule (Breiman et al. 1984, Classification and Regression Trees, section 3.4.3).
    Alone it gives too much away: with 80 labels of Houston in blocks the choice was 3.4 points worse on other blocks
    than the best by cross-validation; with this limit it was 1.2 worse (30 draws).

    Args:
        means: [C], mean losses; candidates stand from the simplest to the most demanding.
        errors: [C, C], standard errors of the differences.
        amounts: of amounts a little is a share of the best error; of classes, points.
    """
    best = int(means.argmin())
    little = A_LITTLE * (means[best] if amounts else 1.0)
    return int(np.flatnonzero(means - means[best] <= np.minimum(errors[best], little))[0])


def errors(losses: Losses) -> Floats:
    """Return the standard errors of all differences, [C, C], as `difference` has them."""
    count, candidates = losses.folds.shape
    if count < 2:
        return np.where(np.eye(candidates) > 0, 0.0, np.inf)
    covariance = np.atleast_2d(np.cov(losses.folds.T))
    own = np.diag(covariance)
    spread: Floats = np.sqrt(np.maximum(own[:, None] + own - 2 * covariance, 0) * (1 / count + losses.share))
    return spread


def loss_of_choosing(losses: Losses, spread: Floats, seed: int) -> float:
    """Return the loss to expect of choosing by these labels, free of the luck of the chosen.

    The best of many looks better than it is. Groups are drawn with replacement; a candidate is chosen on those drawn
    and judged on those not drawn; no model is fitted again (Tsamardinos, Greasidou and Borboudakis 2018,
    "Bootstrapping the out-of-sample predictions for efficient and accurate cross-validation", algorithm 5).

    Args:
        losses: of all candidates.
        spread: [C, C], as `errors` returns.
        seed: of the draws.
    """
    group = np.unique(losses.groups, return_inverse=True)[1].ravel()
    count = int(group.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), _DRAWS)[:, group]
    inside, outside = drawn * losses.weights, (drawn == 0) * losses.weights
    usable = inside.any(1) & outside.any(1)
    if not usable.any():
        return float(losses.weights @ losses.rows.min(1) / len(losses.rows))
    inside, outside = inside[usable], outside[usable]
    means = losses.shown(inside @ losses.rows / inside.sum(1, keepdims=True))
    chosen = np.array([choose(row, spread, amounts=losses.amounts) for row in means])
    return float((outside * losses.rows[:, chosen].T).sum() / outside.sum())


def standard_error(losses: Losses, candidate: int) -> float:
    """Return the standard error of a candidate's mean loss, rows of a group counting as one draw (cluster-robust)."""
    rows = losses.rows[:, candidate]
    residuals = losses.weights * (rows - np.average(rows, weights=losses.weights))
    sums = np.bincount(np.unique(losses.groups, return_inverse=True)[1].ravel(), weights=residuals)
    count = len(sums)
    return float(np.sqrt(np.square(sums).sum() * count / max(1, count - 1)) / losses.weights.sum())
