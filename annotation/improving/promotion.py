"""Promotion: the one rule by which a candidate replaces the present encoder without a person."""

from dataclasses import dataclass

from annotation.improving.evidence import Comparison, Evidence
from annotation.improving.requests import LEAST_AUDITS

TOLERATED_LOSS = 0.02  # of accuracy on audits: less is not told apart from chance


@dataclass(frozen=True)
class Verdict:
    """Whether a candidate is promoted by itself, and why, in plain words."""

    promote: bool
    reason: str


def judge(comparison: Comparison) -> Verdict:
    """Promote what is better on held-out labels (the whole interval above zero) and not worse on audits."""
    held_out, audits = comparison.held_out, comparison.audits
    if held_out is None:
        return Verdict(False, "Too few labels to compare it with the present encoder. You can promote it by hand.")
    labels = f"On {held_out.count} held-out labels: {_change(held_out)}."
    if held_out.difference.low <= 0:
        word = "Worse" if held_out.difference.high < 0 else "Not clearly better"
        return Verdict(False, f"{word} than the encoder before. {labels}")
    if audits is None or audits.count < LEAST_AUDITS:
        labelled = audits.count if audits else 0
        return Verdict(
            False, f"Better, but {labelled} of {LEAST_AUDITS} audits are labelled, too few to confirm it. {labels}"
        )
    told = f"{labels} On {audits.count} audits: {_change(audits)}."
    if audits.difference.value < -TOLERATED_LOSS:
        return Verdict(False, f"Better on held-out labels, but worse on audits. {told}")
    return Verdict(True, f"Better on held-out labels and not worse on audits. {told}")


def _change(evidence: Evidence) -> str:
    difference = evidence.difference
    interval = f"95% interval {100 * difference.low:+.0f} to {100 * difference.high:+.0f}"
    both = f"{evidence.before.value:.0%} before, {evidence.after.value:.0%} after"
    return f"{both} ({100 * difference.value:+.0f} points, {interval})"
