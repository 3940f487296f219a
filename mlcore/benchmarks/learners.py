"""What is fitted on frozen features: the same few heads for every row, so that features are compared and not heads."""

from collections.abc import Callable
from dataclasses import replace
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
from mlcore.heads import Lesson, LinearHead, StreamsHead, TaughtHead, get_head
from mlcore.heads.blocks import BY_COLUMNS
from mlcore.heads.committee import Committee

Features = NDArray[np.float32]  # [N, d]
Predictions = NDArray[Any]  # codes [N], scores [N, K] for labels, amounts [N]
_TREES = 200


Learner = Callable[[Lesson, Features], Predictions]


def _linear(lesson: Lesson, test: Features) -> Predictions:
    # Without groups, as a project's own head is fitted; without the pool, as it was when most figures were taken.
    return LinearHead.fit(replace(lesson, groups=None, pool=None)).predict(test).codes


def _pooled(lesson: Lesson, test: Features) -> Predictions:
    """Return what the linear head says whose columns were scaled by unlabelled places."""
    return LinearHead.fit(replace(lesson, groups=None)).predict(test).codes


def _streams(lesson: Lesson, test: Features) -> Predictions:
    """Return what one linear head for each stream says together with the others."""
    return StreamsHead.fit(replace(lesson, groups=None)).predict(test).codes


def _taught(lesson: Lesson, test: Features) -> Predictions:
    """Return what a head says that a committee taught on unlabelled places."""
    return TaughtHead.fit(replace(lesson, groups=None)).predict(test).codes


def _taught_by_columns(lesson: Lesson, test: Features) -> Predictions:
    """Return the same, where a block counts beforehand by how many columns it has."""
    return TaughtHead.fit(replace(lesson, groups=None), BY_COLUMNS).predict(test).codes


def _committee(lesson: Lesson, test: Features) -> Predictions:
    """Return what the committee itself says, far slower on many rows."""
    committee = Committee.fit(replace(lesson, groups=None))
    codes: Predictions = committee.linear.classes[committee.predict_proba(test).argmax(1)]
    return codes


def _fitted(model: Any, lesson: Lesson, test: Features) -> Predictions:
    predicted: Predictions = model.fit(lesson.inputs, lesson.targets).predict(test)
    return predicted


def _svm(lesson: Lesson, test: Features) -> Predictions:
    return _fitted(make_pipeline(StandardScaler(), SVC(C=100.0, random_state=lesson.seed)), lesson, test)


def _forest(lesson: Lesson, test: Features) -> Predictions:
    return _fitted(RandomForestClassifier(_TREES, random_state=lesson.seed), lesson, test)


def _each_label(lesson: Lesson, test: Features) -> Predictions:
    probabilities = np.zeros((len(test), lesson.targets.shape[1]), np.float32)
    for label, has in enumerate(lesson.targets.T):
        if has.all() or not has.any():
            probabilities[:, label] = has[0]
            continue
        head = LinearHead.fit(replace(lesson, targets=has.astype(np.int64), groups=None, pool=None))
        probabilities[:, label] = head.predict_proba(test)[:, 1]
    return probabilities


def _forest_labels(lesson: Lesson, test: Features) -> Predictions:
    model = RandomForestClassifier(_TREES, random_state=lesson.seed).fit(lesson.inputs, lesson.targets)
    ones = [
        side[:, list(classes).index(True)] if True in classes else np.zeros(len(test))
        for side, classes in zip(model.predict_proba(test), model.classes_, strict=True)
    ]
    return np.stack(ones, 1)


def _svr(lesson: Lesson, test: Features) -> Predictions:
    mean, spread = lesson.targets.mean(), lesson.targets.std() or 1.0
    model = make_pipeline(StandardScaler(), SVR(C=1.0, epsilon=0.1))
    model.fit(lesson.inputs, (lesson.targets - mean) / spread)
    predicted: NDArray[np.float64] = model.predict(test) * spread + mean
    return predicted


def _forest_amount(lesson: Lesson, test: Features) -> Predictions:
    return _fitted(
        RandomForestRegressor(_TREES, random_state=lesson.seed, min_samples_leaf=2, max_features=0.3), lesson, test
    )


def _regression(lesson: Lesson, test: Features) -> Predictions:
    """Return what the platform's own head says: a process with a length scale for each block, and trees."""
    return get_head("amount").fit(replace(lesson, pool=None)).predict(test).value


_SINGLE: dict[str, Learner] = {
    "linear": _linear,
    "svm": _svm,
    "forest": _forest,
    "pooled": _pooled,
    "streams": _streams,
    "taught": _taught,
    "taught-by-columns": _taught_by_columns,
    "committee": _committee,
}
LEARNERS: dict[Task, dict[str, Learner]] = {
    Task.CLASSES: _SINGLE,
    Task.CHANGE: _SINGLE,
    Task.TAGS: {"linear": _each_label, "forest": _forest_labels},
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
    others: dict[Task, NDArray[Any]] = {Task.TAGS: np.eye(3, dtype=bool)[targets], Task.AMOUNT: rows[:60].sum(1)}
    taught = others.get(task, targets)
    blocks = (slice(0, 4), slice(4, 12))
    predicted = get_learner(task, name)(Lesson(inputs=rows[:60], targets=taught, blocks=blocks), rows[60:])
    return digest_of(np.round(np.asarray(predicted, np.float64), 1) + 0.0)


def get_learner(task: Task, name: str) -> Learner:
    """Return how a head learns a task.

    Raises:
        UnknownName: the task has no such head; the message lists those it has.
    """
    return look_up(LEARNERS[task], name, f"head for {task.value}")
