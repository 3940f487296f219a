"""Quantities in the benchmark: the head that the app fits, what strategies are told of it, and what its curves say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from mlcore.benchmarks.active.tasks import ActiveTask
from mlcore.errors import NotEnoughLabels
from mlcore.heads import Lesson, RegressionHead
from mlcore.metrics import Estimate
from mlcore.query import Pool

COVERAGE = 0.9  # of the intervals, as in the app
BY_PREDICTIONS = ("ensemble_spread", "unsure")  # strategies that look at what is predicted of the whole pool
Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class AmountFit:
    """A head fitted on the labels of a task of amounts."""

    task: ActiveTask
    head: RegressionHead

    @classmethod
    def of(cls, task: ActiveTask, known: Rows, seed: int) -> "AmountFit | None":
        """Fit as the app does; None while labels are too few or all of one amount."""
        lesson = Lesson(inputs=task.x[known], targets=task.y[known], seed=seed, blocks=task.blocks)
        try:
            return cls(task, RegressionHead.fit(lesson))
        except NotEnoughLabels:
            return None

    def told(self, pool: Pool, rows: Rows, strategy: str) -> Pool:
        """Return the pool of these rows with what the app tells strategies of a quantity."""
        pool = replace(pool, amounts=self.head.models[0].process)
        if strategy not in BY_PREDICTIONS:
            return pool
        said = self.head.predict(self.task.x[rows], coverage=COVERAGE)
        members = said.value[:, None] + said.doubt[:, None] * np.array([-1, 1])
        return replace(pool, ensemble=members)

    def error(self, rows: Rows) -> float:
        """Return the root mean square error on rows."""
        off = self.head.predict(self.task.x[rows]).value - self.task.y[rows].astype(float)
        return float(np.sqrt(np.mean(np.square(off))))

    def held(self, rows: Rows) -> float:
        """Return the share of rows whose amount its interval holds."""
        said, truth = self.head.predict(self.task.x[rows], coverage=COVERAGE), self.task.y[rows].astype(float)
        return float(np.mean((said.low <= truth) & (truth <= said.high)))


def paired(first: Sequence[float], second: Sequence[float]) -> Estimate:
    """Return the mean of first - second over paired seeds with its 95 % interval (Student)."""
    gaps = np.subtract(first, second)
    half = student.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / np.sqrt(len(gaps)) if len(gaps) > 1 else np.inf
    return Estimate(float(gaps.mean()), float(gaps.mean() - half), float(gaps.mean() + half))
