"""May it be believed? Audits drawn again and again: do estimates hold the truth, do promises hold?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.audits.draws import draw, uniform_chances, weighted_chances
from mlcore.audits.estimates import accuracy
from mlcore.audits.promises import RULES, promise
from mlcore.benchmarks.active.decisions import oracle
from mlcore.metrics import Estimate

AUDITS, FOR_PROMISES, BOUND, DRAWS = 100, 200, 0.05, 25
LEAST_POOL = FOR_PROMISES + AUDITS  # some must wait for a label


@dataclass(frozen=True)
class Belief:
    """One draw of audits beside the truth of the pool."""

    truth: float  # accuracy on what isn't labelled
    plain: Estimate  # from uniform audits
    weighted: Estimate  # from confidence-weighted audits, as many
    average: tuple[float, float]  # accepted share, error, of the promise on average
    confident: tuple[float, float]  # of the promise with 90 % confidence
    oracle: float  # share that the best threshold would accept


def believe(
    confidence: NDArray[np.floating], wrong: NDArray[np.bool_], seed: int, *, draws: int = DRAWS
) -> list[Belief]:
    """Return draws of audits from one pool.

    Args:
        confidence: [N] of each prediction for what isn't labelled.
        wrong: [N] whether it is wrong.
        seed: of the draws.
        draws: how many.
    """
    if len(wrong) < LEAST_POOL:
        return []
    rng = np.random.default_rng([seed, 7])
    scores = confidence + 1e-9 * rng.random(len(confidence))  # no ties
    return [_one(scores.clip(0, 1), wrong, rng) for _ in range(draws)]


def _one(scores: NDArray[np.floating], wrong: NDArray[np.bool_], rng: np.random.Generator) -> Belief:
    count = len(wrong)
    plain = draw(uniform_chances(count, AUDITS), rng)
    chances = weighted_chances(scores, AUDITS)
    rows = draw(chances, rng)
    behind = draw(uniform_chances(count, FOR_PROMISES), rng)
    left = np.setdiff1d(np.arange(count), behind)
    kept = []
    for kind in RULES:
        made = promise(kind, scores[behind], wrong[behind], scores[left], bound=BOUND)
        taken = left[scores[left] >= made.threshold]
        kept.append((len(taken) / len(left), float(wrong[taken].mean()) if len(taken) else 0.0))
    return Belief(
        1 - float(wrong.mean()),
        accuracy(~wrong[plain], np.full(AUDITS, AUDITS / count)),
        accuracy(~wrong[rows], chances[rows], confidence=scores[rows], pool_confidence=scores),
        kept[0],
        kept[1],
        oracle(scores[left], wrong[left], BOUND) / len(left),
    )


def summary(beliefs: Sequence[Belief]) -> dict[str, float]:
    """Return how often intervals hold the truth, how far estimates are off, and what promises accept and break."""
    truth = np.array([one.truth for one in beliefs])
    estimates = {name: np.array([getattr(one, name) for one in beliefs]) for name in ("plain", "weighted")}
    widths = {name: float(np.mean(bounds[:, 2] - bounds[:, 1])) for name, bounds in estimates.items()}
    best = float(np.mean([one.oracle for one in beliefs]))
    figures = {
        "runs": float(len(beliefs)),
        "audits_saved_by_weights": (widths["plain"] / widths["weighted"]) ** 2,
        "oracle_accepts": best,
    }
    for name, (value, low, high) in ((name, of.T) for name, of in estimates.items()):
        figures[f"{name}_interval_holds"] = float(np.mean((low <= truth) & (truth <= high)))
        figures[f"{name}_off"] = float(np.sqrt(np.mean(np.square(value - truth))))
    for name in ("average", "confident"):
        shares, errors = np.array([getattr(one, name) for one in beliefs]).T
        figures |= {
            f"{name}_accepts": float(shares.mean()),
            f"{name}_of_oracle": float(shares.mean() / best) if best else float("nan"),
            f"{name}_accepting": float(np.mean(shares > 0)),
            f"{name}_error_of_accepted": float(shares @ errors / shares.sum()) if shares.any() else 0.0,
            f"{name}_above_bound": _mean(errors[shares > 0] > BOUND),
            f"{name}_above_twice": _mean(errors[shares > 0] > 2 * BOUND),
        }
    return figures


def _mean(flags: NDArray[np.bool_]) -> float:
    return float(np.mean(flags)) if len(flags) else 0.0
