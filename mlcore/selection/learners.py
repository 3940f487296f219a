"""Heads to choose from, each with its loss: what a candidate does with the labels that it may see."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from mlcore.errors import look_up
from mlcore.heads import Lesson, get_head

Features = NDArray[np.float32]
_NEIGHBOURS = 5


Learner = Callable[[Lesson, Features], NDArray[np.generic]]  # -> predictions for the test rows


def _linear(lesson: Lesson, test: Features) -> NDArray[np.generic]:
    # Without groups, as a project's own head is fitted.
    return get_head("classes").fit(replace(lesson, groups=None)).predict(test).codes


def _nearest(lesson: Lesson, test: Features) -> NDArray[np.generic]:
    """Take the class whose mean is nearest: what is left to do with a label or two of each."""
    scale = lesson.inputs.std(0)
    train, asked = (rows[:, scale > 0] / scale[scale > 0] for rows in (lesson.inputs, test))
    codes = np.unique(lesson.targets)
    centres = np.stack([train[lesson.targets == code].mean(0) for code in codes])
    away = np.square(centres).sum(1) - 2 * asked @ centres.T  # less the test row's own square, which is the same to all
    return np.asarray(codes[away.argmin(1)])


def _svm(lesson: Lesson, test: Features) -> NDArray[np.generic]:
    model = make_pipeline(StandardScaler(), SVC(C=10.0, class_weight="balanced", random_state=lesson.seed))
    return np.asarray(model.fit(lesson.inputs, lesson.targets).predict(test))


def _regression(lesson: Lesson, test: Features) -> NDArray[np.generic]:
    return get_head("amount").fit(lesson).predict(test).value


def _svr(lesson: Lesson, test: Features) -> NDArray[np.generic]:
    targets = lesson.targets.astype(np.float64)
    mean, spread = targets.mean(), targets.std() or 1.0
    model = make_pipeline(StandardScaler(), SVR()).fit(lesson.inputs, (targets - mean) / spread)
    return np.asarray(model.predict(test) * spread + mean)


def _neighbours(lesson: Lesson, test: Features) -> NDArray[np.generic]:
    model = KNeighborsRegressor(min(_NEIGHBOURS, len(lesson.inputs)), weights="distance")
    return np.asarray(make_pipeline(StandardScaler(), model).fit(lesson.inputs, lesson.targets).predict(test))


# From the simplest to the most demanding; the first of each kind of task is the one that projects use.
# From the simplest to the most demanding; the first of each kind of task is the one that projects use.
LEARNERS: dict[str, dict[str, Learner]] = {
    "classes": {"linear": _linear, "nearest": _nearest, "svm": _svm},
    "amount": {"regression": _regression, "neighbours": _neighbours, "svr": _svr},
}


def get_learner(task: str, name: str) -> Learner:
    """Return a head by the kind of task and its name.

    Raises:
        UnknownName: the task has no such head; the message lists those it has.
    """
    return look_up(look_up(LEARNERS, task, "task"), name, f"head for {task}")


def losses(learner: Learner, lesson: Lesson, test: Features, truth: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return a loss for each test row: 0 or 1 for classes, the squared error for amounts."""
    predicted = learner(lesson, test)
    if truth.dtype.kind == "f":
        return np.asarray(np.square(predicted.astype(np.float64) - truth.astype(np.float64)))
    return np.asarray(predicted != truth, np.float64)
