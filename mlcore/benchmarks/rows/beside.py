"""Several rows' features side by side: a stream for each, which heads may read together or apart."""

from dataclasses import dataclass

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataSet, Task
from mlcore.benchmarks.learners import Features
from mlcore.benchmarks.rows.row import FrozenRow, Kind


@dataclass
class BesideRow:
    """The features of rows that can read an input, one after the other; the first one always has to."""

    name: str
    title: str
    rows: tuple[FrozenRow, ...]
    kind: Kind = Kind.OURS

    def readable(self, data: DataSet, view: str) -> tuple[FrozenRow, ...]:
        """Return the rows that can read an input."""
        return tuple(row for row in self.rows if not row.refusal(data, view))

    def heads(self, task: Task) -> tuple[str, ...]:
        """Return the heads of the first, and where a tile has one class the one that reads streams apart."""
        apart = ("streams",) if task in (Task.CLASSES, Task.CHANGE) else ()
        return (*self.rows[0].heads(task), *apart)

    def refusal(self, data: DataSet, view: str) -> str:
        """Return why the first can't read an input."""
        return self.rows[0].refusal(data, view)

    def digest(self, data: DataSet, view: str) -> str:
        """Return the digests of those that read it."""
        return " beside ".join(row.digest(data, view) for row in self.readable(data, view))

    def saw_test(self, data: DataSet) -> bool:
        """Return whether any saw test pixels."""
        return any(row.saw_test(data) for row in self.rows)

    def features(self, data: DataSet, view: str) -> Features:
        """Return [N, sum of d]."""
        return np.concatenate([row.features(data, view) for row in self.readable(data, view)], 1)

    def streams(self, data: DataSet, view: str) -> tuple[slice, ...]:
        """Return the columns of each row."""
        first = data.take(np.arange(2))
        widths = [row.features(first, view).shape[1] for row in self.readable(data, view)]
        ends = np.cumsum(widths).tolist()
        return tuple(slice(end - width, end) for end, width in zip(ends, widths, strict=True))

    def blocks(self, data: DataSet, view: str, width: int) -> tuple[slice, ...]:
        """Return the blocks of all rows."""
        pairs = zip(self.readable(data, view), self.streams(data, view), strict=True)
        return tuple(
            slice(columns.start + block.start, columns.start + block.stop)
            for row, columns in pairs
            for block in row.blocks(data, view, columns.stop - columns.start)
        )
