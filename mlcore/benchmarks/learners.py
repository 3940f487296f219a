"""What is fitted on frozen features: the same few heads for every row, so that features are compared and not heads."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from mlcore.benchmarks.datasets.dataset import Task, digest_of
from mlcore.errors import look_up
from mlcore.heads import LinearHead
from mlcore.heads.regression import RegressionHead

Features = NDArray[np.float32]  # [N, d]
Predictions = NDArray[Any]  # codes [N], scores [N, K] for labels, amounts [N]
_TREES = 200


@dataclass(frozen=True)
class Lesson:
    """What a head is taught and then asked."""

    train: Features
    targets: NDArray[Any]  # of the training rows
    test: Features
    seed: int
    blocks: tuple[slice, ...] = ()  # columns of one kind of knowledge each; empty if the row doesn't tell
    groups: NDArray[np.int64] | None = None  # of the training rows: those of one site have one number


Learner = Callable[[Lesson], Predictions]


def _linear(lesson: Lesson) -> Predictions:
    head = LinearHead.fit(lesson.train, lesson.targets, seed=lesson.seed, blocks=lesson.blocks)
    chosen: NDArray[np.int64] = head.classes[head.predict_proba(lesson.test).argmax(1)]
    return chosen


def _fitted(model: Any, lesson: Lesson) -> Predictions:
    predicted: Predictions = model.fit(lesson.train, lesson.targets).predict(lesson.test)
    return predicted


def _svm(lesson: Lesson) -> Predictions:
    return _fitted(make_pipeline(StandardScaler(), SVC(C=100.0, random_state=lesson.seed)), lesson)


def _forest(lesson: Lesson) -> Predictions:
    return _fitted(RandomForestClassifier(_TREES, random_state=lesson.seed), lesson)


def _each_label(lesson: Lesson) -> Predictions:
    found = np.zeros((len(lesson.test), lesson.targets.shape[1]), np.float32)
    for label, has in enumerate(lesson.targets.T):
        if has.all() or not has.any():
            found[:, label] = has[0]
            continue
        head = LinearHead.fit(lesson.train, has.astype(np.int64), seed=lesson.seed, blocks=lesson.blocks)
        found[:, label] = head.predict_proba(lesson.test)[:, 1]
    return found


def _forest_labels(lesson: Lesson) -> Predictions:
    model = RandomForestClassifier(_TREES, random_state=lesson.seed).fit(lesson.train, lesson.targets)
    ones = [
        side[:, list(classes).index(True)] if True in classes else np.zeros(len(lesson.test))
        for side, classes in zip(model.predict_proba(lesson.test), model.classes_, strict=True)
    ]
    return np.stack(ones, 1)


def _svr(lesson: Lesson) -> Predictions:
    mean, spread = lesson.targets.mean(), lesson.targets.std() or 1.0
    model = make_pipeline(StandardScaler(), SVR(C=1.0, epsilon=0.1)).fit(lesson.train, (lesson.targets - mean) / spread)
    predicted: NDArray[np.float64] = model.predict(lesson.test) * spread + mean
    return predicted


def _forest_amount(lesson: Lesson) -> Predictions:
    return _fitted(
        RandomForestRegressor(_TREES, random_state=lesson.seed, min_samples_leaf=2, max_features=0.3), lesson
    )


def _regression(lesson: Lesson) -> Predictions:
    """Return what the platform's own head says: a process with a length scale for each block, and trees."""
    head = RegressionHead.fit(
        lesson.train, lesson.targets, seed=lesson.seed, groups=lesson.groups, blocks=lesson.blocks
    )
    return head.predict(lesson.test).value


_SINGLE: dict[str, Learner] = {"linear": _linear, "svm": _svm, "forest": _forest}
LEARNERS: dict[Task, dict[str, Learner]] = {
    Task.CLASSES: _SINGLE,
    Task.CHANGE: _SINGLE,
    Task.LABELS: {"linear": _each_label, "forest": _forest_labels},
    Task.AMOUNT: {"regression": _regression, "svr": _svr, "forest": _forest_amount},
}


@lru_cache(maxsize=32)
def learner_digest(task: Task, name: str) -> str:
    """Return what identifies a head by what it does: what it learns from a fixed lesson, rounded.

    A refactoring leaves kept results valid; other maths don't.
    """
    rng = np.random.default_rng(0)
    targets = np.arange(60) % 3
    rows = (rng.normal(size=(90, 12)) + np.eye(12)[np.resize(targets, 90)] * 2).astype(np.float32)
    others: dict[Task, NDArray[Any]] = {Task.LABELS: np.eye(3, dtype=bool)[targets], Task.AMOUNT: rows[:60].sum(1)}
    taught = others.get(task, targets)
    blocks = (slice(0, 4), slice(4, 12))
    predicted = get_learner(task, name)(Lesson(rows[:60], taught, rows[60:], 0, blocks))
    return digest_of(np.round(np.asarray(predicted, np.float64), 1) + 0.0)


def get_learner(task: Task, name: str) -> Learner:
    """Return how a head learns a task.

    Raises:
        UnknownName: the task has no such head; the message lists those it has.
    """
    return look_up(LEARNERS[task], name, f"head for {task.value}")
