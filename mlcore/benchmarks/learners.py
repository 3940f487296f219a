"""What is fitted on frozen features: the same few heads for every row, so that features are compared and not heads."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from mlcore.benchmarks.datasets.dataset import Task
from mlcore.errors import UnknownName
from mlcore.heads import LinearHead

Features = NDArray[np.float32]  # [N, d]
Predictions = NDArray[Any]  # codes [N], scores [N, K] for labels, amounts [N]
Learner = Callable[[Features, NDArray[Any], Features, int], Predictions]
_TREES = 200


def _linear(train: Features, targets: NDArray[Any], test: Features, seed: int) -> Predictions:
    head = LinearHead.fit(train, targets, seed=seed)
    chosen: NDArray[np.int64] = head.classes[head.predict_proba(test).argmax(1)]
    return chosen


def _svm(train: Features, targets: NDArray[Any], test: Features, seed: int) -> Predictions:
    model = make_pipeline(StandardScaler(), SVC(C=100.0, random_state=seed))
    predicted: NDArray[np.int64] = model.fit(train, targets).predict(test)
    return predicted


def _forest(train: Features, targets: NDArray[Any], test: Features, seed: int) -> Predictions:
    model = RandomForestClassifier(_TREES, random_state=seed)
    predicted: NDArray[np.int64] = model.fit(train, targets).predict(test)
    return predicted


def _each_label(train: Features, targets: NDArray[Any], test: Features, seed: int) -> Predictions:
    found = np.zeros((len(test), targets.shape[1]), np.float32)
    for label, has in enumerate(targets.T):
        if has.all() or not has.any():
            found[:, label] = has[0]
            continue
        found[:, label] = LinearHead.fit(train, has.astype(np.int64), seed=seed).predict_proba(test)[:, 1]
    return found


def _forest_labels(train: Features, targets: NDArray[Any], test: Features, seed: int) -> Predictions:
    model = RandomForestClassifier(_TREES, random_state=seed).fit(train, targets)
    sides = model.predict_proba(test)
    ones = [
        side[:, list(classes).index(True)] if True in classes else np.zeros(len(test))
        for side, classes in zip(sides, model.classes_, strict=True)
    ]
    return np.stack(ones, 1)


def _svr(train: Features, targets: NDArray[Any], test: Features, seed: int) -> Predictions:
    spread = targets.std() or 1.0
    model = make_pipeline(StandardScaler(), SVR(C=1.0, epsilon=0.1))
    scaled = (targets - targets.mean()) / spread
    predicted: NDArray[np.float64] = model.fit(train, scaled).predict(test) * spread + targets.mean()
    return predicted


def _forest_amount(train: Features, targets: NDArray[Any], test: Features, seed: int) -> Predictions:
    model = RandomForestRegressor(_TREES, random_state=seed, min_samples_leaf=2, max_features=0.3)
    predicted: NDArray[np.float64] = model.fit(train, targets).predict(test)
    return predicted


_SINGLE: dict[str, Learner] = {"linear": _linear, "svm": _svm, "forest": _forest}
LEARNERS: dict[Task, dict[str, Learner]] = {
    Task.CLASSES: _SINGLE,
    Task.CHANGE: _SINGLE,
    Task.LABELS: {"linear": _each_label, "forest": _forest_labels},
    Task.AMOUNT: {"svr": _svr, "forest": _forest_amount},
}


def get_learner(task: Task, name: str) -> Learner:
    """Return how a head learns a task.

    Raises:
        UnknownName: the task has no such head; the message lists those it has.
    """
    try:
        return LEARNERS[task][name]
    except KeyError:
        raise UnknownName(f"head for {task.value}", name, LEARNERS[task]) from None
