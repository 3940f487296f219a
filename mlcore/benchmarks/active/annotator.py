"""The simulated annotator: answers what a strategy asks, batch after batch, while the head is refitted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mlcore.benchmarks.active import peers
from mlcore.benchmarks.active.beliefs import Belief, believe
from mlcore.benchmarks.active.quantities import AmountFit
from mlcore.benchmarks.active.tasks import ActiveTask
from mlcore.errors import NotEnoughLabels
from mlcore.heads import Lesson, get_head
from mlcore.metrics import macro_f1
from mlcore.query import Pool, choose

FIRST_LEAST = 5
WITHOUT_A_FIT = ("random", "k_center", "typiclust", "max_herding", "auto", *peers.WITHOUT_A_FIT)
OF_AMOUNTS = ("ensemble_spread", "variance_reduction")  # that only a model of a quantity can be asked by


@dataclass(frozen=True)
class Curve:
    """One run: what the model was worth after each batch."""

    task: str
    strategy: str
    seed: int
    labels: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)  # accuracy, or minus the RMSE
    f1: list[float] = field(default_factory=list)  # macro; empty for amounts
    seconds: list[float] = field(default_factory=list)  # of each query
    picks: list[list[int]] = field(default_factory=list)  # rows that each query asked for
    classes_first: int = 0  # that the first batch holds
    full: float = float("nan")  # score with every label of the pool; of amounts, minus the spread of the test's
    full_f1: float = float("nan")
    beliefs: list[Belief] = field(default_factory=list)  # of the last model, where they were asked for
    held: list[float] = field(default_factory=list)  # share of amounts in the last model's intervals: in pool and test


def ask(strategy: str, pool: Pool, count: int) -> NDArray[np.int64]:
    """Return the candidates that a strategy of ours or, as `library:strategy`, of another library asks for."""
    if peers.is_peer(strategy):
        return peers.get_peer(strategy)(pool, count).indices
    return choose(strategy, pool, count).indices


def suits(strategy: str, task: ActiveTask) -> bool:
    """Return whether a strategy can ask by what the models of a task predict: chances of classes, or amounts."""
    if task.is_amount:
        return strategy in (*WITHOUT_A_FIT, *OF_AMOUNTS, "unsure")
    return strategy not in OF_AMOUNTS


Predict = Callable[[NDArray[np.int64]], NDArray[np.float32]]  # rows to [n, K] probabilities


def run(task: ActiveTask, strategy: str, seed: int, *, budget: int, batch: int | None = None) -> Curve:
    """Return the learning curve of one strategy for one seed; the same seed has the same pool and test for all.

    Without `batch`, the first has as many as there are classes (5 at least), and ten such are followed by batches
    twice as large, as annotators work.
    """
    first = batch or max(FIRST_LEAST, 0 if task.is_amount else int(task.y.max()) + 1)
    work = _Work(task, seed)
    curve = Curve(task.name, strategy, seed)
    seen = 0
    while len(work.known) < min(budget, len(work.pool)):
        wanted = first if batch or len(work.known) < 10 * first else 2 * first
        started = time.perf_counter()
        asked = work.ask(strategy, min(wanted, budget - len(work.known)))
        curve.seconds.append(time.perf_counter() - started)
        curve.picks.append(asked.tolist())
        work.answer(asked)
        score, f1 = work.scores()
        curve.labels.append(len(work.known))
        curve.scores.append(score)
        if not task.is_amount:
            curve.f1.append(f1)
            seen = seen or len(np.unique(task.y[work.known]))
    score, f1 = full_scores(task, seed)
    return replace(curve, classes_first=seen, full=score, full_f1=f1, held=work.held())


def beliefs(task: ActiveTask, curve: Curve) -> list[Belief]:
    """Return what audits of the unlabelled rest of the pool would say of the last model of a run."""
    work = _Work(task, curve.seed)
    work.answer(np.concatenate(curve.picks).astype(np.int64))
    left = np.setdiff1d(work.pool, work.known)
    if task.is_amount or work.predict is None or not len(left):
        return []
    probabilities = work.predict(left)
    return believe(probabilities.max(1), probabilities.argmax(1) != task.y[left], curve.seed)


class _Work:
    """One annotator's progress: what is labelled, and the model fitted on it."""

    def __init__(self, task: ActiveTask, seed: int) -> None:
        self.task, self.seed = task, seed
        self.pool, self.test = task.parts(seed)
        self.known = np.zeros(0, np.int64)
        self.predict: Predict | None = None  # of classes
        self.amounts: AmountFit | None = None

    def ask(self, strategy: str, count: int) -> NDArray[np.int64]:
        """Return the rows that the strategy asks for; before the first fit, only those that need none do not guess."""
        places = np.searchsorted(self.pool, self.known)
        view = Pool(
            features=self.task.x[self.pool],
            candidates=np.setdiff1d(np.arange(len(self.pool)), places),
            covered=places,
            seed=1000 * self.seed + len(self.known),
        )
        if self.amounts is not None:
            return self.pool[ask(strategy, self.amounts.told(view, self.pool, strategy), count)]
        if self.predict is None:
            return self.pool[ask(strategy if strategy in WITHOUT_A_FIT else "random", view, count)]
        predicted = self.predict(self.pool)
        seen, labels = np.unique(self.task.y[self.known].astype(np.int64), return_inverse=True)
        view = replace(view, probabilities=np.ascontiguousarray(predicted[:, seen]), labels=labels)
        return self.pool[ask(strategy, view, count)]

    def answer(self, rows: NDArray[np.int64]) -> None:
        """Label some rows and fit again."""
        self.known = np.concatenate([self.known, rows])
        if self.task.is_amount:
            self.amounts = AmountFit.of(self.task, self.known, self.seed)
        else:
            self.predict = _fit_classes(self.task, self.known, self.pool, self.seed)

    def scores(self) -> tuple[float, float]:
        """Return accuracy and macro-F1 on the test, or minus the RMSE and NaN."""
        truth = self.task.y[self.test]
        if self.task.is_amount:
            mean = float(self.task.y[self.known].astype(float).mean())  # all that is known before a first fit
            blind = float(np.sqrt(np.mean(np.square(truth.astype(float) - mean))))
            return -(blind if self.amounts is None else self.amounts.error(self.test)), float("nan")
        one = np.full(len(truth), self.task.y[self.known[0]], np.int64)
        codes = one if self.predict is None else self.predict(self.test).argmax(1)
        return float(np.mean(codes == truth)), macro_f1(truth.astype(np.int64), codes, int(self.task.y.max()) + 1)

    def held(self) -> list[float]:
        """Return the share of amounts that intervals hold, of what is left of the pool and of the test."""
        left = np.setdiff1d(self.pool, self.known)
        return [] if self.amounts is None or not len(left) else [self.amounts.held(rows) for rows in (left, self.test)]


def _fit_classes(task: ActiveTask, known: NDArray[np.int64], pool: NDArray[np.int64], seed: int) -> Predict | None:
    """Return the head that the app fits, or None while one class alone is known."""
    try:
        codes = np.asarray(task.y[known], np.int64)
        lesson = Lesson(inputs=task.x[known], targets=codes, seed=seed, pool=task.x[pool], blocks=task.blocks)
        head = get_head("classes").fit(lesson)
    except NotEnoughLabels:
        return None

    def predict(rows: NDArray[np.int64]) -> NDArray[np.float32]:
        probabilities = np.zeros((len(rows), int(task.y.max()) + 1), np.float32)
        probabilities[:, head.classes] = head.predict_proba(task.x[rows])
        return probabilities

    return predict


_FULL: dict[tuple[str, int], tuple[float, float]] = {}


def full_scores(task: ActiveTask, seed: int) -> tuple[float, float]:
    """Return the scores with every label of the pool; fitted once for each task and seed.

    Of amounts it is minus the spread of the tested: a process of thousands takes minutes, and no figure needs it.
    """
    if task.is_amount:
        return -float(task.y[task.parts(seed)[1]].astype(float).std()), float("nan")
    if (task.name, seed) not in _FULL:
        work = _Work(task, seed)
        work.answer(work.pool)
        _FULL[task.name, seed] = work.scores()
    return _FULL[task.name, seed]
