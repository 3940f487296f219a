"""The report of painting as Markdown."""

from collections.abc import Sequence

import numpy as np

from mlcore.benchmarks.painting.rows import ROWS
from mlcore.benchmarks.painting.runs import DABS, Run

_INTRODUCTION = """# What a few dabs of a brush are worth

Made by `python -m mlcore.benchmarks painting`.

On tiles of one colour of a checkerboard, so many places of each class are touched with a brush of 5 px. What is
learned from that is tested on every pixel whose class is known in the tiles of the other colour. Figures: mean recall
over classes, in per cent, mean and standard deviation over {seeds} seeds; then, over all numbers of dabs, mean
intersection over union, and confidence less accuracy. A random forest on a bank of filters is what ilastik does (Berg
et al. 2019, Nature Methods 16); it is built here from scipy and scikit-learn.

Read with care: reaches, kinds and the weighing of blocks were chosen on other dabs (seeds 0 to 4) of these pictures,
EnMAP left out; that small tiles are told pixel by pixel was chosen on the dabs shown, of the two with many bands. So
ours is flattered a little. Tiles that touch are taught and tested, so other ground is harder.
"""


def markdown(runs: Sequence[Run], titles: dict[str, str]) -> str:
    """Return the report of runs on pictures with these titles by name."""
    lines = [_INTRODUCTION.format(seeds=len({run.seed for run in runs}))]
    for name, title in titles.items():
        own = [run for run in runs if run.picture == name]
        lines += [f"## {title}", ""]
        lines.append(f"| row | {' | '.join(f'{dabs} dabs' for dabs in DABS)} | overlap | overconfidence |")
        lines.append("|---" * (len(DABS) + 3) + "|")
        for key in dict.fromkeys(run.row for run in own):
            of_row = [run for run in own if run.row == key]
            cells = [_spread([run.recall for run in of_row if run.dabs == dabs]) for dabs in DABS]
            overlap = f"{100 * np.mean([run.overlap for run in of_row]):.1f}"
            over = f"{100 * np.mean([run.overconfidence for run in of_row]):+.1f}"
            lines.append(f"| {ROWS[key].title} | {' | '.join([*cells, overlap, over])} |")
        lines += ["", *_compared(own), ""]
    return "\n".join(lines)


def _spread(values: list[float]) -> str:
    deviation = f" ± {100 * np.std(values, ddof=1):.1f}" if len(values) > 1 else ""
    return f"{100 * np.mean(values):.1f}{deviation}"


def _compared(runs: list[Run]) -> list[str]:
    """Return one line on ours against the filter bank, seed by seed, if both were measured."""
    recalls = {(run.row, run.dabs, run.seed): run.recall for run in runs}
    told = []
    for dabs in DABS:
        pairs = [
            recalls[key] - recalls["filters", *key[1:]]
            for key in recalls
            if key[0] == "ours" and key[1] == dabs and ("filters", *key[1:]) in recalls
        ]
        if pairs:
            ahead = sum(pair > 0 for pair in pairs)
            told.append(f"{dabs} dabs {100 * np.mean(pairs):+.1f}, ahead in {ahead} of {len(pairs)}")
    return [f"Ours less filter bank and forest, seed by seed: {'; '.join(told)}."] if told else []
