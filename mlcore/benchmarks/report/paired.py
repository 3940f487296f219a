"""Two rows on the same splits: by how much is one better, and could that be luck."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from mlcore.benchmarks.report.figures import Cell


@dataclass(frozen=True)
class Paired:
    """The differences of two rows over the seeds that both have: positive means that the first is better."""

    mean: float
    low: float  # 95 % interval of the mean, Student's t over seeds
    high: float
    p: float  # one-sided, Wilcoxon's signed ranks (Wilcoxon 1945): the first is not better
    wins: int
    seeds: int

    def __str__(self) -> str:
        interval = f"{self.mean:+.1f} [{self.low:+.1f}, {self.high:+.1f}]"
        return f"{interval}, ahead in {self.wins} of {self.seeds}, p = {self.p:.3f}"

    @property
    def is_better(self) -> bool:
        """Return whether the first is better at p < 0.05."""
        return self.mean > 0 and self.p < 0.05


def paired(first: Cell, second: Cell, *, higher_is_better: bool = True) -> Paired:
    """Compare two cells split by split.

    Splits of one scene share pixels, so that intervals over seeds are about layouts and draws of this scene, not
    about other scenes.
    """
    seeds = sorted(set(first.by_seed) & set(second.by_seed))
    sign = 1.0 if higher_is_better else -1.0
    gaps = sign * np.array([first.by_seed[seed] - second.by_seed[seed] for seed in seeds])
    mean = float(gaps.mean()) if len(gaps) else float("nan")
    reach = _reach(gaps)
    return Paired(mean, mean - reach, mean + reach, _p(gaps), int((gaps > 0).sum()), len(gaps))


def _reach(gaps: np.ndarray) -> float:
    if len(gaps) < 2:
        return float("inf")
    return float(stats.t.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / np.sqrt(len(gaps)))


def _p(gaps: np.ndarray) -> float:
    if len(gaps) < 3 or not np.any(gaps):
        return 1.0
    return float(stats.wilcoxon(gaps, alternative="greater", zero_method="zsplit").pvalue)
