"""The report of encoders of sentences as Markdown."""

from collections.abc import Mapping, Sequence

import numpy as np

from mlcore.benchmarks.words.reports import Reports
from mlcore.benchmarks.words.runs import BUDGETS, TOLD, WHOLE, Run

_INTRODUCTION = """# What encoders of sentences are worth

Made by `python -m mlcore.benchmarks words`.

{count:,} reports from Haiti after the earthquake of 2010 (Ushahidi; those with the same words once), {categories}
categories with 40 reports or more, any number of them a report. The ground is a checkerboard of 0.05 degrees: so many
reports of one colour, drawn at random, teach the head that projects of tags use, which chooses strength and thresholds
by cross-validation among them; all {tested:,} reports of the other colour test it. Nothing was chosen on those: rows,
budgets and seeds were written down first. Figures: mean average precision over categories, and F1 of all entries, in
per cent, mean and standard deviation over {seeds} draws, the same for each row. "Told" is the 64 numbers that an
encoder of imagery is told of a tile's posts; "whole" all 384, as projects of posts alone use them.
"""
_FORMS = {WHOLE: "whole", TOLD: "told"}


def markdown(runs: Sequence[Run], reports: Reports, milliseconds: Mapping[str, float], remarks: Sequence[str]) -> str:
    """Return the report."""
    lines = [_INTRODUCTION.format(
        count=len(reports.texts), categories=len(reports.categories), tested=int(reports.is_odd.sum()),
        seeds=len({run.seed for run in runs}),
    )]  # fmt: skip
    lines.append(f"| encoder | {' | '.join(f'{budget} reports | F1' for budget in BUDGETS)} | ms a report |")
    lines.append("|---" * (2 * len(BUDGETS) + 2) + "|")
    for encoder in milliseconds:
        for form, title in _FORMS.items():
            own = [run for run in runs if (run.encoder, run.form) == (encoder, form)]
            cells = [_spread([run.precision for run in own if run.budget == budget]) + " | "
                     + _spread([run.f1 for run in own if run.budget == budget]) for budget in BUDGETS]  # fmt: skip
            lines.append(f"| {encoder}, {title} | {' | '.join(cells)} | {milliseconds[encoder]:.1f} |")
    lines += ["", *_compared(runs, list(milliseconds)), *remarks, ""]
    return "\n".join(lines)


def _spread(values: Sequence[float]) -> str:
    deviation = f" ± {100 * np.std(values, ddof=1):.1f}" if len(values) > 1 else ""
    return f"{100 * np.mean(values):.1f}{deviation}"


def _compared(runs: Sequence[Run], encoders: Sequence[str]) -> list[str]:
    """Return a line for each encoder but the first: how far it is ahead of that, draw by draw."""
    known = {(run.encoder, run.form, run.budget, run.seed): run.precision for run in runs}
    lines = []
    for encoder in encoders[1:]:
        for form in _FORMS:
            told = []
            for budget in BUDGETS:
                seeds = sorted({run.seed for run in runs})
                ahead = [known[encoder, form, budget, seed] - known[encoders[0], form, budget, seed] for seed in seeds]
                wins = sum(each > 0 for each in ahead)
                told.append(f"{budget} reports {100 * np.mean(ahead):+.1f}, ahead in {wins} of {len(seeds)}")
            lines += [f"{encoder} less {encoders[0]}, {form}, draw by draw: {'; '.join(told)}.", ""]
    return lines
