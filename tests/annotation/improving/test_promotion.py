"""The rule of promotion, and the evidence it looks at."""

import numpy as np
import pytest

from annotation.improving.evidence import Comparison, Evidence, paired_difference, weigh
from annotation.improving.promotion import judge
from mlcore.metrics import Estimate


def evidence(difference: float, half: float, count: int = 60) -> Evidence:
    """Return what says that something got better by so much, give or take."""
    after = Estimate(0.7 + difference, 0.6 + difference, 0.8 + difference)
    return Evidence(Estimate(0.7, 0.6, 0.8), after, Estimate(difference, difference - half, difference + half), count)


def test_it_works() -> None:
    verdict = judge(Comparison(evidence(0.1, 0.05), evidence(0.02, 0.2, 20), 3, "blocks of 4 x 4 tiles"))
    assert verdict.promote
    assert verdict.reason == (
        "Better on held-out labels and not worse on audits. "
        "On 60 held-out labels: 70% before, 80% after (+10 points, 95% interval +5 to +15). "
        "On 20 audits: 70% before, 72% after (+2 points, 95% interval -18 to +22)."
    )


@pytest.mark.parametrize(
    ("held_out", "audits", "said"),
    [
        (None, None, "Too few labels"),
        (evidence(0.05, 0.06), evidence(0.1, 0.05), "Not clearly better"),
        (evidence(-0.1, 0.05), evidence(0.1, 0.05), "Worse"),
        (evidence(0.1, 0.05), None, "0 of 10 audits are labelled"),
        (evidence(0.1, 0.05), evidence(0.1, 0.05, 9), "9 of 10 audits are labelled"),
        (evidence(0.1, 0.05), evidence(-0.05, 0.2, 20), "worse on audits"),
    ],
)
def test_what_is_not_better_on_both_stays_a_candidate(held_out, audits, said: str) -> None:
    verdict = judge(Comparison(held_out, audits))
    assert not verdict.promote
    assert said in verdict.reason


def test_the_interval_of_a_difference_holds_what_it_says() -> None:
    """Of 400 simulated comparisons with a true gain of 10 points, about 95 % of the intervals hold it."""
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        before = (rng.random(60) < 0.7).astype(float)
        after = np.where(rng.random(60) < 1 / 3, 1.0, before)  # a third of the misses get right
        difference = paired_difference(before, after, np.ones(60), np.arange(60))
        held += difference.low <= 0.1 <= difference.high
    assert held / 400 > 0.92


def test_alike_samples_count_as_few() -> None:
    rng = np.random.default_rng(0)
    before, after = np.zeros(60), np.repeat(rng.random(6) < 0.5, 10).astype(float)
    alone = paired_difference(before, after, np.ones(60), np.arange(60))
    together = paired_difference(before, after, np.ones(60), np.repeat(np.arange(6), 10))
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_no_difference_at_all_is_not_certainty() -> None:
    difference = weigh(np.ones(20), np.ones(20), np.ones(20), np.arange(20)).difference
    assert difference.low < -0.02 < 0 < 0.02 < difference.high
    assert difference.value == 0
