"""Runs of the benchmark: measured once, kept under what they depend on, seed by seed over all sets."""

import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from mlcore.audits import promises
from mlcore.benchmarks.active import peers
from mlcore.benchmarks.active.annotator import WITHOUT_A_FIT, Curve, ask, beliefs, run, suits
from mlcore.benchmarks.active.beliefs import FOR_PROMISES, LEAST_POOL, Belief, believe
from mlcore.benchmarks.active.tasks import ActiveTask
from mlcore.benchmarks.datasets.dataset import Task, digest_of
from mlcore.benchmarks.learners import learner_digest
from mlcore.benchmarks.store import Store, key_of
from mlcore.metrics import Estimate
from mlcore.query import Pool

_VERSION = "active 2"
_DIGITS = 5


@dataclass(frozen=True)
class Settings:
    """What is run, and where results are kept."""

    strategies: Sequence[str]  # random among them: all are paired with it
    seeds: int
    store: Path
    peer_seeds: int = 5
    budget: int = 300
    batch: int | None = None
    processes: int = 1
    deadline: float = field(default=float("inf"))  # seconds since the epoch: nothing is begun after it

    def strategies_of(self, task: ActiveTask, seed: int) -> list[str]:
        """Return those that can ask for labels of a task; other libraries are slow, and run for the first seeds."""
        suited = [name for name in self.strategies if suits(name, task)]
        return [name for name in suited if seed < self.peer_seeds or not peers.is_peer(name)]

    @property
    def believed(self) -> str:
        """Return the strategy whose last models audits are drawn of: the default where it runs."""
        return "auto" if "auto" in self.strategies else self.strategies[-1]

    def count(self, tasks: Sequence[ActiveTask]) -> int:
        """Return how many runs that makes."""
        return sum(len(self.strategies_of(task, seed)) for task in tasks for seed in range(self.seeds))


def run_all(
    tasks: Sequence[ActiveTask], settings: Settings, progress: Callable[[str, int, int], None] = lambda *_: None
) -> list[Curve]:
    """Return every curve, from the store where it is known; `progress` is told set, seed and how many were run."""
    jobs = [(task, seed, settings) for seed in range(settings.seeds) for task in range(len(tasks))]
    if settings.processes == 1:
        for task, seed, _ in jobs:
            progress(tasks[task].name, seed, _run_seed(tasks[task], seed, settings))
        return known(tasks, settings)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with ProcessPoolExecutor(settings.processes, initializer=_remember, initargs=(tasks,)) as workers:
        waiting = {workers.submit(_run_job, *job): job for job in jobs}
        for done in as_completed(waiting):
            task, seed, _ = waiting[done]
            progress(tasks[task].name, seed, done.result())
    return known(tasks, settings)


def known(tasks: Sequence[ActiveTask], settings: Settings) -> list[Curve]:
    """Return the curves that were measured before, of sets and seeds for which every strategy was."""
    store, curves = Store(settings.store), []
    for task in tasks:
        of_task = []
        for seed in range(settings.seeds):
            keys = {name: _key(task, name, seed, settings) for name in settings.strategies_of(task, seed)}
            if all(map(store.get, keys.values())):  # strategies that ask for the same share a run
                of_task += [replace(_curve(store, key), strategy=name) for name, key in keys.items()]
        curves += _as_long(of_task)
    return curves


def _as_long(curves: Sequence[Curve]) -> list[Curve]:
    """Return curves up to the batch that all of them have: a seed's pool may be smaller than the budget."""
    if not curves:
        return []
    shortest = min(len(curve.labels) for curve in curves)
    alike = [len({curve.labels[place] for curve in curves}) == 1 for place in range(shortest)]
    end = alike.index(False) if False in alike else shortest
    names = ("labels", "scores", "f1", "seconds")
    return [replace(curve, **{name: getattr(curve, name)[:end] for name in names}) for curve in curves]


_tasks: list[ActiveTask] = []


def _remember(tasks: Sequence[ActiveTask]) -> None:
    _tasks[:] = tasks


def _run_job(task: int, seed: int, settings: Settings) -> int:
    return _run_seed(_tasks[task], seed, settings)


def _run_seed(task: ActiveTask, seed: int, settings: Settings) -> int:
    """Run what isn't known of one set and seed; return how many runs that were."""
    store, count = Store(settings.store), 0
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        for name in settings.strategies_of(task, seed):
            key = _key(task, name, seed, settings)
            if time.time() > settings.deadline:
                break
            if not store.get(key):
                store.add(key, _rounded(asdict(run(task, name, seed, budget=settings.budget, batch=settings.batch))))
                count += 1
            if name == settings.believed and not store.get(_belief_key(key)):
                believed = beliefs(task, _curve(store, key))
                store.add(_belief_key(key), {"beliefs": [_rounded(asdict(belief)) for belief in believed]})
    return count


def _key(task: ActiveTask, strategy: str, seed: int, settings: Settings) -> str:
    kind, named = (Task.AMOUNT, "regression") if task.is_amount else (Task.CLASSES, "linear")
    head = learner_digest(kind, named)
    asks = _strategy_digest(strategy, task.is_amount)
    depends = (_VERSION, task.name, task.digest, head, asks, settings.budget, settings.batch)
    return key_of("active", *depends, seed)


@cache
def _strategy_digest(name: str, amounts: bool) -> str:
    """Return what identifies a strategy by what it asks for at several stages: refactoring it changes nothing.

    Strategies of other libraries go by the version, as not all of them ask for the same twice.
    """
    if peers.is_peer(name):
        return peers.version_of(name)
    rng = np.random.default_rng(0)
    codes = np.arange(120) % 3
    x = (rng.normal(size=(120, 6)) + 2 * np.eye(6)[codes]).astype(np.float32)
    chances = rng.dirichlet(np.ones(3), 120).astype(np.float32)
    told = [np.zeros(0)]
    for covered in (0, 6, 15, 45):
        view = Pool(x, np.arange(covered, 120), np.arange(covered), seed=covered)
        if covered and amounts:
            view = replace(view, ensemble=chances, amounts=_Alike())
        elif covered:
            view = replace(view, probabilities=chances, labels=codes[:covered])
        if covered or name in WITHOUT_A_FIT:
            told.append(ask(name, view, 5).astype(float))
    return digest_of(*told)


class _Alike:
    """A made process: amounts are as alike as features are near."""

    noise = 0.1

    def covariance(self, first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return covariances [n, m] of features [n, d] and [m, d]."""
        gaps = np.square(first[:, None].astype(float) - second[None]).sum(2)
        return np.asarray(np.exp(-gaps / 8), np.float64)


def _belief_key(run: str) -> str:
    return key_of("belief", run, _belief_digest())


@cache
def _belief_digest() -> str:
    """Return what identifies estimates and promises by what they say of a made pool, and by the promise's rule.

    A small pool hardly tells two rules apart, and what the old one said would pass for what the new one says.
    """
    rng = np.random.default_rng(0)
    confidence = 1 - rng.beta(1, 6, 400)
    believed = believe(confidence, rng.random(400) > confidence, 0, draws=3)
    said = (np.array(value, float) for belief in believed for value in asdict(belief).values())
    return digest_of(*said, *map(np.asarray, promises.constants()), np.array([FOR_PROMISES, LEAST_POOL]))


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return round(value, _DIGITS) if isinstance(value, float) else value


def _curve(store: Store, key: str) -> Curve:
    record, told = store.get(key) or {}, store.get(_belief_key(key)) or {}
    fields = {name: value for name, value in record.items() if name not in ("key", "beliefs")}
    return Curve(**fields, beliefs=list(_beliefs(told.get("beliefs", ()))))


def _beliefs(records: Sequence[dict[str, Any]]) -> Iterator[Belief]:
    for record in records:
        plain, weighted = Estimate(*record["plain"]), Estimate(*record["weighted"])
        average, confident = (tuple(record[name]) for name in ("average", "confident"))
        yield Belief(record["truth"], plain, weighted, average, confident, record["oracle"])
