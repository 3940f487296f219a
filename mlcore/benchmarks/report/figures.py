"""What was measured, to be asked by row, input, split and budget; seeds stay apart, so that rows can be paired."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataSet
from mlcore.benchmarks.scores import better_is_higher
from mlcore.benchmarks.store import Record


@dataclass(frozen=True)
class Setting:
    """An input under one kind of split with one budget."""

    dataset: str
    view: str
    split: str
    budget: int | None


@dataclass(frozen=True)
class Cell:
    """The scores of a row with a head in a setting: one a seed, in per cent but for amounts."""

    by_seed: dict[int, float]

    @property
    def mean(self) -> float:
        """Return the mean over seeds."""
        return float(np.mean(list(self.by_seed.values())))

    @property
    def deviation(self) -> float:
        """Return the standard deviation over seeds (n - 1); NaN for one seed."""
        values = list(self.by_seed.values())
        return float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")

    def __str__(self) -> str:
        return f"{self.mean:.1f} ± {self.deviation:.1f}" if len(self.by_seed) > 1 else f"{self.mean:.1f}"


class Figures:
    """All records of a run."""

    def __init__(self, records: Iterable[Record], sets: Sequence[DataSet]) -> None:
        """Arrange records by setting, row and head; checks are kept apart."""
        self.metric = {data.name: data.metric for data in sets}
        scores: dict[tuple[Setting, str, str, str], dict[int, float]] = defaultdict(dict)
        chance: dict[tuple[Setting, str], list[float]] = defaultdict(list)
        self.saw_test: set[tuple[str, str]] = set()
        for record in records:
            setting = Setting(record["dataset"], record["view"], record["split"], record["budget"])
            shuffled = record["check"] == "permuted" and "balanced" in record["scores"]
            metric = "balanced" if shuffled else self.metric[setting.dataset]
            scale = 1.0 if metric in ("rmse", "mae") else 100.0
            cell = scores[setting, record["row"], record["head"], record["check"]]
            cell[record["seed"]] = scale * record["scores"][metric]
            chance[setting, record["check"]].append(scale * record["scores"]["chance"])
            if record["saw_test"]:
                self.saw_test.add((record["row"], record["dataset"]))
        self.cells = {key: Cell(values) for key, values in scores.items()}
        self.chance = {key: float(np.mean(values)) for key, values in chance.items()}

    def cell(self, setting: Setting, row: str, head: str, check: str = "") -> Cell | None:
        """Return a cell, None where nothing was measured."""
        return self.cells.get((setting, row, head, check))

    def settings(self, *, split: str | None = None, budget: int | None = None, check: str = "") -> list[Setting]:
        """Return the settings that were measured, in order of appearance."""
        known = dict.fromkeys(key[0] for key in self.cells if key[3] == check)
        return [
            setting
            for setting in known
            if (split is None or setting.split == split) and (budget is None or setting.budget == budget)
        ]

    def rows(self, setting: Setting, check: str = "") -> dict[tuple[str, str], Cell]:
        """Return the cells of a setting by row and head."""
        return {
            (row, head): cell for (at, row, head, what), cell in self.cells.items() if (at, what) == (setting, check)
        }

    def higher_is_better(self, dataset: str) -> bool:
        """Return whether more is better."""
        return better_is_higher(self.metric[dataset])
