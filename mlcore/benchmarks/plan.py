"""What is to be measured: one unit is one fit, and its figure is kept for ever under what it depends on."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from mlcore.benchmarks.datasets import DataSet, Task
from mlcore.benchmarks.degrade import DEGRADATIONS
from mlcore.benchmarks.rows import EncoderRow, FrozenRow, Row

BAR_BUDGETS = (5, 20)
OWN = "own"  # the head of a row that is trained whole
_CHECKED_BUDGET = 20
_SHUFFLED = ("raw", "pca-statistics", "ours+spectra")
_DEGRADED = {("indian-pines", "hsi"), ("houston", "hsi"), ("enmap", "hsi")}


@dataclass(frozen=True)
class Unit:
    """One row with one head on one split; `check` names a test of honesty or of robustness instead of the plain one."""

    dataset: str
    view: str  # which of the data set's inputs
    row: str
    head: str
    split: str
    budget: int | None
    seed: int
    check: str = ""

    @property
    def turn(self) -> int:
        """Return when it is measured: first what bars are judged by, then other blocked splits, then random ones."""
        if self.head == OWN:
            return 3 if self.split == "random" else 1
        if self.check or self.split == "site":
            return 0
        if self.split == "random":
            return 2
        return 0 if self.budget in BAR_BUDGETS else 1

    def to_dict(self) -> dict[str, str | int | None]:
        """Return a JSON-ready description."""
        return asdict(self)


@dataclass(frozen=True)
class Amount:
    """How much to measure; bars are judged on blocked splits with twice the seeds."""

    seeds: int = 5
    splits: tuple[str, ...] = ("random", "block", "site")
    budgets: tuple[int, ...] | None = None  # None: those of each data set
    checks: bool = True
    heads: tuple[str, ...] = ()  # instead of those that rows have
    first_seed: int = 0
    places: int | None = None  # of a data set at most: a fixed random part

    def seeds_of(self, split: str, budget: int | None) -> int:
        """Return how many splits are drawn; taking every place of a published split leaves only the head's seed."""
        if split == "site" and budget is None:
            return min(3, self.seeds)
        twice = split == "site" or (split == "block" and (budget in BAR_BUDGETS or budget is None))
        return self.seeds * (2 if twice else 1)


def units_of(data: DataSet, view: str, row: Row, amount: Amount) -> Iterator[Unit]:
    """Yield the units of one row on one input, in the order in which they are measured.

    Networks that are trained on each split's labels take seconds a fit: they get the bars' budgets and half the seeds.
    """
    frozen = isinstance(row, FrozenRow)
    heads = (amount.heads or row.heads(data.task)) if isinstance(row, FrozenRow) else (OWN,)
    budgets = [n for n in data.budgets if (frozen or n in BAR_BUDGETS) and (not amount.budgets or n in amount.budgets)]
    for split in (kind for kind in data.splits if kind in amount.splits):
        for budget in budgets:
            count = amount.seeds_of(split, budget) if frozen else amount.seeds
            for seed in range(amount.first_seed, amount.first_seed + count):
                for head in heads:
                    yield Unit(data.name, view, row.name, head, split, budget, seed)


def checks_of(data: DataSet, view: str, row: Row, amount: Amount) -> Iterator[Unit]:
    """Yield the units that ask for more than accuracy.

    Labels that were shuffled have to be learned as chance; and a head that was fitted with all bands of a
    spectrometer has to work where half of them are missing, or where Sentinel-2 looked instead.
    """
    if not amount.checks or data.task is Task.AMOUNT or not isinstance(row, FrozenRow):
        return
    budget = _CHECKED_BUDGET if _CHECKED_BUDGET in data.budgets else data.budgets[0]
    plain = Unit(data.name, view, row.name, row.heads(data.task)[0], "random", budget, 0, "permuted")
    if row.name in _SHUFFLED:
        yield from (replace(plain, seed=seed) for seed in range(min(3, amount.seeds)))
    if isinstance(row, EncoderRow) and row.spectra and (data.name, view) in _DEGRADED:
        for check in DEGRADATIONS:
            for seed in range(amount.seeds_of("block", budget)):
                yield replace(plain, split="block", seed=seed, check=check)


def inputs_of(data: DataSet, views: Sequence[str] | None = None) -> list[str]:
    """Return the inputs to measure."""
    return [view for view in data.inputs if views is None or view in views]
