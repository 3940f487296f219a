"""The bars, each with what was measured: met, missed, or not measured."""

from dataclasses import dataclass

import numpy as np

from mlcore.benchmarks.plan import BAR_BUDGETS
from mlcore.benchmarks.report.figures import Cell, Figures, Setting
from mlcore.benchmarks.report.paired import Paired, paired
from mlcore.benchmarks.report.ranks import FOREIGN_TOO, HEADS, duels, ranking
from mlcore.benchmarks.rows import OURS, SHIPPED

UNTRAINED, UNFITTED, HANDMADE = "statistics+spectra", "statistics", "pca-statistics"
MOISTURE = {50: 27.5, 200: 25.7, None: 23.3}  # per cent: the best of Presto and raw features by earlier measurement
MOISTURE_ROWS = (OURS, SHIPPED, f"{SHIPPED}+knowledge")
_LEAST_SEEDS = 10


@dataclass(frozen=True)
class Verdict:
    """One bar."""

    bar: str
    found: str
    met: bool | None  # None: not measured

    @property
    def word(self) -> str:
        """Return the verdict in a word."""
        return "not measured" if self.met is None else "met" if self.met else "missed"


def verdicts(figures: Figures) -> list[Verdict]:
    """Return a verdict on every bar."""
    judged = [_untrained(figures)]
    judged += [_rank(figures, budget) for budget in BAR_BUDGETS]
    judged += [_beats_peers(figures, budget) for budget in BAR_BUDGETS]
    judged += [_moisture(figures, budget, bar) for budget, bar in MOISTURE.items()]
    judged += [_fusion(figures, "houston", "hsi+rgb", ("hsi", "rgb"), 2.0)]
    judged += [_fusion(figures, "floods", "s1+s2", ("s1", "s2"), 0.0)]
    judged += [
        _any_sensor(figures, "half", "half of the bands dropped"),
        _any_sensor(figures, "sentinel2", "Sentinel-2's bands"),
    ]
    return [*judged, _permuted(figures)]


def _absent(bar: str) -> Verdict:
    return Verdict(bar, "", None)


def _untrained(figures: Figures) -> Verdict:
    bar = "untrained encoder not below PCA + local statistics by more than 0.5 points, Indian Pines"
    fitted, plain = _against_handmade(figures, UNTRAINED), _against_handmade(figures, UNFITTED)
    if not fitted:
        return _absent(bar)
    text = f"best head of each, fitted to the pool's spectra as PCA is: {_told(fitted)}; as it is: {_told(plain)}"
    return Verdict(bar, text, min(result.mean for result in fitted.values()) >= -0.5)


def _against_handmade(figures: Figures, row: str) -> dict[str, Paired]:
    pairs = dict[str, Paired]()
    for split in ("random", "block"):
        for setting in (s for s in figures.settings(split=split) if s.dataset == "indian-pines"):
            ours, theirs = _best_head(figures, setting, row), _best_head(figures, setting, HANDMADE)
            if ours and theirs:
                pairs[f"{split} {setting.budget}"] = paired(ours, theirs)
    return pairs


def _told(results: dict[str, Paired]) -> str:
    return ", ".join(
        f"{at} {result.mean:+.1f} [{result.low:+.1f}, {result.high:+.1f}]" for at, result in results.items()
    )


def _best_head(figures: Figures, setting: Setting, row: str) -> Cell | None:
    cells = [cell for head in HEADS if (cell := figures.cell(setting, row, head))]
    higher = figures.higher_is_better(setting.dataset)
    return (max if higher else min)(cells, key=lambda cell: cell.mean) if cells else None


def _rank(figures: Figures, budget: int) -> Verdict:
    bar = f"best mean rank of the frozen rows, blocked, {budget} a class"
    texts, best = [], []
    for head in HEADS:
        for rows in (None, FOREIGN_TOO):  # what all read, and what Galileo and Presto read: ours has to lead both
            ranked = ranking(figures, budget, head, rows=rows)
            if ranked.ranks:
                best.append(next(iter(ranked.ranks)) == OURS)
                ranks = ", ".join(f"{row} {rank:.2f}" for row, rank in ranked.ranks.items())
                texts.append(f"{head} over {len(ranked.inputs)} inputs: {ranks}")
    return Verdict(bar, "; ".join(texts), all(best)) if best else _absent(bar)


def _beats_peers(figures: Figures, budget: int) -> Verdict:
    bar = f"beats the best peer by a paired test on most inputs, blocked, {budget} a class"
    texts, won = [], []
    for head in HEADS:
        fought = duels(figures, budget, head)
        wins = sum(duel.result.is_better for duel in fought)
        if fought:
            won.append(wins > len(fought) / 2)
            texts.append(f"{head}: {wins} of {len(fought)}")
    return Verdict(bar, "; ".join(texts), all(won)) if won else _absent(bar)


def _moisture(figures: Figures, budget: int | None, most: float) -> Verdict:
    bar = f"fuel moisture, held-out sites, RMSE below {most} with {budget or 'all'} plots"
    for setting in figures.settings(split="site"):
        if setting.dataset == "fuel-moisture" and setting.budget == budget:
            ours = {key: cell for key, cell in figures.rows(setting).items() if key[0] in MOISTURE_ROWS}
            if any(row == MOISTURE_ROWS[-1] for row, _ in ours):
                (row, head), cell = min(ours.items(), key=lambda item: item[1].mean)
                return Verdict(bar, f"{cell} ({row}, {head})", cell.mean < most)
    return _absent(bar)


def _fusion(figures: Figures, dataset: str, fused: str, single: tuple[str, ...], points: float) -> Verdict:
    wish = f"at least {points:.0f} points above" if points else "not below"
    bar = f"fusion: {fused} on {dataset} {wish} the best single input"
    texts, gaps = [], []
    for setting in (s for s in figures.settings(split="block") if (s.dataset, s.view) == (dataset, fused)):
        both = figures.cell(setting, OURS, "linear")
        alone = [figures.cell(Setting(dataset, view, setting.split, setting.budget), OURS, "linear") for view in single]
        if both and all(alone):
            result = paired(both, max((cell for cell in alone if cell), key=lambda cell: cell.mean))
            texts.append(f"{setting.budget}: {result.mean:+.1f} [{result.low:+.1f}, {result.high:+.1f}]")
            gaps.append(result.mean)
    text = f"ours, linear, blocked; {'; '.join(texts)}; mean {np.mean(gaps):+.1f}" if gaps else ""
    return Verdict(bar, text, float(np.mean(gaps)) >= points) if gaps else _absent(bar)


def _any_sensor(figures: Figures, check: str, words: str) -> Verdict:
    bar = f"any sensor: trained with all bands, tested with {words}: at most 5 points lost"
    texts, losses = [], []
    for setting in figures.settings(check=check):
        changed, plain = figures.cell(setting, OURS, "linear", check), figures.cell(setting, OURS, "linear")
        if changed and plain:
            result = paired(plain, changed)
            texts.append(f"{setting.dataset} {result.mean:.1f} [{result.low:.1f}, {result.high:.1f}]")
            losses.append(result.mean)
    text = f"lost, blocked, 20 a class, read by Encoder.with_spectra: {'; '.join(texts)}"
    return Verdict(bar, text, max(losses) <= 5) if losses else _absent(bar)


def _permuted(figures: Figures) -> Verdict:
    bar = "labels that were shuffled are learned as chance"
    texts, apart = [], []
    for setting in figures.settings(check="permuted"):
        cells = list(figures.rows(setting, "permuted").values())
        chance = figures.chance[setting, "permuted"]
        mean = float(np.mean([cell.mean for cell in cells]))
        texts.append(f"{setting.dataset} {setting.view} {mean:.1f} (chance {chance:.1f})")
        apart.append(abs(mean - chance))
    return Verdict(bar, "; ".join(texts), max(apart) <= 5) if apart else _absent(bar)
