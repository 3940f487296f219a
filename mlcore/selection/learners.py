"""Heads to choose from, each with its loss: what a candidate does with the labels that it may see."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from mlcore.errors import UnknownName
from mlcore.heads import LinearHead, RegressionHead
from mlcore.selection.folds import Rows

Features = NDArray[np.float32]
_NEIGHBOURS = 5


@dataclass(frozen=True)
class Lesson:
    """What a head is taught, and the vectors that it is then asked about."""

    train: Features
    targets: NDArray[np.generic]  # of the training rows
    test: Features
    groups: Rows | None  # of the training rows
    seed: int
    blocks: tuple[slice, ...] = ()  # columns of one kind each, where the encoder tells


Learner = Callable[[Lesson], NDArray[np.generic]]  # -> predictions for the test rows


def _linear(lesson: Lesson) -> NDArray[np.generic]:
    codes = lesson.targets.astype(np.int64)
    head = LinearHead.fit(lesson.train, codes, seed=lesson.seed, blocks=lesson.blocks)
    return np.asarray(head.classes[head.predict_proba(lesson.test).argmax(1)])


def _nearest(lesson: Lesson) -> NDArray[np.generic]:
    """Take the class whose mean is nearest: what is left to do with a label or two of each."""
    scale = lesson.train.std(0)
    train, test = (rows[:, scale > 0] / scale[scale > 0] for rows in (lesson.train, lesson.test))
    codes = np.unique(lesson.targets)
    centres = np.stack([train[lesson.targets == code].mean(0) for code in codes])
    away = np.square(centres).sum(1) - 2 * test @ centres.T  # less the test row's own square, which is the same to all
    return np.asarray(codes[away.argmin(1)])


def _svm(lesson: Lesson) -> NDArray[np.generic]:
    model = make_pipeline(StandardScaler(), SVC(C=10.0, class_weight="balanced", random_state=lesson.seed))
    return np.asarray(model.fit(lesson.train, lesson.targets).predict(lesson.test))


def _regression(lesson: Lesson) -> NDArray[np.generic]:
    head = RegressionHead.fit(
        lesson.train,
        lesson.targets.astype(np.float64),
        seed=lesson.seed,
        groups=lesson.groups,
        blocks=lesson.blocks,
    )
    return head.predict(lesson.test).value


def _svr(lesson: Lesson) -> NDArray[np.generic]:
    targets = lesson.targets.astype(np.float64)
    mean, spread = targets.mean(), targets.std() or 1.0
    model = make_pipeline(StandardScaler(), SVR()).fit(lesson.train, (targets - mean) / spread)
    return np.asarray(model.predict(lesson.test) * spread + mean)


def _neighbours(lesson: Lesson) -> NDArray[np.generic]:
    model = KNeighborsRegressor(min(_NEIGHBOURS, len(lesson.train)), weights="distance")
    return np.asarray(make_pipeline(StandardScaler(), model).fit(lesson.train, lesson.targets).predict(lesson.test))


# From the simplest to the most demanding; the first of each kind of task is the one that projects use.
CLASSIFIERS: dict[str, Learner] = {"linear": _linear, "nearest": _nearest, "svm": _svm}
ESTIMATORS: dict[str, Learner] = {"regression": _regression, "neighbours": _neighbours, "svr": _svr}


def get_learner(name: str, *, amounts: bool) -> Learner:
    """Return a head by name.

    Raises:
        UnknownName: the task has no such head; the message lists those it has.
    """
    known = ESTIMATORS if amounts else CLASSIFIERS
    if name not in known:
        raise UnknownName("head for amounts" if amounts else "head for classes", name, known)
    return known[name]


def losses(learner: Learner, lesson: Lesson, truth: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return a loss for each test row: 0 or 1 for classes, the squared error for amounts."""
    predicted = learner(lesson)
    if truth.dtype.kind == "f":
        return np.asarray(np.square(predicted.astype(np.float64) - truth.astype(np.float64)))
    return np.asarray(predicted != truth, np.float64)
