"""A comparison: its rows, the chosen one, what to expect of it, and the table and words that say so."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mlcore.metrics import Estimate
from mlcore.selection.evidence import Difference


@dataclass(frozen=True)
class Row:
    """One candidate, an encoder with a head, on the same held-out labels as the others."""

    encoder: str
    head: str
    digest: str = ""  # of the encoder
    mean: float = np.nan  # share of held-out labels that were right, each class counting the same; or RMSE of amounts
    std: float = np.nan  # over splits
    folds: tuple[float, ...] = ()  # one a split, in one order for all rows
    behind: Difference | None = None  # how much worse than the row chosen: a share, or RMSE; None for that one
    refusal: str = ""  # why it couldn't be tried, in plain words

    @property
    def name(self) -> str:
        """Return what a person calls it."""
        return f"{self.encoder} with the {self.head} head"


@dataclass(frozen=True)
class Comparison:
    """What the labels so far say about encoders and heads."""

    rows: tuple[Row, ...]  # in the order asked for, those that couldn't be tried too
    best: Row
    leader: Row  # with the best mean; another one than `best` where that is simpler and about as good
    expected: Estimate  # of choosing like this and then labelling new places: free of the luck of the chosen
    chance: float  # what knowing nothing gives
    labels: int  # that were held out and judged
    amounts: bool  # the score is an error (RMSE), less is better
    grouping: str  # how labels were held out, in plain words
    reason: str = ""

    @property
    def better_than_chance(self) -> bool:
        """Return whether the interval of what to expect lies wholly on the good side of chance."""
        return self.expected.high < self.chance if self.amounts else self.expected.low > self.chance

    def table(self) -> str:
        """Return the rows as text, best first; the chosen one has a star."""
        tried = [row for row in self.rows if not row.refusal]
        tried.sort(key=lambda row: row.mean if self.amounts else -row.mean)
        unit = "RMSE" if self.amounts else "right, %"
        lines = [f"  {'encoder':34s} {'head':11s} {unit:>8s}   spread   behind the chosen (95 %)   the chosen ahead"]
        lines += [self._line(row) for row in tried]
        lines += [f"  {row.encoder:34s} {row.refusal}" for row in self.rows if row.refusal]
        return "\n".join(lines)

    def _line(self, row: Row) -> str:
        scale = 1 if self.amounts else 100
        star = "*" if row is self.best else " "
        line = f"{star} {row.encoder:34s} {row.head:11s} {scale * row.mean:8.1f}  {scale * row.std:7.1f}"
        if row.behind is None:
            return line
        gap = row.behind
        interval = f"{scale * gap.mean:+6.1f} ({scale * gap.low:+.1f} to {scale * gap.high:+.1f})"
        return f"{line}   {interval:24s} {gap.wins:3d} of {gap.splits} splits"

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description."""
        fields = asdict(self)
        fields["expected"] = self.expected._asdict()
        fields["better_than_chance"] = self.better_than_chance
        return fields
