"""The page of a choice: what was chosen with each set and without it, side by side."""

from collections.abc import Sequence

import numpy as np

from mlcore.benchmarks.choices.choosing import Scores, Verdict, mean_ranks, verdicts
from mlcore.benchmarks.choices.measuring import Asked, Measured, together
from mlcore.benchmarks.report.table import Grid, as_markdown

_HOW = (
    "For every data set the choice is made on all others, by the mean over sets of the difference to the set's mean, "
    "and judged on that set ('chosen without'). 'Chosen with' is the choice on all sets, as one would make it who also "
    "reports on them. Views and seeds of a set are averaged; splits are blocked, with a guard; heads see unlabelled "
    "places to scale by, none of them tested. Accuracy in percent; sets count alike."
)


def markdown(asked: Asked, measured: Measured, added: dict[str, str]) -> str:
    """Return the report; `added` says since when a set is part of the benchmark."""
    both = together(measured)
    found = verdicts(both)
    parts = [
        f"# Which {asked.of}: chosen on some sets, judged on others",
        f"Made by `python -m mlcore.benchmarks choices --of {asked.of} --among {','.join(asked.among)}`: seeds "
        f"{asked.seeds.start} to {asked.seeds.stop - 1}, at most {asked.places:,} places a set, {_fixed(asked)}.",
        _HOW,
        f"The first, **{asked.among[0]}**, is what others are compared with. {_summary(found)}",
    ]
    for budget, scores in sorted(measured.scores.items()):
        parts += [f"## {budget} labels a class", as_markdown(_grid(scores, found, measured.titles, added))]
        parts.append(_ranks(scores))
    parts.append("## Seconds of a fit and its predictions (median, one thread of a shared machine)")
    parts.append(as_markdown([["candidate", "seconds"], *([k, f"{v:.2f}"] for k, v in measured.seconds.items())]))
    if measured.left_out:
        parts += ["## Left out", *(f"- {line}" for line in measured.left_out)]
    return "\n\n".join(parts) + "\n"


def _fixed(asked: Asked) -> str:
    if asked.of == "encoder":
        return f"head `{asked.head}`"
    return f"features `{asked.row}`" + (f", head `{asked.head}`" if asked.of == "blocks" else "")


def _summary(found: Sequence[Verdict]) -> str:
    gains = np.array([verdict.gain for verdict in found])
    flattery = np.array([verdict.flattery for verdict in found])
    names = sorted({verdict.without_it for verdict in found})
    return (
        f"Chosen without the set that judges it: {', '.join(names)}; mean gain {gains.mean():+.1f} points, median "
        f"{np.median(gains):+.1f}, ahead on {int((gains > 0).sum())} of {len(gains)} sets, worst {gains.min():+.1f}. "
        f"Choosing with it would have looked {flattery.mean():.1f} points better."
    )


def _grid(scores: Scores, found: Sequence[Verdict], titles: dict[str, str], added: dict[str, str]) -> Grid:
    names = list(next(iter(scores.values())))
    lines = [["data set", "since", *names, "chosen with", "chosen without"]]
    for verdict in found:
        own = scores[verdict.dataset]
        with_it, without_it = (f"{name} {own[name]:.1f}" for name in (verdict.with_it, verdict.without_it))
        told = [f"{own[name]:.1f}" for name in names]
        since = added.get(verdict.dataset, "first")
        lines.append([titles[verdict.dataset], since, *told, with_it, without_it])
    for word, mean in (("mean", np.mean), ("median", np.median)):
        columns = [f"{mean([scores[v.dataset][name] for v in found]):.1f}" for name in names]
        chosen = [
            f"{mean([scores[v.dataset][name] for v, name in zip(found, chosen, strict=True)]):.1f}"
            for chosen in ([v.with_it for v in found], [v.without_it for v in found])
        ]
        lines.append([f"**{word}**", "", *columns, *chosen])
    return lines


def _ranks(scores: Scores) -> str:
    return "Mean ranks: " + ", ".join(f"{name} {rank:.2f}" for name, rank in mean_ranks(scores).items()) + "."
